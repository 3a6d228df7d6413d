"""Periods and dates of the law as data (期限、日期). What has no date must not be given one."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from domain.regime.conditions import ByPoint, Strict

Unit = Literal["working_day", "calendar_day", "month", "year"]


class FixedPeriod(Strict):
    """A period of the text."""

    count: int = Field(ge=1)
    unit: Unit


class SetInInstrument(Strict):
    """The limit is set in the document or order that starts it."""

    set_in: Literal["instrument"]


class DayOfYear(Strict):
    """A day of the year: 1月31日."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    @model_validator(mode="after")
    def _in_every_year(self) -> Self:
        date(2023, self.month, self.day)
        return self


class UntilDay(DayOfYear):
    """Until a day of the year in which it starts, or of a later one: a date, which does not roll (art. 1.7 of ours)."""

    years_on: int = Field(0, ge=0)

    def of(self, started: date) -> date:
        """That day, for what started on a day."""
        return date(started.year + self.years_on, self.month, self.day)


Span = FixedPeriod | SetInInstrument | UntilDay


class Window(Strict):
    """A stretch of the year, both days included: 第一季度."""

    from_: DayOfYear = Field(alias="from")
    to: DayOfYear


Cycle = Literal["anniversary", "calendar"]


class Frequency(Strict):
    """At least `times` in `years` (每两年至少一次).

    A cycle ends with its last calendar year, or on the anniversary of its first day; where the text leaves open which,
    the reading of an open point says so. The first day itself is recorded when the cycle begins.
    """

    times: int = Field(1, ge=1)
    years: int = Field(ge=1)
    cycle: Cycle | ByPoint[Cycle]


class Quantity(Strict):
    """At least so much in a calendar year (年度培训不少于60学时)."""

    count: int = Field(ge=1)
    unit: Literal["hour"]


class When(Strict):
    """By when an obligation is to be discharged. Exactly one is set; the last three give no day."""

    after: FixedPeriod | ByPoint[FixedPeriod] | None = None
    each_year: DayOfYear | None = None
    window: Window | None = None
    frequency: Frequency | None = None
    quantity: Quantity | None = None
    open_norm: str | None = None  # 及时, 立即, 定期: as printed
    standing: Literal[True] | None = None
    event: Literal[True] | None = None  # whenever the occasion comes, without a limit

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"an obligation is due in exactly one way, not {sorted(self.model_fields_set)}")
        return self

    @property
    def span(self) -> Span | ByPoint[Span] | None:
        """How the clock runs that starts with the trigger; None where the text gives no day."""
        if self.each_year is not None:
            return UntilDay(month=self.each_year.month, day=self.each_year.day)
        if self.window is not None:
            return UntilDay(month=self.window.to.month, day=self.window.to.day)
        if self.quantity is not None:
            return _YEAR_END
        if self.frequency is not None:
            return _cycle(self.frequency)
        if isinstance(self.after, ByPoint):
            return ByPoint[Span](point=self.after.point, options=dict(self.after.options))
        return self.after


_YEAR_END = UntilDay(month=12, day=31)


def _cycle(frequency: Frequency) -> Span | ByPoint[Span]:
    ways: dict[Cycle, Span] = {
        "anniversary": FixedPeriod(count=frequency.years, unit="year"),
        "calendar": _YEAR_END.model_copy(update={"years_on": frequency.years - 1}),
    }
    cycle = frequency.cycle
    if not isinstance(cycle, ByPoint):
        return ways[cycle]
    return ByPoint[Span](point=cycle.point, options={option: ways[way] for option, way in cycle.options.items()})
