"""How far a date past the published schedules can move: the earliest and the latest day that a count may reach.

A reading decides, for each unscheduled day, whether it is worked. Plain: no weekend day and no festival day of the
decree. Earliest: every day but the festival days of the decree, since any weekend day may be made a make-up day.
Latest: no weekend day, and each festival takes its longest break since 2018, placed where it delays the count most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from domain.calendar.festivals import FestivalDays, weightiest
from domain.calendar.schedules import DECEMBER, SATURDAY, Calendar, Notice

ONE_DAY = timedelta(days=1)
Paused = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Reached:
    """The day a count of working days reaches, by the plain reading and by its bounds."""

    plain: date
    earliest: date
    latest: date
    provisional: bool


def nth_working_day(calendar: Calendar, after: date, count: int, paused: Paused) -> Reached:
    """The day that is the `count`-th (from 1) working day after a day, paused days left out.

    Provisional as soon as an unscheduled day had a say, even where all readings agree.

    Raises:
        ValueError: the count runs past the festival dates on record.
    """
    plain = nth_day(after, count, lambda day: not paused(day) and calendar.day(day).worked)
    if all(calendar.is_scheduled(day) or paused(day) for day in days_between(after, plain)):
        return Reached(plain, plain, plain, provisional=False)
    return Reached(
        plain,
        earliest=nth_day(after, count, lambda day: not paused(day) and _may_be_worked(calendar, day)),
        latest=_latest(calendar, after, count, paused),
        provisional=True,
    )


def nth_day(after: date, count: int, counts: Callable[[date], bool]) -> date:
    """The day that is the `count`-th after a day of those that count; with none to count, the day itself."""
    day = after
    while count:
        day += ONE_DAY
        count -= counts(day)
    return day


def days_between(after: date, last: date) -> Iterable[date]:
    """Each day after the first date, up to and including the last."""
    return (after + timedelta(days=offset) for offset in range(1, (last - after).days + 1))


def longest_breaks(notices: Iterable[Notice]) -> Mapping[str, int]:
    """The longest break of each festival, in consecutive days listed off, by notices in the order of their days."""
    off: dict[date, str] = {}
    for notice in notices:
        for day in notice.working:
            off.pop(day, None)
        off.update(notice.days_off)
    longest: dict[str, int] = {}
    length, before = 0, date.min
    for day in sorted(off):
        length = length + 1 if day - before == ONE_DAY and off[day] == off.get(before) else 1
        before = day
        festival = weightiest(off[day])
        if festival is not None:
            longest[festival] = max(length, longest.get(festival, 0))
    return longest


def _may_be_worked(calendar: Calendar, day: date) -> bool:
    return calendar.day(day).worked if calendar.is_scheduled(day) else not calendar.is_festival_by_decree(day)


def _latest(calendar: Calendar, after: date, count: int, paused: Paused) -> date:
    """The first day on which every placement of the breaks has let `count` days be worked.

    No two windows share a day, so the fewest days worked are all weekdays less the most that each window can take; no
    combination across windows needs to be tried.
    """
    breaks: dict[int, list[_Break]] = {}

    def takes(day: date) -> int:
        # In December the break of the coming New Year (元旦) may already have begun.
        years = (day.year, day.year + 1) if day.month == DECEMBER else (day.year,)
        for year in years:
            if year not in breaks:
                breaks[year] = _breaks(calendar, year)
        return sum(each.takes(day) for year in years for each in breaks[year] if each.first <= day <= each.last)

    worked = 0
    day = after
    while worked < count:
        day += ONE_DAY
        if paused(day):
            continue
        if calendar.is_scheduled(day):
            worked += calendar.day(day).worked
        elif day.weekday() < SATURDAY:
            worked += 1 - takes(day)
    return day


class _Break:
    """The possible breaks in one window, and how many weekdays of the count each has taken so far."""

    __slots__ = ("_placements", "_taken", "first", "last")

    def __init__(self, window: Sequence[Sequence[tuple[date, date]]]) -> None:
        self.first = min(first for places in window for first, _ in places)
        self.last = max(last for places in window for _, last in places)
        self._placements = tuple(product(*window))
        self._taken = [0] * len(self._placements)

    def takes(self, day: date) -> int:
        """1 if a further weekday raises the most that any placement has taken, else 0."""
        before = max(self._taken)
        for at, placement in enumerate(self._placements):
            self._taken[at] += any(first <= day <= last for first, last in placement)
        return max(self._taken) - before


def _breaks(calendar: Calendar, year: int) -> list[_Break]:
    """The breaks of a year, festivals whose possible days overlap (中秋节 beside 国庆节) taken together."""
    windows: list[list[list[tuple[date, date]]]] = []
    end = date.min
    for placements in sorted(_placements(days, calendar.longest) for days in calendar.festivals(year)):
        if placements[0][0] > end:
            windows.append([])
        windows[-1].append(placements)
        end = max(end, placements[-1][1])
    return [_Break(window) for window in windows]


def _placements(days: FestivalDays, longest: Mapping[str, int]) -> list[tuple[date, date]]:
    """Every place of a festival's longest break: consecutive days that hold all the days fixed by decree."""
    fixed = (days.last - days.first).days + 1
    length = max(fixed, longest.get(days.festival.code, fixed))
    firsts = (days.last - timedelta(days=length - 1 - offset) for offset in range(length - fixed + 1))
    return [(first, first + timedelta(days=length - 1)) for first in firsts]
