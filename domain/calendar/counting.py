"""Counting a period to its due date (期间的计算), with the reason for every day on the way.

General law, applied by analogy: 民法典 articles 200 to 204. The starting day is not counted (201); a month or a year
ends on the corresponding day, or at the end of a month that has none (202); a last day of rest moves the end to the
day after the rest (203). A working day is one that organs work, make-up days (调休上班) included.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from domain.calendar.bounds import ONE_DAY, Paused, Reached, days_between, nth_day, nth_working_day
from domain.calendar.model import DayCounted, Due, Pause, Period
from domain.calendar.schedules import Calendar

_MONTHS_OF = {"month": 1, "year": 12}


def due(
    calendar: Calendar, start: date, period: Period, pauses: Sequence[Pause] = (), *, accounted: bool = True
) -> Due:
    """The day on which a period ends that starts on a day (the day of the trigger, itself not counted).

    A period in calendar days, months or years whose last day is a day of rest ends on the next working day; a make-up
    Saturday or Sunday is none. Days of a pause do not count, and the remainder goes on the day after. `days` stays
    empty where no account is asked for (`accounted`).

    Raises:
        ValueError: "paused", when the count runs into a pause that has no end yet; or the count runs past the festival
            dates on record.
    """
    paused = _paused(pauses)
    nominal, reached = _end(calendar, start, period, paused)
    if period.unit == "working_day":
        days = _by_working_days(calendar, start, nominal, paused)
    else:
        days = chain(
            _by_calendar_days(calendar, start, nominal, paused), _roll(calendar, nominal, reached.plain, paused)
        )
    return Due(
        due=reached.plain,
        nominal=nominal,
        status="provisional" if reached.provisional else "firm",
        earliest=reached.earliest,
        latest=reached.latest,
        calendar=calendar.version,
        days=(_started(start), *days) if accounted else (),
    )


def latest(calendar: Calendar, start: date, period: Period) -> date:
    """The latest day on which a period may end that starts on a day: `due` without the days on the way.

    Raises:
        ValueError: the count runs past the festival dates on record.
    """
    return _end(calendar, start, period, None)[1].latest


def due_on(calendar: Calendar, start: date, on: date, pauses: Sequence[Pause] = (), *, accounted: bool = True) -> Due:
    """A limit that is itself a date: set in an instrument, or in a law ("by 20 December").

    The date is included and does not roll, so no schedule can move it. A pause moves it by the days it takes from
    those between the start and the date so moved. A date before the start (a document served after the date it sets)
    stays as it is: what was recorded is counted, not argued with, and `days` holds the starting day alone. They stay
    empty where no account is asked for (`accounted`).

    Raises:
        ValueError: "paused", as in `due`.
    """
    paused = _paused(pauses)
    last = _moved(start, on, paused)
    return Due(
        due=last,
        nominal=last,
        status="firm",
        earliest=last,
        latest=last,
        calendar=calendar.version,
        days=(_started(start), *_by_calendar_days(calendar, start, last, paused)) if accounted else (),
    )


def working_days_between(calendar: Calendar, a: date, b: date) -> int:
    """The working days after `a` up to and including `b`, by the plain reading; 0 where `b` is not after `a`."""
    return sum(calendar.day(day).worked for day in days_between(a, b))


def _end(calendar: Calendar, start: date, period: Period, paused: Paused | None) -> tuple[date, Reached]:
    """The nominal end of a period and the day it reaches; None where nothing pauses it."""
    pausing = paused or _paused(())
    if period.unit == "working_day":
        reached = nth_working_day(calendar, start, period.count, pausing)
        return reached.plain, reached
    last = _corresponding(start, period)
    nominal = _moved(start, last, paused) if paused is not None else last
    return nominal, nth_working_day(calendar, nominal - ONE_DAY, 1, pausing)


def _corresponding(start: date, period: Period) -> date:
    """The last day before any pause: `count` days on, or the corresponding day of a month, or the month's end."""
    if period.unit == "calendar_day":
        return start + period.count * ONE_DAY
    months = start.year * 12 + start.month - 1 + period.count * _MONTHS_OF[period.unit]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _moved(start: date, last: date, paused: Paused) -> date:
    """The last day, moved on by every paused day between the start and itself."""
    return nth_day(start, (last - start).days, lambda day: not paused(day)) if start < last else last


def _paused(pauses: Sequence[Pause]) -> Paused:
    def paused(day: date) -> bool:
        for pause in pauses:
            if pause.from_ <= day:
                if pause.until is None:
                    raise ValueError("paused")
                if day <= pause.until:
                    return True
        return False

    return paused


def _started(start: date) -> DayCounted:
    return DayCounted(start, False, "起算日不计入", "the starting day is not counted")


def _stopped(day: date) -> DayCounted:
    return DayCounted(day, False, "中止期间不计入", "paused, not counted")


def _by_working_days(calendar: Calendar, start: date, last: date, paused: Paused) -> Iterator[DayCounted]:
    for day in days_between(start, last):
        if paused(day):
            yield _stopped(day)
        else:
            what = calendar.day(day)
            yield DayCounted(day, what.worked, what.why_zh, what.why_en)


def _by_calendar_days(calendar: Calendar, start: date, last: date, paused: Paused) -> Iterator[DayCounted]:
    for day in days_between(start, last):
        if paused(day):
            yield _stopped(day)
        else:
            what = calendar.day(day)
            yield DayCounted(day, True, f"按日计入（{what.why_zh}）", f"counted by calendar days ({what.why_en})")


def _roll(calendar: Calendar, nominal: date, last: date, paused: Paused) -> Iterator[DayCounted]:
    """The days after the nominal end, none of them counted, up to the working day to which the end moves."""
    for day in days_between(nominal, last):
        what = calendar.day(day)
        if paused(day):
            yield _stopped(day)
        elif day < last:
            yield DayCounted(day, False, f"顺延（{what.why_zh}）", f"carried over ({what.why_en})")
        else:
            yield DayCounted(day, False, f"顺延至此日（{what.why_zh}）", f"carried over to this day ({what.why_en})")
