"""Who held a duty (履责主体): of each clock of a file the organ, and the persons, from when to when, as what.

Pure in a replay of the file and of the officers' files: what was recorded later, or happened later, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from domain.officer.events import ActingAppointed, OfficerRegistered, PostAssigned, PostEnded
from domain.officer.posts import posts
from domain.procedure.deadline import Deadline
from domain.procedure.facts import (
    DeadlineRecomputed,
    DeadlineSet,
    HandlersAssigned,
    OfficerRecused,
    RecusalDecided,
    RecusalRequested,
)
from domain.procedure.recorded import Recorded
from domain.procedure.relations import KEEPERS
from domain.procedure.view import Replay

ONE_DAY: Final = timedelta(days=1)
HANDLER: Final = "handler"
KEEPING: Final = (HANDLER, "head")
"""Whose post answers for a duty of the organ that keeps a file where nobody was assigned to it: the first of these that
anybody held on the day. Who decides that is ours: the texts name organs, and the register of posts the persons."""
ELSEWHERE: Final = ("liaison", "head")
"""The same for an organ that does not keep the file."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who answered for an organ from `since` to `until`, both included; None while no end is known.

    `role` is what as: `handler` by assignment to this file, else the duty of a post. `rests_on` are positions.
    """

    person: str
    organ: str
    role: str
    since: date
    until: date | None
    assigned: bool
    acting: bool = False
    instead_of: str | None = None
    rests_on: tuple[int, ...] = ()

    def on(self, day: date) -> bool:
        """Whether they did so on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Holding:
    """A duty of a file as held for a while: by which organ, and by whom there; nobody where nobody is known."""

    deadline: str
    article: str
    nature: str
    organ: str
    since: date
    until: date | None
    persons: tuple[Person, ...]
    rests_on: tuple[int, ...]

    def on(self, day: date) -> bool:
        """Whether the duty was held so on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def holdings(then: Replay, officers: Iterable[Replay] = ()) -> tuple[Holding, ...]:
    """Who held each duty of a file, from the day that started it to the day on which it was settled.

    Args:
        then: the file in two times.
        officers: the files of the officers who may hold a post in one of its organs, in the same times.

    Returns:
        For each clock consecutive spans without a gap, each with the same holders throughout; by clock and day.
    """
    people = (*assigned(then), *(held for officer in officers for held in held_posts(officer)))
    found = (span for clock in then.file.deadlines.values() for span in _of(clock, then, people))
    return tuple(sorted(found, key=lambda span: (span.since, span.deadline)))


def _of(clock: Deadline, then: Replay, people: Sequence[Person]) -> Iterator[Holding]:
    for since, until, organ, rests_on in _organs(clock, then):
        mine = [person for person in people if person.organ == organ]
        keeps = any(organ in then.file.organs(keeper) for keeper in KEEPERS)
        edges = {since}
        for person in mine:
            edges |= {person.since} | ({person.until + ONE_DAY} if person.until is not None else set())
        starts = sorted(edge for edge in edges if since <= edge and (until is None or edge <= until))
        ends = [*(start - ONE_DAY for start in starts[1:]), until]
        spans = (
            Holding(clock.id, clock.article, clock.nature, organ, first, last, _answering(mine, first, keeps), rests_on)
            for first, last in zip(starts, ends, strict=True)
        )
        yield from _joined(spans)


def _answering(people: Iterable[Person], day: date, keeps: bool) -> tuple[Person, ...]:  # noqa: FBT001  # who is asked
    """Who answers for an organ on a day: its handlers of the file, else who holds the first post that anybody holds."""
    there = [person for person in people if person.on(day)]
    for role in KEEPING if keeps else ELSEWHERE:
        for assigned in (True, False):
            found = [person for person in there if person.role == role and person.assigned == assigned]
            if found:
                return tuple(sorted(found, key=lambda person: (person.person, person.since)))
    return ()


def _joined(spans: Iterable[Holding]) -> Iterator[Holding]:
    """Spans that follow each other with the same holders are one."""
    last: Holding | None = None
    for span in spans:
        if last is not None and last.persons == span.persons:
            last = replace(last, until=span.until)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _organs(clock: Deadline, then: Replay) -> Iterator[tuple[date, date | None, str, tuple[int, ...]]]:
    """The organs that held a clock one after another, with the positions that say so.

    A clock changes hands with another law, on the day of that; one that a correction gives to another organ was that
    organ's from the first.
    """
    spans: list[tuple[date, str, tuple[int, ...]]] = []
    positions = {entry.version: entry.position for entry in then.entries}
    for happening in then.file.log:
        fact = happening.fact
        if isinstance(fact, DeadlineSet) and fact.deadline == clock.id:
            spans = [(clock.trigger_on, fact.holder, (positions[happening.version],))]
        elif isinstance(fact, DeadlineRecomputed) and fact.deadline == clock.id and fact.holder is not None:
            since = max(happening.on, clock.trigger_on)
            rests_on = spans[-1][2] if spans else ()
            spans = [span for span in spans if span[0] < since]
            spans.append((since, fact.holder, (*rests_on, positions[happening.version])))
    end = clock.met_on or clock.cancelled_on
    for (since, organ, rests_on), following in zip(spans, (*spans[1:], None), strict=True):
        until = following[0] - ONE_DAY if following is not None else end
        if until is None or since <= until:
            yield since, until, organ, rests_on


def assigned(then: Replay) -> Iterator[Person]:
    """The handlers of a file (承办人): from the day they were assigned, but for the days on which they stand aside.

    Whoever is assigned joins those who are there, as the guards of the law read it; and like these, whose recusal is
    asked for stands aside until it is refused, and who is recused, for good.
    """
    opened = then.file.opened
    if opened is None:
        return
    positions = {entry.version: entry.position for entry in then.entries}
    log = [(happening.on, positions[happening.version], happening.fact) for happening in then.file.log]
    refused = {fact.recusal: (on, at) for on, at, fact in log if isinstance(fact, RecusalDecided) and not fact.granted}
    since: dict[str, tuple[date, int]] = {}
    aside: dict[str, list[tuple[date, date | None, tuple[int, ...]]]] = {}
    for on, at, fact in log:
        match fact:
            case HandlersAssigned():
                for person in fact.persons:
                    since[person] = min(since.get(person, (on, at)), (on, at))
            case OfficerRecused():
                aside.setdefault(fact.person, []).append((on, None, (at,)))
            case RecusalRequested():
                back, *ending = refused.get(fact.recusal, (None,))
                aside.setdefault(fact.person, []).append((on, back, (at, *ending)))
    for person, (first, at) in since.items():
        start, rests_on = first, [at]
        for out, back, by in sorted(aside.get(person, ()), key=lambda span: span[0]):
            if start < out and out != back:
                until, rests = out - ONE_DAY, (*rests_on, by[0])
                yield Person(person, opened.supervisor, HANDLER, start, until, assigned=True, rests_on=rests)
            if back is None:
                break
            if start < back and out != back:
                start, rests_on = back, [at, by[-1]]
        else:
            yield Person(person, opened.supervisor, HANDLER, start, None, assigned=True, rests_on=tuple(rests_on))


def held_posts(officer: Replay) -> tuple[Person, ...]:
    """The posts that an officer held, by their register; spans of one duty in one organ that touch are one."""
    opened = officer.file.opened
    if not isinstance(opened, OfficerRegistered):
        return ()
    by_post = _positions(officer.entries)
    return joined_up(
        Person(
            opened.person,
            held.organ,
            held.duty,
            held.since,
            held.until,
            assigned=False,
            acting=held.acting,
            instead_of=held.instead_of,
            rests_on=by_post.get(held.post, ()),
        )
        for held in posts(officer.file)
    )


def joined_up(people: Iterable[Person]) -> tuple[Person, ...]:
    """The spans of each person in each role of each organ without overlap: what overlaps or touches becomes one."""
    found: list[Person] = []
    for each in sorted(people, key=lambda p: (p.person, p.organ, p.role, p.assigned, p.since)):
        last = found[-1] if found else None
        if last is not None and _same(last, each) and (last.until is None or each.since <= last.until + ONE_DAY):
            until = None if last.until is None or each.until is None else max(last.until, each.until)
            found[-1] = replace(last, until=until, rests_on=tuple(sorted({*last.rests_on, *each.rests_on})))
        else:
            found.append(each)
    return tuple(found)


def _same(one: Person, other: Person) -> bool:
    return (one.person, one.organ, one.role, one.assigned) == (other.person, other.organ, other.role, other.assigned)


def _positions(entries: Iterable[Recorded]) -> dict[str, tuple[int, ...]]:
    """The positions that say something of each post."""
    found: dict[str, tuple[int, ...]] = {}
    for entry in entries:
        if isinstance(entry.fact, PostAssigned | ActingAppointed | PostEnded):
            found[entry.fact.post] = (*found.get(entry.fact.post, ()), entry.position)
    return found
