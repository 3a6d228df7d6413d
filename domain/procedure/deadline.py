"""A deadline of a file (期限) as its facts leave it: running, suspended, met or cancelled, and by which day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, assert_never

from domain.procedure import facts
from domain.procedure.facts import Limit, Paused, Reckoned


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock of the file (期限). `latest` is the day by which it counts as overdue, in the holder's favour."""

    id: str
    name: str
    about: str
    holder: str
    nature: str
    article: str
    trigger_on: date
    limit: Limit
    reckoned: Reckoned
    pauses: tuple[Paused, ...] = ()
    points: tuple[str, ...] = ()
    met_on: date | None = None
    lapsed: bool = False
    extended: int = 0
    cancelled: str | None = None
    cancelled_on: date | None = None

    @property
    def latest(self) -> date:
        """The latest day on which the period may end."""
        return self.reckoned.latest

    @property
    def late(self) -> bool:
        """Settled after its end: a breach that stays visible."""
        ended = self.met_on or self.cancelled_on
        return ended is not None and ended > self.latest

    @property
    def settled(self) -> bool:
        """Met or cancelled: nobody waits for it any more."""
        return self.met_on is not None or self.cancelled is not None

    @property
    def suspended(self) -> bool:
        """Stopped for now."""
        return not self.settled and bool(self.pauses) and self.pauses[-1].until is None

    @property
    def running(self) -> bool:
        """Started, and neither suspended, met nor cancelled."""
        return not self.settled and not self.suspended

    @property
    def state(self) -> Literal["running", "suspended", "met", "cancelled"]:
        """In one word, for people and tables."""
        if self.met_on is not None:
            return "met"
        if self.cancelled is not None:
            return "cancelled"
        return "suspended" if self.suspended else "running"

    def overdue(self, day: date) -> bool:
        """Not met, and `day` is after the latest possible end. Due today is not overdue."""
        return self.running and day > self.latest


def moved(old: Deadline, fact: facts.DeadlineFact) -> Deadline:
    """A deadline after one of its facts."""
    match fact:
        case facts.DeadlineSet():
            return old
        case facts.DeadlineSuspended(_, from_, _, points):
            return replace(old, pauses=(*old.pauses, Paused(from_)), points=points)
        case facts.DeadlineResumed(_, until, True, reckoned, points):
            return replace(old, trigger_on=until, pauses=(), reckoned=reckoned, points=points)
        case facts.DeadlineResumed(_, until, _, reckoned, points):
            pauses = (*old.pauses[:-1], *(replace(pause, until=until) for pause in old.pauses[-1:]))
            return replace(old, reckoned=reckoned, pauses=pauses, points=points)
        case facts.DeadlineRecomputed():
            return replace(
                old,
                article=fact.article or old.article,
                holder=fact.holder or old.holder,
                nature=fact.nature or old.nature,
                trigger_on=fact.trigger_on,
                limit=fact.limit,
                reckoned=fact.reckoned,
                pauses=fact.pauses,
                points=fact.points,
                met_on=fact.met_on,
                cancelled=None,
                cancelled_on=None,
            )
        case facts.DeadlineMet(_, on):
            return replace(old, met_on=on)
        case facts.DeadlineLapsed():
            return replace(old, lapsed=True)
        case facts.DeadlineLapseWithdrawn():
            return replace(old, lapsed=False)
        case facts.DeadlineCancelled(_, why, on):
            return replace(old, cancelled=why, cancelled_on=on)
        case _:
            assert_never(fact)
