"""Who held which post on a day, and in which unit (任职情况): folded from the register, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.officer import events
from domain.procedure.happening import Happening
from domain.procedure.state import File

OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class Held:
    """A post (岗位) as held: from and to are days on which it was held; `until` None while no end is known."""

    post: str
    duty: str
    organ: str
    since: date
    until: date | None
    acting: bool = False
    instead_of: str | None = None

    def on(self, day: date) -> bool:
        """Whether it was held on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


def posts(file: File) -> tuple[Held, ...]:
    """Every post of the person, in the order recorded; one that ended before it began was never held."""
    found = (held for h in file.log for held in _held(h))
    ended = {h.fact.post: h.fact.ended_on for h in file.log if isinstance(h.fact, events.PostEnded)}
    all_ = (_until(held, ended.get(held.post)) for held in found)
    return tuple(held for held in all_ if held.until is None or held.since <= held.until)


def held(file: File, day: date) -> tuple[Held, ...]:
    """The posts that the person held on a day."""
    return tuple(post for post in posts(file) if post.on(day))


def unit(file: File, day: date) -> str | None:
    """The unit that the person belonged to on a day; None before the file was opened."""
    opened = file.opened
    if opened is None or day < file.log[0].on:
        return None
    moved = [h for h in file.log if isinstance(h.fact, events.UnitChanged) and h.on <= day]
    last = max(moved, key=lambda h: (h.on, h.version), default=None)
    if last is not None and isinstance(last.fact, events.UnitChanged):
        return last.fact.unit
    return opened.subject or opened.supervisor


def hours(file: File, year: int) -> int:
    """The class hours (学时) of training recorded for a year."""
    return sum(h.fact.hours for h in file.log if isinstance(h.fact, events.TrainingRecorded) and h.fact.year == year)


def _held(happening: Happening) -> Iterator[Held]:
    match happening.fact:
        case events.PostAssigned(post, duty, organ, since, until):
            yield Held(post, duty, organ, since, until)
        case events.ActingAppointed(post, duty, organ, since, until, instead_of):
            yield Held(post, duty, organ, since, until, acting=True, instead_of=instead_of)
        case events.ObserverAppointed(post, organ, since, until):
            yield Held(post, OBSERVER, organ, since, until)
        case _:
            pass


def _until(held: Held, ended: date | None) -> Held:
    if ended is None or (held.until is not None and held.until <= ended):
        return held
    return Held(held.post, held.duty, held.organ, held.since, ended, held.acting, held.instead_of)
