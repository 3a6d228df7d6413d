"""By when the law wants something: periods, days of the year, cycles, amounts, and norms without a date."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from domain.regime.conditions import Amount, ByPoint, Guard, Occurrence
from domain.regime.duties import Obligation
from domain.regime.lint import lint
from domain.regime.loader import content, from_content, load
from domain.regime.model import Deadline, Procedure
from domain.regime.periods import DayOfYear, FixedPeriod, Frequency, Quantity, UntilDay, When, Window
from ledger import canonical

JANUARY, MARCH = DayOfYear(month=1, day=1), DayOfYear(month=3, day=31)


@pytest.mark.parametrize(
    ("when", "span"),
    [
        (When(after=FixedPeriod(count=3, unit="month")), FixedPeriod(count=3, unit="month")),
        (When(each_year=DayOfYear(month=12, day=20)), UntilDay(month=12, day=20)),
        (When(window=Window.model_validate({"from": JANUARY, "to": MARCH})), UntilDay(month=3, day=31)),
        (When(frequency=Frequency(years=2, cycle="anniversary")), FixedPeriod(count=2, unit="year")),
        (When(frequency=Frequency(years=2, cycle="calendar")), UntilDay(month=12, day=31, years_on=1)),
        (When(quantity=Quantity(count=60, unit="hour")), UntilDay(month=12, day=31)),
        (When(open_norm="及时"), None),
        (When(standing=True), None),
        (When(event=True), None),
    ],
)
def test_only_a_norm_with_a_date_has_a_period(when: When, span: object) -> None:
    assert when.span == span


def test_an_open_cycle_has_the_period_of_the_reading_taken() -> None:
    cycle = ByPoint[str](point="cycle", options={"one": "anniversary", "other": "calendar"})
    span = When.model_validate({"frequency": {"years": 5, "cycle": cycle.model_dump()}}).span
    assert isinstance(span, ByPoint)
    assert span.options == {
        "one": FixedPeriod(count=5, unit="year"),
        "other": UntilDay(month=12, day=31, years_on=4),
    }


def test_a_day_of_the_year_is_one_of_every_year() -> None:
    assert UntilDay(month=12, day=31, years_on=1).of(date(2023, 1, 1)) == date(2024, 12, 31)
    with pytest.raises(ValidationError):
        DayOfYear(month=2, day=29)


def test_a_duty_is_due_in_one_way_only() -> None:
    with pytest.raises(ValidationError, match="exactly one way"):
        When(standing=True, event=True)


def test_a_regime_read_back_from_the_ledger_has_the_clocks_of_its_obligations() -> None:
    regime = load("karamay-2022").regime
    assert from_content(canonical.encode(content(regime))).procedures["obligation"] == regime.procedures["obligation"]


def test_lint_finds_an_amount_of_a_field_that_is_not_there_and_a_clock_that_is_not() -> None:
    clock = Deadline.model_validate(
        {
            "title": {"zh": "期限", "en": "limit"},
            "cite": "karamay-2022:art.18.1",
            "holder": "subject",
            "nature": "duty",
            "about": "file",
            "period": {"month": 12, "day": 31},
            "starts": Occurrence(fact="arisen"),
            "met_by": (Amount(fact="fulfilled", of="hours"),),
        }
    )
    base = load("karamay-2022").regime
    steps = dict(base.procedures["obligation"].steps)
    rule = steps["waive"].requires[0].model_copy(update={"guard": Guard(missed="nothing")})
    steps["waive"] = steps["waive"].model_copy(update={"requires": (rule,)})
    odd = Procedure(steps=steps, deadlines={"odd": clock})
    found = lint(base.model_copy(update={"procedures": {"obligation": odd}}))
    assert any("fulfilled has no field hours" in line for line in found)
    assert any("there is no deadline nothing" in line for line in found)


def test_an_obligation_that_nothing_discharges_is_no_obligation() -> None:
    duty = load("karamay-2022").regime.obligations["inspection"].model_dump(by_alias=True)
    with pytest.raises(ValidationError, match="parts"):
        Obligation.model_validate({**duty, "parts": {}})
