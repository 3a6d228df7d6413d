"""An entry as whoever looks back sees it (在册事项): what happened, who recorded it, where it lies and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

from domain.identity import Actor
from domain.procedure.facts import Fact
from domain.procedure.happening import Happening

PLACE: Final = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its place in the log. What reports and read models are made of; they see no other form of an entry.

    `on` is the legal date, `recorded_at` the moment at which the ledger came to know it, `basis` the articles cited.
    `request` is what entries that one step recorded have in common; `late_reason` that a reason was given for recording
    the step late (补录), which the first entry of a step says for all of it.
    """

    stream: str
    version: int
    position: int
    recorded_at: datetime
    on: date
    actor: Actor
    basis: tuple[str, ...]
    fact: Fact
    request: str | None = None
    late_reason: bool = False

    @property
    def recorded_on(self) -> date:
        """The legal day on which it was recorded."""
        return legal_day(self.recorded_at)

    @property
    def happening(self) -> Happening:
        """What a fold needs of it."""
        return Happening(self.version, self.on, self.fact)


def legal_day(moment: datetime) -> date:
    """The legal day of a moment, in Asia/Shanghai."""
    return moment.astimezone(PLACE).date()
