"""Published holiday schedules (节假日安排) and the calendar they make: what each day is, as known at some time.

A calendar is plain data. The ledger keeps the one it adopted, by digest, and counts by that one ever after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final, TypeVar

from domain.calendar import codec
from domain.calendar.festivals import (
    FESTIVALS,
    Decree,
    FestivalDates,
    FestivalDays,
    dates_from_data,
    dates_to_data,
    decree_from_data,
    english,
    festival_days,
)
from domain.calendar.model import Day
from domain.errors import OutsideCalendar

SATURDAY: Final = 5
DECEMBER: Final = 12
_SCHEDULE_STARTS: Final = (DECEMBER, 28)  # from here on the next year's notice may dispose of the day

_WORKING: Final = Day("working", True, "工作日", "working day")
_WEEKEND: Final = Day("weekend", False, "周末", "weekend")
_UNSCHEDULED: Final = Day(
    "unscheduled", True, "放假安排未公布，暂按工作日计", "no schedule published yet, provisionally a working day"
)
_UNSCHEDULED_WEEKEND: Final = Day(
    "unscheduled", False, "放假安排未公布，暂按周末计", "no schedule published yet, provisionally a weekend"
)
_UNSCHEDULED_FESTIVAL: Final = {
    festival.code: Day(
        "unscheduled",
        False,
        f"放假安排未公布，依放假办法为{festival.zh}假日",
        f"no schedule published yet, {festival.en} holiday by decree",
    )
    for festival in FESTIVALS
}


def schedule_year(day: date) -> int:
    """The year whose notice disposes of a day: its own, and from 28 December on the next (2018-12-31 is 2019's)."""
    return day.year + ((day.month, day.day) >= _SCHEDULE_STARTS)


@dataclass(frozen=True, slots=True)
class Notice:
    """One holiday notice of the State Council's General Office (国务院办公厅关于部分节假日安排的通知).

    `notified_on` is the day it was made public, which may follow the date it bears (the notice for 2019 bears
    2018-12-04 and came out on 2018-12-06). `days_off` and `working` (调休上班) give each day they list the festival as
    printed; a weekend that merely adjoins a festival is not listed. `amends` is the id of the notice it changes, and
    None for the schedule of a whole year. `verified` says that number and text were compared with a published copy.
    """

    id: str
    number: str
    notified_on: date
    year: int
    days_off: Mapping[date, str] = field(hash=False)
    working: Mapping[date, str] = field(hash=False)
    verified: bool = False
    amends: str | None = None
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "days_off", _frozen(self.days_off))
        object.__setattr__(self, "working", _frozen(self.working))
        if not self.days_off:
            raise ValueError(f"notice {self.id}: lists no day off")
        if both := self.days_off.keys() & self.working.keys():
            raise ValueError(f"notice {self.id}: {min(both)} is both off and worked")
        first, last = date(self.year - 1, DECEMBER, 1), date(self.year, DECEMBER, 31)
        for listed in (*self.days_off, *self.working):
            if not first <= listed <= last:
                raise ValueError(f"notice {self.id}: {listed} lies outside {first} to {last}")

    def to_data(self) -> dict[str, Any]:
        """The notice as JSON-able data, as a schedule file is written."""
        return {
            "id": self.id,
            "number": self.number,
            "notified_on": self.notified_on.isoformat(),
            "year": self.year,
            "amends": self.amends,
            "verified": self.verified,
            "source": self.source,
            "days_off": {listed.isoformat(): label for listed, label in self.days_off.items()},
            "working": {listed.isoformat(): label for listed, label in self.working.items()},
        }


def notice_from_data(data: object) -> Notice:
    """A notice from the data of a schedule file; a ValueError names the first thing that is wrong with it."""
    required = ("id", "number", "notified_on", "year", "days_off", "working")
    found = codec.fields(data, "notice", required, optional=("amends", "verified", "source"))
    amends = found.get("amends")
    return Notice(
        id=codec.text(found["id"], "id"),
        number=codec.text(found["number"], "number"),
        notified_on=codec.day(found["notified_on"], "notified_on"),
        year=codec.whole(found["year"], "year"),
        days_off=codec.day_labels(found["days_off"], "days_off"),
        working=codec.day_labels(found["working"], "working"),
        verified=codec.flag(found.get("verified", False), "verified"),
        amends=None if amends is None else codec.text(amends, "amends"),
        source=codec.string(found.get("source", ""), "source"),
    )


@dataclass(frozen=True, slots=True)
class Calendar:
    """The notices known at some time, with what bounds the days they do not reach.

    A later notice prevails over an earlier one on every day it lists. `dates` holds the moving festivals by year,
    `longest` the longest break of each festival in days: a margin of caution, not knowledge of its time.
    """

    version: str
    notices: tuple[Notice, ...]
    decrees: tuple[Decree, ...] = field(hash=False)
    dates: FestivalDates = field(hash=False)
    longest: Mapping[str, int] = field(hash=False)
    _listed: dict[date, Day] = field(init=False, repr=False, compare=False)
    _scheduled: frozenset[int] = field(init=False, repr=False, compare=False)
    _festivals: dict[int, tuple[FestivalDays, ...]] = field(init=False, repr=False, compare=False)
    _decreed: dict[date, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dates", _frozen({year: _frozen(self.dates[year]) for year in self.dates}))
        object.__setattr__(self, "longest", _frozen(self.longest))
        object.__setattr__(self, "_scheduled", _scheduled_years(self.notices))
        object.__setattr__(self, "_listed", _listed_days(self.notices))
        festivals = {year: tuple(festival_days(self.decrees, self.dates, year)) for year in self.dates}
        object.__setattr__(self, "_festivals", festivals)
        object.__setattr__(
            self,
            "_decreed",
            {day: each.festival.code for every in festivals.values() for each in every for day in each.days()},
        )

    def day(self, day: date) -> Day:
        """What a day is; past the schedules, its plain reading with the kind `unscheduled`."""
        listed = self._listed.get(day)
        if listed is not None:
            return listed
        weekend = day.weekday() >= SATURDAY
        if schedule_year(day) in self._scheduled:
            return _WEEKEND if weekend else _WORKING
        festival = self._decreed.get(day)
        if festival is not None:
            return _UNSCHEDULED_FESTIVAL[festival]
        return _UNSCHEDULED_WEEKEND if weekend else _UNSCHEDULED

    def is_scheduled(self, day: date) -> bool:
        """Whether a notice disposes of this day."""
        return schedule_year(day) in self._scheduled or day in self._listed

    def is_festival_by_decree(self, day: date) -> bool:
        """Whether the decree itself fixes this day as a day off; a ValueError past the festival dates on record."""
        self.festivals(day.year)  # refuses a year that is not on record
        return day in self._decreed

    def festivals(self, year: int) -> tuple[FestivalDays, ...]:
        """The days off fixed by decree in a year; a ValueError past the festival dates on record."""
        if year not in self._festivals:
            raise OutsideCalendar(year=year)
        return self._festivals[year]

    def to_data(self) -> dict[str, Any]:
        """The calendar as JSON-able data: ASCII keys, no floats, the same for equal calendars."""
        return {
            "version": self.version,
            "notices": [notice.to_data() for notice in self.notices],
            "decrees": [decree.to_data() for decree in self.decrees],
            "festivals": dates_to_data(self.dates),
            "longest": dict(self.longest),
        }

    @staticmethod
    def from_data(data: object) -> Calendar:
        """The calendar that `to_data` wrote; a ValueError names the first thing that is wrong with the data."""
        found = codec.fields(data, "calendar", ("version", "notices", "decrees", "festivals", "longest"))
        longest = codec.mapping(found["longest"], "longest")
        return Calendar(
            version=codec.text(found["version"], "version"),
            notices=tuple(notice_from_data(notice) for notice in codec.items(found["notices"], "notices")),
            decrees=tuple(decree_from_data(decree) for decree in codec.items(found["decrees"], "decrees")),
            dates=dates_from_data(found["festivals"]),
            longest={code: codec.whole(longest[code], f"longest {code}") for code in longest},
        )


_Key = TypeVar("_Key", date, int, str)
_Value = TypeVar("_Value")


def _frozen(mapping: Mapping[_Key, _Value]) -> Mapping[_Key, _Value]:
    return MappingProxyType({key: mapping[key] for key in sorted(mapping)})


def _scheduled_years(notices: tuple[Notice, ...]) -> frozenset[int]:
    """The years with a schedule; refuses two for one year, and an amendment of a notice that is not there."""
    years: dict[int, str] = {}
    ids: set[str] = set()
    for notice in notices:
        if notice.amends is not None:
            if notice.amends not in ids:
                raise ValueError(f"notice {notice.id} amends {notice.amends}, which is not known before it")
        elif years.setdefault(notice.year, notice.id) != notice.id:
            raise ValueError(f"notices {years[notice.year]} and {notice.id} both schedule {notice.year}")
        ids.add(notice.id)
    return frozenset(years)


def _listed_days(notices: tuple[Notice, ...]) -> dict[date, Day]:
    listed: dict[date, Day] = {}
    for notice in notices:
        for day, label in notice.days_off.items():
            listed[day] = Day("festival", False, f"{label}放假", f"{english(label)} holiday")
        for day, label in notice.working.items():
            listed[day] = Day("make_up", True, f"{label}调休上班", f"make-up working day for {english(label)}")
    return listed
