"""Who held the duty on each overdue day (逾期履责明细): consecutive days with the same holders are one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.procedure.deadline import Deadline
from domain.procedure.facts import Paused
from domain.procedure.state import File
from projections.accountability.holders import Holding, Person

ONE_DAY: Final = timedelta(days=1)
RIGHT: Final = "right"
"""A right that is not used lapses; nobody is overdue with it."""


@dataclass(frozen=True, slots=True)
class Line:
    """Overdue days one after another with the same holders: `since` to `until`, both included, `days` of them."""

    deadline: str
    article: str
    nature: str
    organ: str
    latest: date
    since: date
    until: date
    days: int
    persons: tuple[Person, ...]
    rests_on: tuple[int, ...]


def overdue_days(clock: Deadline, day: date) -> Iterator[date]:
    """The days up to `day` on which a clock was overdue.

    From the day after its latest possible end to the day on which it was met or cancelled, that one included: what is
    done two days late was overdue on two days. Days on which it stood still are none.
    """
    if clock.nature == RIGHT:
        return
    settled = clock.met_on or clock.cancelled_on
    last = min(day, settled) if settled is not None else day
    current = clock.latest + ONE_DAY
    while current <= last:
        if not any(_still(pause, current) for pause in clock.pauses):
            yield current
        current += ONE_DAY


def _still(pause: Paused, day: date) -> bool:
    return pause.from_ <= day and (pause.until is None or day <= pause.until)


def overdue(file: File, held: Iterable[Holding], day: date) -> tuple[Line, ...]:
    """Every overdue day of every clock of a file up to `day`, with who held the duty; by clock and day.

    Args:
        file: the file in two times.
        held: who held its duties, of the same view.
        day: the day of asking.
    """
    by_clock: dict[str, list[Holding]] = {}
    for holding in held:
        by_clock.setdefault(holding.deadline, []).append(holding)
    lines = (line for clock in file.deadlines.values() for line in _lines(clock, by_clock.get(clock.id, []), day))
    return tuple(sorted(lines, key=lambda line: (line.since, line.deadline)))


def _lines(clock: Deadline, held: list[Holding], day: date) -> Iterator[Line]:
    days: list[date] = []
    now: Holding | None = None
    for each in overdue_days(clock, day):
        holding = next((span for span in held if span.on(each)), None)
        if days and (holding != now or each != days[-1] + ONE_DAY):
            yield _line(clock, now, days)
            days = []
        days.append(each)
        now = holding
    if days:
        yield _line(clock, now, days)


def _line(clock: Deadline, holding: Holding | None, days: list[date]) -> Line:
    """A line; of a clock that started after it ended, as one corrected may, nobody is known to have held it."""
    return Line(
        deadline=clock.id,
        article=clock.article,
        nature=clock.nature,
        organ=holding.organ if holding is not None else clock.holder,
        latest=clock.latest,
        since=days[0],
        until=days[-1],
        days=len(days),
        persons=holding.persons if holding is not None else (),
        rests_on=holding.rests_on if holding is not None else (),
    )
