"""The deadlines of a file, derived from its other facts (期限的推算).

One function says how every clock stands: `derive`, pure in the facts, the law and the calendar. What is recorded is the
difference between what it says now and what the ledger says so far (`difference`). So a new step, a correction, a newly
adopted calendar and a decided open point all go one way, and none needs arithmetic of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import TypeVar, cast

from domain.calendar import Calendar, Due, Pause, Period, Unit, due, due_on
from domain.catalogue import short_name
from domain.procedure import facts
from domain.procedure.deadline import Deadline, moved
from domain.procedure.facts import DeadlineFact, Fact, Limit, Paused, Reckoned
from domain.procedure.happening import Happening, relates
from domain.procedure.patterns import matches
from domain.procedure.relations import holder
from domain.procedure.state import File, concerns, in_effect
from domain.regime import conditions, model
from domain.regime.law import Law
from domain.regime.periods import FixedPeriod, UntilDay

T = TypeVar("T")
Clocks = dict[str, Deadline]
SAID = ("article", "holder", "nature")  # what the law says of a clock, as long as the file stands under it


def derive(file: File, law: Law) -> Clocks:
    """How every deadline stands under `law`, from the facts of `file` that are not about deadlines."""
    following = Following()
    following.read(file, law)
    return following.standing(law)


class Following:
    """`derive` for a file that grows: one fact at a time, and each clock reckoned again only where it has moved."""

    def __init__(self) -> None:
        self._clocks: Clocks = {}
        self._reckoned: dict[str, tuple[Deadline, Deadline]] = {}  # as last reckoned, beside what it was reckoned from

    def read(self, file: File, law: Law) -> None:
        """Take every fact of `file` from the first."""
        self._clocks = {}
        moving = law.rules(file.kind.name).moving
        for happening in file.log:
            self._take(happening, file, law, moving)

    def take(self, file: File, law: Law) -> None:
        """Take the newest fact of `file`: from the first again where it changes how those before it are read."""
        newest = file.log[-1]
        rereads = isinstance(newest.fact, facts.OpenPointDecided | facts.RegimeMigrated)
        if rereads or relates(newest.fact):
            self.read(file, law)
        else:
            self._take(newest, file, law, law.rules(file.kind.name).moving)

    def standing(self, law: Law) -> Clocks:
        """How every deadline stands now."""
        for id_, clock in self._clocks.items():
            if id_ not in self._reckoned or self._reckoned[id_][0] is not clock:
                self._reckoned[id_] = clock, replace(clock, reckoned=reckon(law.calendar, clock))
        return {id_: self._reckoned[id_][1] for id_ in self._clocks}

    def _take(self, happening: Happening, file: File, law: Law, moving: frozenset[str]) -> None:
        """Most facts move no clock, and are passed over by their names."""
        fact = happening.fact
        moves = short_name(fact) in moving or isinstance(fact, facts.DeadlineExtended)
        if moves and not isinstance(fact, DeadlineFact) and in_effect(file, fact):
            _after(self._clocks, happening, file, law)


def difference(file: File, law: Law, *, why: str, today: date) -> Iterator[DeadlineFact]:
    """The facts by which the recorded deadlines become the derived ones, in order."""
    derived = derive(file, law)
    for id_, new in derived.items():
        old = file.deadlines.get(id_)
        if old is None:
            old = replace(new, pauses=(), met_on=None, cancelled=None, cancelled_on=None)
            old = replace(old, reckoned=reckon(law.calendar, old))
            yield facts.DeadlineSet(
                id_, old.name, old.about, old.holder, old.nature, old.article, old.trigger_on, old.limit,
                old.reckoned, old.points,
            )  # fmt: skip
        yield from _moves(old, new, why, today)
    for id_, old in file.deadlines.items():
        if id_ not in derived and not old.settled:
            yield facts.DeadlineCancelled(id_, why, today, old.overdue(today))


def reckon(calendar: Calendar, clock: Deadline) -> Reckoned:
    """When the period of `clock` ends, pauses that are over taken out."""
    end = explain(calendar, clock, accounted=False)
    return Reckoned(end.due, end.nominal, end.earliest, end.latest, end.status == "provisional", end.calendar)


def explain(calendar: Calendar, clock: Deadline, *, accounted: bool = True) -> Due:
    """When the period of `clock` ends, with the account of every day if it is wanted (`accounted`)."""
    pauses = [Pause(pause.from_, pause.until) for pause in clock.pauses if pause.until is not None]
    limit = clock.limit
    if limit.until is not None:
        return due_on(calendar, clock.trigger_on, limit.until, pauses, accounted=accounted)
    assert limit.count is not None
    period = Period(limit.count, cast("Unit", limit.unit))
    return due(calendar, clock.trigger_on, period, pauses, accounted=accounted)


# --- derive ------------------------------------------------------------------------------------------------------


def _after(clocks: Clocks, happening: Happening, file: File, law: Law) -> None:
    fact, rules = happening.fact, law.rules(file.kind.name)
    name = short_name(fact)
    here = concerns(file, fact)
    for clock in [clock for clock in clocks.values() if clock.about in here and not clock.settled]:
        clocks[clock.id] = _settled(clock, rules.deadlines[clock.name], happening, file)
    if isinstance(fact, facts.DeadlineExtended) and fact.deadline in clocks:
        clocks[fact.deadline] = _extended(clocks[fact.deadline], fact.by)
    for suspension in rules.suspensions:
        _suspend(clocks, suspension, happening, file, law, here)
    for deadline_name, rule in rules.deadlines.items():
        if rule.starts.fact != name or not matches(rule.starts, fact, file):
            continue
        used: list[str] = []
        about = file.id_of(fact, rule.about)
        period = _taken(rule.period, file, law, used)
        started = _day(rule.starts, happening, file, law, used)
        limit = Limit(until=period.of(started)) if isinstance(period, UntilDay) else _limit(period, fact, file)
        id_ = f"{deadline_name}:{about}"
        if limit is not None and id_ not in clocks:
            whose = holder(rule.holder, fact, file)
            nothing = Reckoned(started, started, started, started, provisional=False, calendar="")
            clocks[id_] = Deadline(
                id_, deadline_name, about, whose, rule.nature, rule.cite, started, limit, nothing, points=tuple(used)
            )


def _settled(clock: Deadline, rule: model.Deadline, happening: Happening, file: File) -> Deadline:
    if any(matches(wanted, happening.fact, file) for wanted in rule.met_by):
        met_on = _met(clock, rule, happening, file)
        if met_on is not None:
            return replace(clock, met_on=met_on)
    for pattern in (*rule.cancelled_by, *rule.superseded_by):
        if matches(pattern, happening.fact, file):
            return replace(clock, cancelled=pattern.fact, cancelled_on=happening.on)
    return clock


def _met(clock: Deadline, rule: model.Deadline, happening: Happening, file: File) -> date | None:
    """The day on which a deadline is met by what has happened up to here; None while something is missing."""
    since = next(h.version for h in file.log if _starts(rule, h.fact, file) == clock.about)
    heard = [
        h
        for h in file.log
        if since <= h.version <= happening.version and in_effect(file, h.fact) and clock.about in concerns(file, h.fact)
    ]
    days = [_enough(wanted, heard, file) for wanted in rule.met_by]
    there = [day for day in days if day is not None]
    if rule.takes == "all":
        return max(there) if len(there) == len(days) else None
    return next(iter(there), None)


def _starts(rule: model.Deadline, fact: Fact, file: File) -> str | None:
    """What the clock is about that a fact starts; None when it starts none."""
    return file.id_of(fact, rule.about) if matches(rule.starts, fact, file) else None


def _enough(wanted: conditions.Amount, heard: Iterable[Happening], file: File) -> date | None:
    """The day on which there was as much as is wanted, by the days on which it was done."""
    done = sorted(
        (_met_on(str(wanted.on), h), int(getattr(h.fact, wanted.of) or 0) if wanted.of is not None else 1)
        for h in heard
        if matches(wanted, h.fact, file)
    )
    totals = accumulate(amount for _, amount in done)
    return next((day for (day, _), total in zip(done, totals, strict=True) if total >= wanted.at_least), None)


def _extended(clock: Deadline, by: Limit) -> Deadline:
    """The clock with more time; a limit and its extension are of one unit, which `lint` sees to."""
    limit = replace(clock.limit, count=(clock.limit.count or 0) + (by.count or 0))
    return replace(clock, limit=limit, extended=clock.extended + 1)


def _met_on(field: str, happening: Happening) -> date:
    """The day on which a deadline was met: a day of sending counts only on proof, else it is the day of arrival."""
    day = getattr(happening.fact, field, None)
    proven = getattr(happening.fact, "proof", "not asked for") is not None
    return day if isinstance(day, date) and proven else happening.on


def _suspend(
    clocks: Clocks, rule: model.Suspension, happening: Happening, file: File, law: Law, here: frozenset[str]
) -> None:
    used: list[str] = []
    mode = _taken(cast("str | conditions.ByPoint[str]", rule.mode), file, law, used)
    if mode == "none":
        return
    affected = [c for c in clocks.values() if c.name in rule.deadlines and c.about in here and not c.settled]
    if matches(rule.starts, happening.fact, file):
        from_ = _day(rule.starts, happening, file, law, used)
        for clock in affected:
            if not clock.suspended:
                clocks[clock.id] = replace(
                    clock, pauses=(*clock.pauses, Paused(from_)), points=_merged(clock.points, used)
                )
        return
    for end in _taken(rule.ends, file, law, used):
        if matches(end, happening.fact, file):
            ended = _day(end, happening, file, law, used)
            for clock in affected:
                if clock.suspended:
                    until = max(ended, clock.pauses[-1].from_)  # a corrected date may lie before the suspension
                    clocks[clock.id] = _resumed(clock, until, _merged(clock.points, used), restart=mode == "restart")
            return


def _resumed(clock: Deadline, until: date, points: tuple[str, ...], *, restart: bool) -> Deadline:
    if restart:
        return replace(clock, trigger_on=until, pauses=(), points=points)
    return replace(clock, pauses=(*clock.pauses[:-1], replace(clock.pauses[-1], until=until)), points=points)


def _taken(value: T | conditions.ByPoint[T], file: File, law: Law, used: list[str]) -> T:
    """The value itself, or the one under the reading taken of its open point, which is noted in `used`."""
    if not isinstance(value, conditions.ByPoint):
        return value
    option = law.regime.open_points[value.point].reading(file.points.get(value.point))
    used.append(f"{value.point}={option}")
    taken: T = value.options[option]
    return taken


def _day(occurrence: conditions.Occurrence, happening: Happening, file: File, law: Law, used: list[str]) -> date:
    names = cast("str | conditions.LaterOf", _taken(occurrence.on, file, law, used))
    stated = [getattr(happening.fact, name, None) for name in conditions.dates(names)]
    return max((day for day in stated if isinstance(day, date)), default=happening.on)


def _limit(period: object, fact: Fact, file: File) -> Limit | None:
    if isinstance(period, FixedPeriod):
        return Limit(period.count, period.unit)
    document = file.documents.get(getattr(fact, "document", "") or "")
    limit = document.issued.limit if document is not None else getattr(fact, "limit", None)
    return limit if isinstance(limit, Limit) else None


def _merged(points: tuple[str, ...], used: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*points, *used)))


# --- difference --------------------------------------------------------------------------------------------------


def _moves(old: Deadline, new: Deadline, why: str, today: date) -> Iterator[DeadlineFact]:
    for fact in _simple_moves(old, new):
        yield fact
        old = moved(old, fact)
    if _stands(old) != _stands(new) and not (new.settled and _inputs(old) == _inputs(new)):
        said = {name: getattr(new, name) for name in SAID if getattr(new, name) != getattr(old, name)}
        yield facts.DeadlineRecomputed(
            new.id, why, new.trigger_on, new.limit, new.reckoned, new.pauses, new.points, new.met_on, **said
        )
        if new.cancelled is not None:
            yield facts.DeadlineCancelled(new.id, new.cancelled, new.cancelled_on or today, new.late)
    if old.lapsed and not new.late and not new.overdue(today):
        yield facts.DeadlineLapseWithdrawn(new.id)


def _simple_moves(old: Deadline, new: Deadline) -> Iterator[DeadlineFact]:
    added = new.pauses[len(old.pauses) :] if new.pauses[: len(old.pauses)] == old.pauses else ()
    if len(added) == 1 and added[0].until is None:
        yield facts.DeadlineSuspended(new.id, added[0].from_, new.article, new.points)
    elif old.suspended and not new.suspended and not new.settled:
        last = new.pauses[-1] if len(new.pauses) == len(old.pauses) else None
        if last is not None and last.until is not None:
            yield facts.DeadlineResumed(new.id, last.until, False, new.reckoned, new.points)
        elif not new.pauses and new.trigger_on > old.trigger_on:
            yield facts.DeadlineResumed(new.id, new.trigger_on, True, new.reckoned, new.points)
    if new.met_on is not None and old.met_on is None:
        yield facts.DeadlineMet(new.id, new.met_on, new.late)
    if new.cancelled is not None and old.cancelled is None:
        yield facts.DeadlineCancelled(new.id, new.cancelled, new.cancelled_on or new.latest, new.late)


def _inputs(clock: Deadline) -> tuple[object, ...]:
    return (clock.trigger_on, clock.limit, clock.pauses, clock.met_on, clock.cancelled, clock.cancelled_on)


def _stands(clock: Deadline) -> tuple[object, ...]:
    return (*_inputs(clock), clock.reckoned, clock.points, *(getattr(clock, name) for name in SAID))


def stale(clocks: Mapping[str, Deadline], calendar: Calendar) -> bool:
    """Whether an open deadline rests on another calendar than the one now adopted."""
    return any(not clock.settled and clock.reckoned.calendar != calendar.version for clock in clocks.values())
