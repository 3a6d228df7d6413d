"""`due` for the deadlines of a regulation, whatever way their period is given in."""

from __future__ import annotations

from datetime import date

import pytest

from api.cli.due import reckon
from api.cli.output import UsageError
from domain.calendar import Due


def of(deadline: str, start: str, regime: str = "karamay-2022") -> tuple[Due, tuple[str, ...]]:
    return reckon(
        start=start, period=None, unit=None, known_on=None, regime=regime, deadline=deadline, pauses=(),
        today=date(2025, 1, 6),
    )  # fmt: skip


def test_a_date_of_the_year_is_that_date_and_does_not_roll() -> None:
    end, cite = of("annual-report", "2025-01-06")
    assert (end.due, end.status) == (date(2025, 12, 20), "firm")  # a Saturday
    assert cite == ("karamay-2022:art.12.1",)


def test_a_period_that_the_text_leaves_open_is_answered_with_its_readings() -> None:
    with pytest.raises(UsageError, match=r"short-days .*working-days: --period 10 --unit working_day, calendar-days"):
        of("delegation-filed", "2025-01-06")
    with pytest.raises(UsageError, match=r"calendar-years: 12-31 of the year 1 on"):
        of("casefile-review", "2025-01-06")


def test_a_limit_that_the_document_sets_is_asked_for() -> None:
    with pytest.raises(UsageError, match="is set in the document"):
        of("order-limit", "2025-01-06")
