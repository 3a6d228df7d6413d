"""An entry as whoever looks back sees it (在册事项): what happened, who recorded it, where it lies and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.identity import Actor
from domain.procedure.facts import Fact
from domain.procedure.happening import Happening


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its place in the log. What reports and read models are made of; they see no other form of an entry.

    `on` is the legal date, `recorded_at` the moment at which the ledger came to know it, `basis` the articles cited.
    """

    stream: str
    version: int
    position: int
    recorded_at: datetime
    on: date
    actor: Actor
    basis: tuple[str, ...]
    fact: Fact

    @property
    def happening(self) -> Happening:
        """What a fold needs of it."""
        return Happening(self.version, self.on, self.fact)
