"""What each day is, against two outside tables; what was known when; and schedule files that are refused."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from typing import Any

import chinese_calendar  # type: ignore[import-untyped]  # the package ships no types
import holidays
import pytest

from domain.calendar import Calendar, Notice, as_known_on, notice_from_data, published

# Pinned, so that the notice of next year does not turn these tests.
CALENDAR = as_known_on(date(2025, 12, 31))
DAYS = [date(2018, 1, 1) + timedelta(days=offset) for offset in range((date(2027, 1, 1) - date(2018, 1, 1)).days)]


def a_schedule(**changes: object) -> dict[str, Any]:
    """A schedule of 2027 that nobody has adopted, as a file would hold it."""
    return {
        "id": "2027",
        "number": "国办发明电〔2026〕0号",
        "notified_on": "2026-11-25",
        "year": 2027,
        "days_off": {"2027-01-01": "元旦", "2027-02-06": "春节"},
        "working": {"2026-12-31": "元旦"},
    } | changes


def test_every_day_from_2018_to_2026_is_worked_or_not_as_chinesecalendar_has_it() -> None:
    assert [day for day in DAYS if CALENDAR.day(day).worked != chinese_calendar.is_workday(day)] == []


def test_every_day_from_2018_to_2026_is_worked_or_not_as_holidays_has_it() -> None:
    theirs = holidays.country_holidays("CN", years=range(2018, 2028))
    assert [day for day in DAYS if CALENDAR.day(day).worked != theirs.is_working_day(day)] == []


def test_every_fixed_festival_day_to_2060_is_one_in_holidays() -> None:
    theirs = holidays.country_holidays("CN", years=range(2018, 2061), observed=False, language="en_US")
    ours = {day for year in range(2018, 2061) for each in CALENDAR.festivals(year) for day in each.days()}
    statutory = {day for day in theirs if "observed" not in theirs[day] and "Day off" not in theirs[day]}
    assert ours <= statutory
    # Each year of the present decree fixes thirteen days, fewer where Mid-Autumn falls on National Day.
    assert {year for year in range(2025, 2061) if len({day for day in ours if day.year == year}) < 13} <= {
        day.year for year in range(2025, 2061) for day in theirs if day.month == 10 and "Mid-Autumn" in theirs[day]
    }


def test_a_day_off_is_never_also_a_make_up_day_and_make_up_days_are_weekends() -> None:
    kinds = {day: CALENDAR.day(day).kind for day in DAYS}
    assert {day.weekday() >= 5 for day, kind in kinds.items() if kind == "make_up"} == {True}
    assert {CALENDAR.day(day).worked for day, kind in kinds.items() if kind == "festival"} == {False}


@pytest.mark.parametrize(
    ("day", "kind", "zh", "en"),
    [
        (date(2018, 12, 29), "make_up", "元旦调休上班", "make-up working day for New Year's Day"),
        (date(2018, 12, 31), "festival", "元旦放假", "New Year's Day holiday"),
        (date(2022, 12, 31), "festival", "元旦放假", "New Year's Day holiday"),
        (date(2023, 12, 30), "weekend", "周末", "weekend"),
        (date(2024, 2, 9), "working", "工作日", "working day"),
        (date(2025, 10, 6), "festival", "国庆节、中秋节放假", "National Day and Mid-Autumn Festival holiday"),
        (date(2026, 12, 28), "unscheduled", "放假安排未公布，暂按工作日计", None),
        (date(2027, 1, 1), "unscheduled", "放假安排未公布，依放假办法为元旦假日", None),
        (date(2027, 1, 2), "unscheduled", "放假安排未公布，暂按周末计", None),
    ],
)
def test_a_day_says_what_it_is_in_both_languages(day: date, kind: str, zh: str, en: str | None) -> None:
    found = CALENDAR.day(day)
    assert (found.kind, found.why_zh) == (kind, zh)
    assert en is None or found.why_en == en


def test_days_from_28_december_wait_for_the_notice_of_the_next_year() -> None:
    before, after = as_known_on(date(2018, 12, 5)), as_known_on(date(2018, 12, 6))
    assert before.day(date(2018, 12, 27)) == after.day(date(2018, 12, 27))
    assert before.day(date(2018, 12, 28)).kind == "unscheduled"
    assert after.day(date(2018, 12, 28)).kind == "working"
    assert after.day(date(2018, 12, 29)).kind == "make_up"


def test_labour_day_of_2019_is_one_day_until_the_notice_of_22_march() -> None:
    before, after = as_known_on(date(2019, 3, 21)), as_known_on(date(2019, 3, 22))
    assert [before.day(date(2019, 5, day)).worked for day in range(1, 6)] == [False, True, True, False, False]
    assert [after.day(date(2019, 5, day)).worked for day in range(1, 6)] == [False, False, False, False, True]
    assert after.day(date(2019, 4, 28)).kind == "make_up"


def test_saturday_1_february_2020_is_worked_until_spring_festival_is_extended_on_27_january() -> None:
    assert as_known_on(date(2020, 1, 26)).day(date(2020, 2, 1)).kind == "make_up"
    assert as_known_on(date(2020, 1, 27)).day(date(2020, 2, 1)).kind == "festival"


def test_new_years_eve_of_2024_counts_as_a_working_day_and_the_eve_of_2025_does_not() -> None:
    assert CALENDAR.day(date(2024, 2, 9)).worked
    assert not CALENDAR.day(date(2025, 1, 28)).worked


def test_the_decree_of_2024_is_not_known_before_it_is_made_public() -> None:
    eve, second_of_may = date(2025, 1, 28), date(2025, 5, 2)
    before, after = as_known_on(date(2024, 11, 11)), as_known_on(date(2024, 11, 12))
    assert [before.is_festival_by_decree(day) for day in (eve, second_of_may)] == [False, False]
    assert [after.is_festival_by_decree(day) for day in (eve, second_of_may)] == [True, True]


def test_a_calendar_is_named_after_its_newest_notice() -> None:
    assert as_known_on(date(2020, 1, 26)).version == "cn-2019-11-21"
    assert as_known_on(date(2020, 1, 28)).version == "cn-2020-01-27"


def test_two_notices_of_one_day_make_two_calendars() -> None:
    days = {date(2027, 1, 1): "元旦"}
    schedule = Notice("test-1", "测试用安排", date(2026, 11, 25), 2027, days, {})
    amendment = Notice(
        "test-2", "测试用调整", date(2026, 11, 25), 2027, {date(2027, 1, 2): "元旦"}, {}, amends="test-1"
    )
    day = date(2026, 11, 25)
    versions = [as_known_on(day, notices).version for notices in ([schedule], [schedule, amendment])]
    assert versions == ["cn-2026-11-25", "cn-2026-11-25-2"]


def test_before_the_first_notice_on_record_there_is_no_calendar() -> None:
    with pytest.raises(ValueError, match="no holiday schedule on record was public by 2017-11-29"):
        as_known_on(date(2017, 11, 29))


def test_every_year_from_2018_to_2026_has_a_verified_schedule_and_two_years_an_amendment() -> None:
    notices = [notice for notice in published() if notice.year <= 2026]
    assert [notice.year for notice in notices if notice.amends is None] == list(range(2018, 2027))
    assert [notice.id for notice in notices if notice.amends is not None] == ["2019-labour", "2020-spring"]
    assert all(notice.verified and notice.number.startswith("国办发明电〔") for notice in notices)
    assert len({notice.number for notice in notices}) == len(notices)


def test_the_longest_breaks_since_2018_are_read_off_the_notices() -> None:
    assert CALENDAR.longest == {
        "spring": 10,  # 2020, extended
        "national": 8,  # 2020, with Mid-Autumn
        "labour": 5,
        "new-year": 3,
        "qingming": 3,
        "dragon-boat": 3,
        "mid-autumn": 3,
    }


def test_a_calendar_survives_the_ledger_as_plain_data_with_ascii_keys() -> None:
    data = CALENDAR.to_data()
    stored = json.loads(json.dumps(data, ensure_ascii=False))
    assert stored == data
    assert Calendar.from_data(stored) == CALENDAR
    assert Calendar.from_data(stored).to_data() == data

    def keys(value: object) -> list[str]:
        match value:
            case dict():
                return [*value, *(key for inner in value.values() for key in keys(inner))]
            case list():
                return [key for inner in value for key in keys(inner)]
            case _:
                assert value is None or isinstance(value, str | int)
                return []

    assert all(key.isascii() for key in keys(data))


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        CALENDAR.version = "cn-0"  # type: ignore[misc]  # what the test is about
    with pytest.raises(TypeError):
        CALENDAR.notices[0].days_off[date(2018, 1, 2)] = "元旦"  # type: ignore[index]  # what the test is about
    with pytest.raises(TypeError):
        CALENDAR.longest["spring"] = 1  # type: ignore[index]  # what the test is about


def test_equal_calendars_have_equal_hashes() -> None:
    again = Calendar.from_data(CALENDAR.to_data())
    assert {CALENDAR, again} == {CALENDAR}
    assert as_known_on(date(2025, 11, 3)) != CALENDAR


def test_a_schedule_of_the_users_own_is_adopted_from_the_day_it_is_made_public() -> None:
    notice = notice_from_data(a_schedule())
    assert not notice.verified
    before, after = as_known_on(date(2026, 11, 24), [notice]), as_known_on(date(2026, 11, 25), [notice])
    assert before == as_known_on(date(2026, 11, 24))
    assert after.version == "cn-2026-11-25"
    assert after.day(date(2027, 2, 8)).kind == "working"
    assert after.day(date(2026, 12, 31)).kind == "make_up"


def test_a_new_schedule_alters_no_calendar_of_the_past() -> None:
    month = {f"2027-02-{day:02}": "春节" for day in range(1, 29)}
    longer = notice_from_data(a_schedule(days_off=month, working={}))
    assert as_known_on(date(2025, 12, 31), [longer]) == CALENDAR
    assert as_known_on(date(2026, 11, 25), [longer]).longest["spring"] == 28


def test_a_break_is_as_long_as_its_amendment_leaves_it_and_ends_where_another_festival_begins() -> None:
    february = {f"2027-02-{day:02}": "春节" for day in range(1, 26)}
    september = {f"2027-09-{day:02}": "中秋节" for day in range(25, 31)}
    october = {f"2027-10-{day:02}": "国庆节" for day in range(1, 10)}
    schedule = notice_from_data(a_schedule(days_off=february | september | october, working={}))
    amendment = notice_from_data(
        a_schedule(
            id="2027-more",
            amends="2027",
            notified_on="2027-01-15",
            days_off={"2027-09-03": "抗战胜利纪念日"},
            working={"2027-02-20": "春节"},
        )
    )
    longest = as_known_on(date(2027, 1, 15), [schedule, amendment]).longest
    assert (longest["spring"], longest["mid-autumn"], longest["national"]) == (19, 6, 9)


def test_an_occasion_of_its_own_keeps_its_printed_name() -> None:
    notice = notice_from_data(a_schedule(days_off={"2027-09-03": "抗战胜利纪念日"}))
    day = as_known_on(date(2026, 11, 25), [notice]).day(date(2027, 9, 3))
    assert (day.why_zh, day.why_en) == ("抗战胜利纪念日放假", "抗战胜利纪念日 holiday")


def test_a_december_day_that_the_next_notice_lists_is_scheduled_though_its_own_year_is_not() -> None:
    notice = notice_from_data(
        a_schedule(id="2028", year=2028, days_off={"2027-12-24": "元旦"}, working={"2027-12-25": "元旦"})
    )
    calendar = as_known_on(date(2026, 11, 25), [notice])
    assert [calendar.is_scheduled(date(2027, 12, day)) for day in (23, 24, 25, 26, 27, 28)] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]


def test_a_decree_applies_from_the_day_it_is_in_force() -> None:
    data = CALENDAR.to_data()
    data["decrees"].append(
        {
            "number": "国务院令第0号",
            "notified_on": "2027-03-01",
            "in_force": "2027-05-01",
            "days_off": {"labour": {"first": 0, "days": 3}, "new-year": {"first": 0, "days": 2}},
        }
    )
    calendar = Calendar.from_data(data)
    days = (date(2027, 1, 2), date(2027, 5, 3), date(2028, 1, 2), date(2027, 10, 1))
    assert [calendar.is_festival_by_decree(day) for day in days] == [False, True, True, False]


def test_a_packaged_notice_given_again_is_no_second_one_and_a_different_one_is_refused() -> None:
    given = published()[0]
    assert as_known_on(date(2025, 12, 31), [given]) == CALENDAR
    with pytest.raises(ValueError, match="notice 2018 differs from the one already known"):
        as_known_on(date(2025, 12, 31), [replace(given, number="国办发明电〔2017〕0号")])


def test_a_second_schedule_for_one_year_is_refused() -> None:
    second = notice_from_data(a_schedule(id="2026-again", year=2026, days_off={"2026-01-01": "元旦"}, working={}))
    with pytest.raises(ValueError, match="notices 2026 and 2026-again both schedule 2026"):
        as_known_on(date(2026, 11, 25), [second])


def test_an_amendment_of_a_notice_that_is_not_known_is_refused() -> None:
    amendment = notice_from_data(a_schedule(id="2027-more", amends="2027"))
    with pytest.raises(ValueError, match="2027-more amends 2027, which is not known before it"):
        as_known_on(date(2026, 11, 25), [amendment])


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ([], "notice: expected dict, got list"),
        ({key: value for key, value in a_schedule().items() if key != "number"}, "notice: missing number"),
        (a_schedule(festivals={}), "notice: unknown festivals"),
        (a_schedule(number=" "), "number: expected a text, got an empty one"),
        (a_schedule(year="2027"), "year: expected int, got str"),
        (a_schedule(year=True), "year: expected int, got bool"),
        (a_schedule(verified=1), "verified: expected bool, got int"),
        (a_schedule(notified_on="20261125"), "notified_on: expected a date YYYY-MM-DD, got '20261125'"),
        (a_schedule(days_off={"2027-02-30": "春节"}), "days_off: expected a date YYYY-MM-DD, got '2027-02-30'"),
        (a_schedule(days_off={"2027-02-06": 1}), "days_off 2027-02-06: expected str, got int"),
        (a_schedule(days_off={}), "notice 2027: lists no day off"),
        (a_schedule(days_off={"2028-01-01": "元旦"}), "notice 2027: 2028-01-01 lies outside 2026-12-01 to 2027-12-31"),
        (a_schedule(working={"2027-01-01": "元旦"}), "notice 2027: 2027-01-01 is both off and worked"),
        (a_schedule(working=["2026-12-31"]), "working: expected dict, got list"),
        (a_schedule(amends=2027), "amends: expected str, got int"),
    ],
)
def test_a_malformed_schedule_file_is_refused_with_what_is_wrong(data: object, fault: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
        notice_from_data(data)
    assert str(refused.value) == fault


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"festivals": {"MMXXVII": {}}}, "festivals: expected a year, got 'MMXXVII'"),
        ({"festivals": {"2027": {"spring": "2027-02-06"}}}, "2027: missing dragon-boat, mid-autumn, qingming"),
        ({"decrees": [{}]}, "decree: missing days_off, in_force, notified_on, number"),
        ({"longest": {"spring": "10"}}, "longest spring: expected int, got str"),
    ],
)
def test_a_malformed_calendar_is_refused_with_what_is_wrong(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
        Calendar.from_data(CALENDAR.to_data() | changes)
    assert str(refused.value) == fault


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"easter": {"first": 0, "days": 1}}, "festival: expected one of"),
        ({"spring": {"first": 0, "days": 0}}, "a festival has at least one day off, got 0"),
    ],
)
def test_a_decree_of_unknown_festivals_or_of_no_days_is_refused(given: dict[str, Any], fault: str) -> None:
    data = CALENDAR.to_data()
    data["decrees"][0]["days_off"] = given
    with pytest.raises(ValueError, match=fault):
        Calendar.from_data(data)


def test_a_notice_written_as_data_is_the_same_notice() -> None:
    for notice in published():
        assert notice_from_data(notice.to_data()) == notice
    assert isinstance(published()[0], Notice)
