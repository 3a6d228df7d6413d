"""Periods counted to their due dates: the examples of the legal officer, pauses, dates as limits, and the reasons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import DayCounted, Pause, Period, Unit, as_known_on, due, due_on, latest, working_days_between

CALENDAR = as_known_on(date(2025, 12, 31))
OCTOBER_2024 = Pause(date(2024, 9, 30), date(2024, 10, 18))

units = st.sampled_from(["working_day", "calendar_day", "month"])
starts = st.dates(date(2018, 1, 1), date(2024, 6, 30))


@st.composite
def pauses_in(draw: st.DrawFn, start: date) -> list[Pause]:
    """Up to three pauses near a start; they may touch or overlap."""
    firsts = draw(st.lists(st.integers(-3, 40), max_size=3))
    return [
        Pause(start + timedelta(days=first), start + timedelta(days=first + draw(st.integers(0, 20))))
        for first in firsts
    ]


@pytest.mark.parametrize(
    ("start", "count", "unit", "nominal", "expected"),
    [
        (date(2022, 9, 26), 5, "working_day", date(2022, 10, 8), date(2022, 10, 8)),
        (date(2024, 2, 5), 5, "working_day", date(2024, 2, 18), date(2024, 2, 18)),
        (date(2024, 9, 4), 30, "calendar_day", date(2024, 10, 4), date(2024, 10, 8)),
        (date(2024, 1, 11), 30, "calendar_day", date(2024, 2, 10), date(2024, 2, 18)),
        (date(2025, 11, 30), 3, "month", date(2026, 2, 28), date(2026, 2, 28)),
        # A month or a year ends on the corresponding day, or at the end of a month that has none (民法典 202).
        (date(2023, 12, 31), 2, "month", date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 29), 1, "year", date(2025, 2, 28), date(2025, 2, 28)),
        (date(2022, 10, 15), 12, "month", date(2023, 10, 15), date(2023, 10, 16)),
    ],
)
def test_a_period_ends_on_the_day_the_legal_officer_expects(
    start: date, count: int, unit: Unit, nominal: date, expected: date
) -> None:
    found = due(CALENDAR, start, Period(count, unit))
    assert (found.nominal, found.due, found.status) == (nominal, expected, "firm")
    assert found.earliest == found.latest == found.due
    assert found.calendar == "cn-2025-11-04"


@pytest.mark.parametrize(
    ("known_on", "expected"), [(date(2020, 1, 20), date(2020, 2, 5)), (date(2020, 1, 28), date(2020, 2, 7))]
)
def test_ten_working_days_from_17_january_2020_differ_by_what_was_known(known_on: date, expected: date) -> None:
    assert due(as_known_on(known_on), date(2020, 1, 17), Period(10, "working_day")).due == expected


def test_after_a_pause_the_remainder_goes_on_and_a_restart_would_end_later() -> None:
    ten = Period(10, "working_day")
    assert due(CALENDAR, date(2024, 9, 25), ten, [OCTOBER_2024]).due == date(2024, 10, 29)
    assert due(CALENDAR, date(2024, 10, 18), ten).due == date(2024, 11, 1)


@pytest.mark.parametrize(
    ("period", "nominal", "expected"),
    [
        (Period(30, "calendar_day"), date(2024, 11, 13), date(2024, 11, 13)),
        (Period(1, "month"), date(2024, 11, 13), date(2024, 11, 13)),
        (Period(1, "year"), date(2025, 10, 14), date(2025, 10, 14)),
    ],
)
def test_a_pause_of_nineteen_days_moves_the_nominal_end_by_nineteen_days(
    period: Period, nominal: date, expected: date
) -> None:
    found = due(CALENDAR, date(2024, 9, 25), period, [OCTOBER_2024])
    assert (found.nominal, found.due) == (nominal, expected)


def test_a_pause_that_begins_between_the_last_day_and_the_day_it_moves_to_holds_the_end_up() -> None:
    start, weekend = date(2024, 9, 4), Pause(date(2024, 10, 7), date(2024, 10, 9))
    found = due(CALENDAR, start, Period(30, "calendar_day"), [weekend])
    assert (found.nominal, found.due) == (date(2024, 10, 4), date(2024, 10, 10))


def test_a_period_in_a_pause_without_an_end_has_no_due_date() -> None:
    running = Pause(date(2024, 9, 30), None)
    for unit in ("working_day", "calendar_day", "month", "year"):
        with pytest.raises(ValueError, match=r"^paused$"):
            due(CALENDAR, date(2024, 9, 25), Period(10, unit), [running])
    with pytest.raises(ValueError, match=r"^paused$"):
        due_on(CALENDAR, date(2024, 9, 25), date(2024, 12, 20), [running])


def test_a_pause_that_begins_after_the_period_has_ended_changes_nothing() -> None:
    late = Pause(date(2024, 10, 9), None)
    assert due(CALENDAR, date(2024, 9, 4), Period(30, "calendar_day"), [late]).due == date(2024, 10, 8)


@given(start=starts, unit=units, count=st.integers(1, 24), data=st.data())
def test_no_pause_brings_a_due_date_forward(start: date, unit: Unit, count: int, data: st.DataObject) -> None:
    pauses = data.draw(pauses_in(start))
    assert due(CALENDAR, start, Period(count, unit), pauses).due >= due(CALENDAR, start, Period(count, unit)).due


@given(start=starts, count=st.integers(1, 60), data=st.data())
def test_exactly_as_many_days_are_counted_as_the_period_has(start: date, count: int, data: st.DataObject) -> None:
    pauses = data.draw(pauses_in(start))
    for unit in ("working_day", "calendar_day"):
        assert sum(day.counted for day in due(CALENDAR, start, Period(count, unit), pauses).days) == count


@given(start=starts, unit=units, count=st.integers(1, 24), data=st.data())
def test_every_day_from_the_start_to_the_due_date_is_explained_once(
    start: date, unit: Unit, count: int, data: st.DataObject
) -> None:
    found = due(CALENDAR, start, Period(count, unit), data.draw(pauses_in(start)))
    assert [day.date for day in found.days] == [
        start + timedelta(days=offset) for offset in range((found.due - start).days + 1)
    ]
    assert not found.days[0].counted
    assert all(day.why_zh and day.why_en.isascii() for day in found.days)


@given(start=starts, unit=units, count=st.integers(1, 24), data=st.data())
def test_no_day_of_a_pause_is_counted_or_due(start: date, unit: Unit, count: int, data: st.DataObject) -> None:
    pauses = data.draw(pauses_in(start))
    found = due(CALENDAR, start, Period(count, unit), pauses)

    def paused(day: date) -> bool:
        return any(pause.from_ <= day <= (pause.until or date.max) for pause in pauses)

    assert not paused(found.due)
    assert all(not day.counted for day in found.days if paused(day.date))


@given(start=starts, unit=units, count=st.integers(1, 24))
def test_a_firm_due_date_is_a_working_day_and_no_working_day_lies_between_it_and_the_nominal_end(
    start: date, unit: Unit, count: int
) -> None:
    found = due(CALENDAR, start, Period(count, unit))
    assert CALENDAR.day(found.due).worked
    assert found.nominal <= found.due
    if found.nominal < found.due:
        assert not CALENDAR.day(found.nominal).worked
        assert working_days_between(CALENDAR, found.nominal, found.due) == 1


@given(start=st.dates(date(2018, 1, 1), date(2026, 12, 1)), unit=units, count=st.integers(1, 24))
def test_the_latest_end_without_the_days_on_the_way_is_that_with_them(start: date, unit: Unit, count: int) -> None:
    assert latest(CALENDAR, start, Period(count, unit)) == due(CALENDAR, start, Period(count, unit)).latest


@given(start=starts, count=st.integers(1, 250))
def test_between_the_start_and_the_end_of_a_period_lie_as_many_working_days_as_it_has(start: date, count: int) -> None:
    assert working_days_between(CALENDAR, start, due(CALENDAR, start, Period(count, "working_day")).due) == count


def test_days_late_are_the_working_days_after_the_due_date() -> None:
    assert working_days_between(CALENDAR, date(2024, 9, 30), date(2024, 10, 8)) == 1
    assert working_days_between(CALENDAR, date(2024, 9, 30), date(2024, 10, 7)) == 0
    assert working_days_between(CALENDAR, date(2024, 9, 30), date(2024, 9, 30)) == 0
    assert working_days_between(CALENDAR, date(2024, 10, 8), date(2024, 9, 30)) == 0


def test_working_days_are_explained_one_by_one() -> None:
    found = due(CALENDAR, date(2022, 9, 29), Period(2, "working_day"))
    assert found.days == (
        DayCounted(date(2022, 9, 29), False, "起算日不计入", "the starting day is not counted"),
        DayCounted(date(2022, 9, 30), True, "工作日", "working day"),
        *(DayCounted(date(2022, 10, day), False, "国庆节放假", "National Day holiday") for day in range(1, 8)),
        DayCounted(date(2022, 10, 8), True, "国庆节调休上班", "make-up working day for National Day"),
    )


def test_the_move_off_a_day_of_rest_is_explained_day_by_day() -> None:
    found = due(CALENDAR, date(2024, 4, 3), Period(1, "calendar_day"))
    holiday = "Qingming Festival holiday"
    make_up = "make-up working day for Qingming Festival"
    assert found.days[1:] == (
        DayCounted(date(2024, 4, 4), True, "按日计入（清明节放假）", f"counted by calendar days ({holiday})"),
        DayCounted(date(2024, 4, 5), False, "顺延（清明节放假）", f"carried over ({holiday})"),
        DayCounted(date(2024, 4, 6), False, "顺延（清明节放假）", f"carried over ({holiday})"),
        DayCounted(date(2024, 4, 7), False, "顺延至此日（清明节调休上班）", f"carried over to this day ({make_up})"),
    )


def test_a_paused_day_is_explained_as_paused() -> None:
    found = due(CALENDAR, date(2024, 3, 4), Period(1, "working_day"), [Pause(date(2024, 3, 5), date(2024, 3, 5))])
    assert found.days[1] == DayCounted(date(2024, 3, 5), False, "中止期间不计入", "paused, not counted")
    assert found.due == date(2024, 3, 6)


def test_a_limit_set_as_a_date_is_included_and_does_not_roll() -> None:
    sunday = date(2026, 12, 20)
    found = due_on(CALENDAR, date(2026, 1, 5), sunday)
    assert (found.due, found.nominal, found.status) == (sunday, sunday, "firm")
    assert found.days[-1] == DayCounted(sunday, True, "按日计入（周末）", "counted by calendar days (weekend)")


def test_a_limit_set_as_a_date_is_firm_even_past_the_schedules() -> None:
    found = due_on(CALENDAR, date(2026, 12, 1), date(2027, 1, 31))
    assert (found.earliest, found.latest, found.status) == (date(2027, 1, 31), date(2027, 1, 31), "firm")


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        (Pause(date(2024, 12, 2), date(2024, 12, 6)), date(2024, 12, 25)),
        (Pause(date(2024, 12, 18), date(2024, 12, 22)), date(2024, 12, 25)),
        (Pause(date(2024, 11, 1), date(2024, 12, 1)), date(2024, 12, 20)),
        (Pause(date(2024, 12, 21), date(2024, 12, 31)), date(2024, 12, 20)),
    ],
)
def test_a_pause_moves_a_limit_set_as_a_date_by_the_days_it_takes(pause: Pause, expected: date) -> None:
    assert due_on(CALENDAR, date(2024, 12, 1), date(2024, 12, 20), [pause]).due == expected


def test_a_limit_may_fall_on_the_day_it_starts() -> None:
    day = date(2024, 12, 20)
    found = due_on(CALENDAR, day, day)
    assert (found.due, len(found.days)) == (day, 1)


def test_a_document_served_after_the_date_it_sets_leaves_that_date_as_it_is() -> None:
    found = due_on(CALENDAR, date(2024, 12, 20), date(2024, 12, 13), [Pause(date(2024, 12, 1), None)])
    assert (found.due, found.status) == (date(2024, 12, 13), "firm")
    assert found.days == (DayCounted(date(2024, 12, 20), False, "起算日不计入", "the starting day is not counted"),)


@pytest.mark.parametrize("count", [0, -1])
def test_a_period_of_no_days_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="a period has at least one unit"):
        Period(count, "working_day")


def test_a_period_in_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unit of a period: expected one of working_day, calendar_day, month, year"):
        Period(1, "week")  # type: ignore[arg-type]  # what data from outside may hold


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="a pause ends on or after its first day"):
        Pause(date(2024, 12, 2), date(2024, 12, 1))
