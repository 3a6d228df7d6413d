"""Past the published schedules: a due date is provisional, and what the next notice says lies within its bounds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Calendar, Due, Pause, Period, Unit, as_known_on, due, published

# Pinned: nothing of 2027 is adopted.
CALENDAR = as_known_on(date(2025, 12, 31))
YEARS = range(2019, 2027)
units = st.sampled_from(["working_day", "calendar_day", "month", "year"])


def without_and_with(year: int) -> tuple[Calendar, Calendar]:
    """The calendar on the eve of a year's first notice, and the one after its last amendment."""
    made_public = [notice.notified_on for notice in published() if notice.year == year]
    return as_known_on(min(made_public) - timedelta(days=1)), as_known_on(max(made_public))


CALENDARS = {year: without_and_with(year) for year in YEARS}


def within(wide: Due, narrow: Due) -> bool:
    return wide.earliest <= narrow.earliest <= narrow.due <= narrow.latest <= wide.latest


def test_ten_working_days_from_21_december_2026_are_provisional_with_nothing_of_2027_adopted() -> None:
    found = due(CALENDAR, date(2026, 12, 21), Period(10, "working_day"))
    assert found.status == "provisional"
    # Earliest: Saturday 2 and Sunday 3 January are worked. Latest: New Year takes 30 December to 1 January.
    assert (found.earliest, found.due, found.latest) == (date(2027, 1, 3), date(2027, 1, 5), date(2027, 1, 7))


@pytest.mark.parametrize(
    ("start", "period", "earliest", "plain", "latest"),
    [
        # 26 and 27 December are scheduled days of rest; Monday 28 is worked by every reading, and still provisional.
        (date(2026, 12, 25), Period(1, "calendar_day"), (2026, 12, 28), (2026, 12, 28), (2026, 12, 28)),
        # New Year's Day is fixed; after it Saturday may be worked, or New Year may last to Sunday the third.
        (date(2026, 12, 1), Period(1, "month"), (2027, 1, 2), (2027, 1, 4), (2027, 1, 4)),
        # The decree fixes 5 to 8 February 2027; a break of ten days may run to Sunday 14 February.
        (date(2027, 1, 5), Period(1, "month"), (2027, 2, 9), (2027, 2, 9), (2027, 2, 15)),
        # Mid-Autumn of 2031 is 1 October: the break of National Day may begin on 26 September or end on 8 October.
        (date(2030, 9, 26), Period(1, "year"), (2031, 9, 26), (2031, 9, 26), (2031, 10, 6)),
        # Midsummer has no festival: only the weekend is open.
        (date(2027, 6, 17), Period(1, "month"), (2027, 7, 17), (2027, 7, 19), (2027, 7, 19)),
    ],
)
def test_a_last_day_past_the_schedules_rolls_within_its_bounds(
    start: date,
    period: Period,
    earliest: tuple[int, int, int],
    plain: tuple[int, int, int],
    latest: tuple[int, int, int],
) -> None:
    found = due(CALENDAR, start, period)
    assert (found.earliest, found.due, found.latest) == (date(*earliest), date(*plain), date(*latest))
    assert found.status == "provisional"


@pytest.mark.parametrize(
    ("start", "period"),
    [
        (date(2026, 12, 21), Period(4, "working_day")),
        (date(2026, 11, 25), Period(1, "month")),
        (date(2026, 12, 24), Period(1, "calendar_day")),
    ],
)
def test_a_date_that_no_unscheduled_day_decides_is_firm(start: date, period: Period) -> None:
    assert due(CALENDAR, start, period).status == "firm"


def test_a_pause_past_the_schedules_moves_all_three_dates() -> None:
    pause = Pause(date(2027, 1, 2), date(2027, 1, 8))
    found = due(CALENDAR, date(2026, 12, 21), Period(10, "working_day"), [pause])
    # Eight days are worked to New Year's Eve, then two from Saturday 9 or Monday 11 January; the latest, six and four.
    assert (found.earliest, found.due, found.latest) == (date(2027, 1, 10), date(2027, 1, 12), date(2027, 1, 14))


def test_a_pause_over_unscheduled_days_leaves_a_date_firm_that_they_do_not_decide() -> None:
    pause = Pause(date(2017, 12, 20), date(2017, 12, 31))
    found = due(CALENDAR, date(2017, 12, 19), Period(5, "working_day"), [pause])
    assert (found.due, found.status) == (date(2018, 1, 8), "firm")


def test_each_festival_takes_its_longest_break_where_it_delays_most() -> None:
    # Four working days in January, then ten days that hold the fixed days 5 to 8 February. From 30 January they would
    # leave 9 to 11, from 5 February they would leave 1 to 4; from 1 to 10 February they leave 11, 12 and 15.
    found = due(CALENDAR, date(2027, 1, 25), Period(7, "working_day"))
    assert found.latest == date(2027, 2, 15)


@pytest.mark.parametrize(
    ("first", "fixed"),
    [
        # New Year, and Spring Festival from its eve.
        (date(2026, 12, 22), [(date(2027, 1, 1), 1, 3), (date(2027, 2, 5), 4, 10)]),
        # Mid-Autumn on 3 October, inside National Day.
        (date(2028, 9, 8), [(date(2028, 10, 1), 3, 8), (date(2028, 10, 3), 1, 3)]),
    ],
)
def test_the_latest_date_is_the_worst_of_all_places_the_breaks_can_take(
    first: date, fixed: list[tuple[date, int, int]]
) -> None:
    """Tried one by one: every place of every break (day, days fixed by decree, longest break)."""
    places = [
        [
            {day + timedelta(days=fixed_days - longest + shift + offset) for offset in range(longest)}
            for shift in range(longest - fixed_days + 1)
        ]
        for day, fixed_days, longest in fixed
    ]

    def worst(start: date, count: int) -> date:
        found = []
        for placed in product(*places):
            off = set().union(*placed)
            days = (start + timedelta(days=offset) for offset in range(1, 200))
            worked = [
                day
                for day in days
                if (CALENDAR.day(day).worked if CALENDAR.is_scheduled(day) else day.weekday() < 5 and day not in off)
            ]
            found.append(worked[count - 1])
        return max(found)

    for start in (first + timedelta(days=offset) for offset in range(25)):
        for count in (1, 3, 8, 15, 22):
            assert due(CALENDAR, start, Period(count, "working_day")).latest == worst(start, count)


def test_a_count_past_the_festival_dates_on_record_is_refused() -> None:
    with pytest.raises(ValueError, match="holds neither a schedule nor the festival dates of 2061"):
        due(CALENDAR, date(2060, 12, 30), Period(5, "working_day"))
    with pytest.raises(ValueError, match="holds neither a schedule nor the festival dates of 2017"):
        due(CALENDAR, date(2017, 12, 1), Period(5, "working_day"))


def test_days_before_the_first_schedule_are_explained_where_they_decide_nothing() -> None:
    found = due(CALENDAR, date(2016, 6, 1), Period(2, "year"))
    assert (found.due, found.status) == (date(2018, 6, 1), "firm")


@pytest.mark.parametrize("year", YEARS)
def test_the_real_date_lies_within_the_bounds_computed_before_the_schedule_of_its_year(year: int) -> None:
    """Every start in the last quarter, every count of 1 to 30 working days, every day of two quarters to roll from."""
    without, with_it = CALENDARS[year]
    # Periods in calendar days, months and years roll from their nominal end alone: each such end is tried once.
    periods = [Period(count, "working_day") for count in range(1, 31)] + [
        Period(1, "calendar_day"),
        Period(93, "calendar_day"),
    ]
    assert [
        (start, period)
        for start in (date(year - 1, 10, 1) + timedelta(days=offset) for offset in range(92))
        for period in periods
        if not within(due(without, start, period), due(with_it, start, period))
    ] == []


@given(
    year=st.sampled_from(YEARS),
    days=st.integers(0, 91),
    count=st.integers(1, 30),
    unit=st.sampled_from(["month", "year"]),
)
def test_adopting_a_schedule_only_narrows_the_bounds(year: int, days: int, count: int, unit: Unit) -> None:
    without, with_it = CALENDARS[year]
    start = date(year - 1, 10, 1) + timedelta(days=days)
    assert within(due(without, start, Period(count, unit)), due(with_it, start, Period(count, unit)))


@given(start=st.dates(date(2018, 1, 1), date(2030, 12, 31)), unit=units, count=st.integers(1, 28))
def test_a_due_date_lies_within_its_own_bounds_and_a_firm_one_is_all_of_them(
    start: date, unit: Unit, count: int
) -> None:
    found = due(CALENDAR, start, Period(count, unit))
    assert found.nominal <= found.due
    assert found.earliest <= found.due <= found.latest
    assert (found.status == "firm") <= (found.earliest == found.latest)


@given(start=st.dates(date(2018, 1, 1), date(2030, 12, 31)), unit=units, count=st.integers(1, 27))
def test_a_longer_period_never_ends_earlier(start: date, unit: Unit, count: int) -> None:
    one, more = due(CALENDAR, start, Period(count, unit)), due(CALENDAR, start, Period(count + 1, unit))
    assert one.earliest <= more.earliest
    assert one.due <= more.due
    assert one.latest <= more.latest


@given(start=st.dates(date(2026, 11, 1), date(2030, 12, 31)), unit=units, count=st.integers(1, 27))
def test_a_later_start_never_ends_earlier(start: date, unit: Unit, count: int) -> None:
    one = due(CALENDAR, start, Period(count, unit))
    later = due(CALENDAR, start + timedelta(days=1), Period(count, unit))
    assert (one.earliest <= later.earliest, one.due <= later.due, one.latest <= later.latest) == (True, True, True)
