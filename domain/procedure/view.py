"""A file in two times (双时回放): what had happened by a legal day, as it was known at a moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.calendar import Calendar
from domain.catalogue import short_name
from domain.procedure.clocks import reckon
from domain.procedure.deadline import Deadline
from domain.procedure.facts import DeadlineFact, EntryCorrected
from domain.procedure.happening import Happening, corrected
from domain.procedure.kind import Kind
from domain.procedure.recorded import Recorded
from domain.procedure.state import File, fold


@dataclass(frozen=True, slots=True)
class Known:
    """A fact of the file, the moment at which the ledger came to know it, and the request of the step behind it."""

    happening: Happening
    recorded_at: datetime
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """A file in two times, with the entries that it is made of as they were recorded, by version."""

    file: File
    entries: tuple[Recorded, ...]


def replay(
    kind: Kind,
    entries: Iterable[Recorded],
    as_of: date | None = None,
    known_at: datetime | None = None,
    calendar: Callable[[str], Calendar] | None = None,
) -> Replay:
    """The view of a file out of its entries, and those of them that are in it; see `view`."""
    entries = tuple(entries)
    known = (Known(entry.happening, entry.recorded_at, entry.request) for entry in entries)
    file = view(kind, known, as_of, known_at, calendar)
    versions = {happening.version for happening in file.log}
    return Replay(file, tuple(entry for entry in entries if entry.version in versions))


def view(
    kind: Kind,
    entries: Iterable[Known],
    as_of: date | None = None,
    known_at: datetime | None = None,
    calendar: Callable[[str], Calendar] | None = None,
) -> File:
    """The file as of a legal day, with the knowledge of a moment; None means without limit.

    Entries recorded later than `known_at` are left out; values corrected by then stand in their places; what occurred
    after `as_of` is left out; the rest is folded by version. What follows from a fact occurred with it: a clock starts
    on the day of its service as it is known, also where that was corrected.

    Args:
        kind: of the file.
        entries: all of its facts, in the order recorded.
        as_of: the legal day.
        known_at: the moment.
        calendar: gives a calendar by its version, to reckon a clock again whose later pauses are left out; without it
            such a clock keeps the end that it came to have.
    """
    there = [entry for entry in entries if known_at is None or entry.recorded_at <= known_at]
    log = tuple(entry.happening for entry in there)
    for happening in log:
        if isinstance(happening.fact, EntryCorrected):
            log = corrected(log, happening.fact)
    log = _with_their_causes(log, [entry.request for entry in there])
    file = fold(kind, (h for h in log if as_of is None or h.on <= as_of))
    if as_of is None:
        return file
    left_out = {short_name(h.fact) for h in log if h.on > as_of and not isinstance(h.fact, EntryCorrected)}
    clocks_then = {id_: _until(clock, as_of, left_out) for id_, clock in file.deadlines.items()}
    if calendar is not None:
        for id_, clock in clocks_then.items():
            if clock.pauses != file.deadlines[id_].pauses:
                clocks_then[id_] = replace(clock, reckoned=reckon(calendar(clock.reckoned.calendar), clock))
    return replace(file, deadlines=clocks_then)


def _with_their_causes(log: tuple[Happening, ...], requests: Iterable[str | None]) -> tuple[Happening, ...]:
    """The facts with the legal dates of what they go with.

    A correction lives and dies with what it corrects, and what a step set going or ended with that step.
    """
    days = {happening.version: happening.on for happening in log}
    moved = (replace(h, on=days.get(h.fact.version, h.on)) if isinstance(h.fact, EntryCorrected) else h for h in log)
    steps = tuple(zip(moved, requests, strict=True))
    causes: dict[str, date] = {}
    for happening, request in steps:
        if request is not None and not isinstance(happening.fact, DeadlineFact):
            causes.setdefault(request, happening.on)
    return tuple(
        replace(happening, on=causes[request])
        if isinstance(happening.fact, DeadlineFact) and request is not None and request in causes
        else happening
        for happening, request in steps
    )


def _until(clock: Deadline, day: date, left_out: Collection[str]) -> Deadline:
    """A deadline without what came after a day: a recomputed one holds all that is known of it, later pauses too.

    What cancelled it is a fact that the view leaves out. One that a correction shows never to have been due stays so.
    """
    pauses = tuple(
        replace(pause, until=None if pause.until is not None and pause.until > day else pause.until)
        for pause in clock.pauses
        if pause.from_ <= day
    )
    met = clock.met_on if clock.met_on is not None and clock.met_on <= day else None
    if clock.cancelled in left_out and clock.cancelled_on is not None and clock.cancelled_on > day:
        return replace(clock, pauses=pauses, met_on=met, cancelled=None, cancelled_on=None)
    return replace(clock, pauses=pauses, met_on=met)
