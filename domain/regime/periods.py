"""Periods and dates of the law as data (期限、日期). What has no date must not be given one."""

from __future__ import annotations

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


Span = FixedPeriod | SetInInstrument


class DayOfYear(Strict):
    """A day of the year: 1月31日."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)


class Window(Strict):
    """A stretch of the year, both days included: 第一季度."""

    from_: DayOfYear = Field(alias="from")
    to: DayOfYear


class Frequency(Strict):
    """At least `times` in `years` (每两年至少一次)."""

    times: int = Field(1, ge=1)
    years: int = Field(ge=1)


class Quantity(Strict):
    """At least so much in a year (年度培训不少于60学时)."""

    count: int = Field(ge=1)
    unit: Literal["hour", "person"]


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
