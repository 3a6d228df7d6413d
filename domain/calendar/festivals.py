"""The festivals on which all citizens are off (全体公民放假的节日): names, dates, and the decrees that fix the days.

Source: 全国年节及纪念日放假办法, article 2, as revised by 国务院令第644号 (in force 2014-01-01) and by 国务院令第795号
(in force 2025-01-01). The lunar dates and Qingming are those of the civil calendar (GB/T 33661).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from domain.calendar import codec

FestivalDates = Mapping[int, Mapping[str, date]]  # year -> code -> the day of a festival that moves


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival; `on` is its month and day where they are the same every year, None where the date is data."""

    code: str
    zh: str
    en: str
    on: tuple[int, int] | None


# In order of weight: a break that two festivals share (国庆节、中秋节) is the break of the one named first here.
FESTIVALS: Final = (
    Festival("spring", "春节", "Spring Festival", None),
    Festival("national", "国庆节", "National Day", (10, 1)),
    Festival("labour", "劳动节", "Labour Day", (5, 1)),
    Festival("new-year", "元旦", "New Year's Day", (1, 1)),
    Festival("qingming", "清明节", "Qingming Festival", None),
    Festival("dragon-boat", "端午节", "Dragon Boat Festival", None),
    Festival("mid-autumn", "中秋节", "Mid-Autumn Festival", None),
)
MOVING: Final = tuple(festival.code for festival in FESTIVALS if festival.on is None)
CODES: Final = tuple(festival.code for festival in FESTIVALS)
_EN: Final = {festival.zh: festival.en for festival in FESTIVALS}


def english(label: str) -> str:
    """The English name of a festival as a notice prints it; a name we do not know stays as printed."""
    return " and ".join(_EN.get(name, name) for name in label.split("、"))


def weightiest(label: str) -> str | None:
    """The code of the festival that a break with this printed name belongs to; None for an occasion of its own."""
    names = label.split("、")
    return next((festival.code for festival in FESTIVALS if festival.zh in names), None)


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What a decree gives for one festival: `days` days from `first` days after it (-1 = the eve 除夕)."""

    festival: str
    first: int
    days: int

    def __post_init__(self) -> None:
        if self.festival not in CODES:
            raise ValueError(f"festival: expected one of {', '.join(CODES)}, got {self.festival}")
        if self.days < 1:
            raise ValueError(f"a festival has at least one day off, got {self.days}")


@dataclass(frozen=True, slots=True)
class Decree:
    """One version of the decree of festival days: when it became known, from when it applies, what it gives."""

    number: str
    notified_on: date
    in_force: date
    days_off: tuple[DaysOff, ...]

    def to_data(self) -> dict[str, Any]:
        """The decree as JSON-able data."""
        return {
            "number": self.number,
            "notified_on": self.notified_on.isoformat(),
            "in_force": self.in_force.isoformat(),
            "days_off": {given.festival: {"first": given.first, "days": given.days} for given in self.days_off},
        }


@dataclass(frozen=True, slots=True)
class FestivalDays:
    """The days off that the decree fixes for one festival in one year, first and last included."""

    festival: Festival
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Each of the days."""
        return (self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1))


def festival_days(decrees: tuple[Decree, ...], dates: FestivalDates, year: int) -> Iterator[FestivalDays]:
    """The fixed days off of a year whose moving dates are in `dates`, by the decree in force on each festival."""
    for festival in FESTIVALS:
        on = dates[year][festival.code] if festival.on is None else date(year, *festival.on)
        in_force = [decree for decree in decrees if decree.in_force <= on]
        for given in in_force[-1].days_off if in_force else ():
            if given.festival == festival.code:
                first = on + timedelta(days=given.first)
                yield FestivalDays(festival, first, first + timedelta(days=given.days - 1))


def decree_from_data(data: object) -> Decree:
    """A decree from JSON data; a ValueError names the first thing that is wrong with it."""
    found = codec.fields(data, "decree", ("number", "notified_on", "in_force", "days_off"))
    given = {
        code: codec.fields(days, code, ("first", "days"))
        for code, days in codec.mapping(found["days_off"], "days_off").items()
    }
    return Decree(
        number=codec.text(found["number"], "number"),
        notified_on=codec.day(found["notified_on"], "notified_on"),
        in_force=codec.day(found["in_force"], "in_force"),
        days_off=tuple(
            DaysOff(code, codec.whole(days["first"], f"{code} first"), codec.whole(days["days"], f"{code} days"))
            for code, days in given.items()
        ),
    )


def dates_from_data(data: object) -> FestivalDates:
    """The dates of the moving festivals, by year."""
    return {
        codec.year(year, "festivals"): {
            code: codec.day(on, f"{year} {code}") for code, on in codec.fields(dates, year, MOVING).items()
        }
        for year, dates in codec.mapping(data, "festivals").items()
    }


def dates_to_data(dates: FestivalDates) -> dict[str, Any]:
    """The dates of the moving festivals as JSON-able data."""
    return {str(year): {code: on.isoformat() for code, on in dates[year].items()} for year in dates}
