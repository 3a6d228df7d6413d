"""The figures of one file (单卷统计): what it adds to the measures, and the entries on which each figure rests.

A figure follows from the file alone and has no year's end in it: a clock that is overdue is so from a day until a day,
and whoever asks says which day counts. So reports, read models and a verifier use one function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Any, Final

from domain.catalogue import short_name
from domain.kinds import kind_of
from domain.officer.events import OfficerRegistered, TrainingRecorded, UnitChanged
from domain.procedure import facts
from domain.procedure.deadline import Deadline
from domain.procedure.facts import Fact
from domain.procedure.happening import Happening, as_text
from domain.procedure.recorded import Recorded
from domain.procedure.relations import heard
from domain.procedure.state import File, evolve, in_effect
from projections.statistics.measures import BY_FACT, ENDED_LATE, HOURS, LATE, ON_TIME, OVERDUE, PERSONS, Measure

NOBODY: Final = ""
_DAY: Final = timedelta(days=1)
_MOVES: Final = (
    facts.DeadlineMet, facts.DeadlineCancelled, facts.DeadlineRecomputed, facts.DeadlineSuspended,
    facts.DeadlineResumed, facts.DeadlineExtended,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """What a file adds to a measure of an organ in a year.

    Args:
        measure: its code.
        of: the part of it, `inspection` of the cases opened; empty where it has no parts.
        organ: whose figure it is: who keeps the file, who holds the clock, whose people were trained.
        year: of the legal date. Of what lasts, the year in which it began.
        value: how much.
        positions: of the entries on which it rests, in order.
        since: of what lasts, the first day on which it holds.
        until: of what lasts, the first day on which it holds no more; None while it does.
    """

    measure: str
    of: str
    organ: str
    year: int
    value: int
    positions: tuple[int, ...]
    since: date | None = None
    until: date | None = None

    def counts(self, year: int, day: date) -> bool:
        """Whether it belongs to the figures of a year whose last day that counts is `day`."""
        if self.since is None:
            return self.year == year
        return self.since <= day and (self.until is None or day < self.until)


def folded(entries: Sequence[Recorded]) -> File:
    """The file of a stream from its entries, by version, right values in the place of wrong ones.

    Raises:
        ValueError: the stream is no proceeding, or does not begin with its opening.
    """
    kind = kind_of(entries[0].stream) if entries else None
    if kind is None:
        raise ValueError("no proceeding")
    file = reduce(evolve, (entry.happening for entry in entries), File(kind))
    if file.opened is None:
        raise ValueError(f"{entries[0].stream} does not begin with its opening")
    return file


def figures(file: File, entries: Sequence[Recorded]) -> Iterator[Figure]:
    """The figures of a file.

    Args:
        file: folded from the entries, right values in the place of wrong ones.
        entries: of its stream, by version.
    """
    opened = file.opened
    assert opened is not None, "a file begins with its opening"
    positions = {entry.version: entry.position for entry in entries}
    for happening in file.log:
        name = short_name(happening.fact)
        for key in (f"{file.kind.name}.{name}", f"*.{name}"):
            for measure in BY_FACT.get(key, ()):
                if _counts(measure, file, happening.fact):
                    for part in dict.fromkeys(_parts(measure, file, happening.fact)):
                        at = (positions[happening.version],)
                        yield Figure(measure.code, part, opened.supervisor, happening.on.year, 1, at)
    yield from _clocks(file, positions)
    yield from _training(file, positions)


def _counts(measure: Measure, file: File, fact: Fact) -> bool:
    if measure.sound is not None and in_effect(file, fact) is not measure.sound:
        return False
    return measure.where is None or getattr(fact, measure.where[0]) == measure.where[1]


def _parts(measure: Measure, file: File, fact: Fact) -> Iterator[str]:
    if measure.of is None:
        yield ""
    elif measure.of == "fact":
        yield short_name(fact)
    elif measure.of == "rung":  # the rungs of each ladder are numbered from one
        yield f"{getattr(file.opened, 'ladder', '')}.{getattr(fact, measure.of)}"
    else:
        source, _, name = measure.of.rpartition(".")
        value: Any = getattr(file.opened if source else fact, name)
        yield from map(as_text, value) if isinstance(value, tuple) else (as_text(value),)


# --- clocks ------------------------------------------------------------------------------------------------------


def _clocks(file: File, positions: Mapping[int, int]) -> Iterator[Figure]:
    """Each clock that is a duty: settled in time or late, or overdue since a day. A right that lapses is no breach."""
    rests = resting(file, positions)
    for clock in file.deadlines.values():
        if clock.nature == "duty":
            yield from _clock(clock, _holder(clock, file), rests[clock.id])


def resting(file: File, positions: Mapping[int, int]) -> dict[str, tuple[int, ...]]:
    """The entries on which each clock of a file rests: the one that set it, and the last that settled or moved it."""
    found: dict[str, tuple[int, ...]] = {}
    for happening in file.log:
        fact, at = happening.fact, positions[happening.version]
        if isinstance(fact, facts.DeadlineSet):
            found[fact.deadline] = (at,)
        elif isinstance(fact, _MOVES):
            found[fact.deadline] = (*found[fact.deadline][:1], at)
    return found


def _clock(clock: Deadline, organ: str, at: tuple[int, ...]) -> Iterator[Figure]:
    settled = clock.met_on or clock.cancelled_on
    if settled is not None and (clock.late or clock.met_on is not None):
        met = LATE if clock.late else ON_TIME
        yield Figure((met if clock.met_on else ENDED_LATE).code, clock.name, organ, settled.year, 1, at)
    stopped = clock.pauses[-1].from_ if clock.suspended else None
    until = min((day for day in (settled, stopped) if day is not None), default=None)
    since = clock.latest + _DAY
    if until is None or since < until:
        yield Figure(OVERDUE.code, clock.name, organ, since.year, 1, at, since, until)


def _holder(clock: Deadline, file: File) -> str:
    """The organ whose clock it is; a figure names nobody who complained."""
    assert file.opened is not None
    return file.opened.supervisor if clock.holder in heard(file) else clock.holder


def overdue(clock: Deadline, day: date) -> bool:
    """Whether a clock was overdue on a day, by all that is known of it."""
    return any(each.measure == OVERDUE.code and each.counts(0, day) for each in _clock(clock, NOBODY, ()))


# --- training ----------------------------------------------------------------------------------------------------


def _training(file: File, positions: Mapping[int, int]) -> Iterator[Figure]:
    """The class hours of a person by year, for the unit in which they were taken.

    A person counts once a year, where they were trained first in it.
    """
    opened = file.opened
    if not isinstance(opened, OfficerRegistered):
        return
    unit, years = opened.subject or opened.supervisor, dict[int, list[tuple[str, int]]]()
    for happening in _in_order(file.log):
        fact = happening.fact
        if isinstance(fact, UnitChanged):
            unit = fact.unit
        elif isinstance(fact, TrainingRecorded):
            at = positions[happening.version]
            yield Figure(HOURS.code, fact.kind, unit, fact.year, fact.hours, (at,))
            years.setdefault(fact.year, []).append((unit, at))
    for year, trained in years.items():
        yield Figure(PERSONS.code, "", trained[0][0], year, 1, tuple(sorted(at for _, at in trained)))


def _in_order(log: Sequence[Happening]) -> list[Happening]:
    """By the legal day, as recorded within it: what was recorded late has its place."""
    return sorted(log, key=lambda happening: (happening.on, happening.version))
