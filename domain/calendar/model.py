"""The values of counting: periods (期间), pauses (中止), what a day is, and a due date with its explanation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Unit = Literal["working_day", "calendar_day", "month", "year"]
DayKind = Literal["working", "make_up", "weekend", "festival", "unscheduled"]
Status = Literal["firm", "provisional"]

UNITS: tuple[Unit, ...] = get_args(Unit)


@dataclass(frozen=True, slots=True)
class Period:
    """A period set by law or in an instrument: `count` units, at least one (五个工作日、三十日、三个月、一年)."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"a period has at least one unit, got {self.count}")
        if self.unit not in UNITS:
            raise ValueError(f"unit of a period: expected one of {', '.join(UNITS)}, got {self.unit}")


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count (中止), both ends included; `until` is None while the pause is still running."""

    from_: date
    until: date | None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"a pause ends on or after its first day {self.from_}, got {self.until}")


@dataclass(frozen=True, slots=True)
class Day:
    """What one day is under a calendar, and whether organs work on it.

    Of an unscheduled day `worked` is the plain reading: no weekend day and no festival day of the decree is worked.
    """

    kind: DayKind
    worked: bool
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True)
class DayCounted:
    """One line of the answer to "why that date": a day, whether it counts towards the period, and the reason."""

    date: date
    counted: bool
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Due:
    """The day on which a period ends (期间届满日), at 24:00 Asia/Shanghai.

    `nominal` is the last day before it moved off a day of rest. A provisional date rests on days whose schedule is not
    yet published; `earliest` and `latest` hold whatever the schedule will say, and equal `due` when it is firm.
    `calendar` is the version counted by. `days` runs from the starting day to the due date, every day once.
    """

    due: date
    nominal: date
    status: Status
    earliest: date
    latest: date
    calendar: str
    days: tuple[DayCounted, ...]
