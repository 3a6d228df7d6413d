"""The law a step is decided under: one regulation, one calendar, and what stands above them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.calendar import Calendar
from domain.regime.model import Procedure, Regime


@dataclass(frozen=True, slots=True)
class Law:
    """A regime version and a calendar version, with the digests under which the ledger keeps them.

    `superiors` are the superior regulations the ledger has adopted; a case under `regime` answers to them as well.
    """

    regime: Regime
    digest: str
    calendar: Calendar
    calendar_digest: str
    superiors: tuple[Regime, ...] = ()

    def rules(self, kind: str) -> Procedure:
        """The rules of a kind of proceeding; empty where the regulation does not speak of it."""
        return self.regime.rules(kind)

    def qualified(self, cite: str) -> str:
        """A citation with the id of its text: `art.1.2` becomes `<this regime>:art.1.2`."""
        return cite if ":" in cite else f"{self.regime.id}:{cite}"
