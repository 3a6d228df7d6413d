"""What is owed outside a case, by when, and what discharges it."""

from __future__ import annotations

from datetime import date

import pytest

from domain.obligation.commands import Fulfil, RecordObligation, ReferMiss, Waive
from domain.obligation.kind import OBLIGATION
from domain.procedure import commands as p
from domain.procedure.offers import offers
from domain.regime.loader import load
from tests.obligation.office import Office, done, owed
from tests.strategies import CLOCK, HANDLER, JUSTICE, LIAISON, NOTE, STRANGER, URBAN

REGIMES = ("luoyang-2022", "zhumadian-2024", "karamay-2022", "jincheng-2021")


@pytest.mark.parametrize(
    ("regime", "duty", "since", "due"),
    [
        ("karamay-2022", "plan-filing", "2025-01-01", "2025-03-31"),
        ("karamay-2022", "annual-report", "2025-01-01", "2025-12-20"),  # a Saturday: a date does not roll
        ("karamay-2022", "inspection", "2025-01-01", "2025-12-31"),
        ("karamay-2022", "casefile-review", "2022-04-01", "2024-04-01"),
        ("luoyang-2022", "annual-statistics", "2025-01-01", "2025-01-31"),  # in the holiday of Spring Festival
        ("luoyang-2022", "benchmark", "2024-11-30", "2025-02-28"),  # the month has no thirtieth day
        ("luoyang-2022", "licence-or-penalty-published", "2024-09-29", "2024-10-14"),  # Saturday the 12th is worked
        ("luoyang-2022", "other-decision-published", "2024-09-29", "2024-10-31"),
    ],
)
def test_a_duty_with_a_date_falls_due_when_the_text_says(regime: str, duty: str, since: str, due: str) -> None:
    rules = load(regime).regime.obligations[duty]
    mine = rules.holder == "supervisor"
    office = owed(regime, duty, since, occasion="some-act" if rules.occasion else None, mine=mine)
    assert office.clock(duty).reckoned.due == date.fromisoformat(due)
    assert office.clock(duty).article == rules.cite


def test_the_annual_statistics_are_met_when_the_last_of_four_things_is_done() -> None:
    office = owed("luoyang-2022", "annual-statistics", "2025-01-02")
    for part in ("to-superior", "published", "compiled"):
        assert done(office, "2025-01-20", part) == ["fulfilled"]
    assert done(office, "2025-01-23", "to-justice") == ["fulfilled", "deadline-met"]
    assert office.clock("annual-statistics").met_on == date(2025, 1, 23)


def test_the_day_of_discharge_is_that_of_the_last_thing_done_not_of_the_last_one_told() -> None:
    office = owed("karamay-2022", "plan-filing", "2025-01-02")
    done(office, "2025-03-27", "published")
    office.on("2025-04-02", Fulfil("filed", date(2025, 3, 14)), LIAISON)
    assert office.clock("plan-filing").met_on == date(2025, 3, 27)


def test_a_plan_that_is_filed_and_not_published_lapses_with_the_quarter() -> None:
    office = owed("karamay-2022", "plan-filing", "2025-01-02")
    done(office, "2025-02-10", "filed")
    lapse = p.RecordLapse("plan-filing:file")
    assert office.refuses("2025-03-31", lapse, CLOCK)[0] == "nothing-to-lapse"
    assert office.on("2025-04-01", lapse, CLOCK) == ["deadline-lapsed"]


def test_sixty_hours_are_met_on_the_day_that_fills_them() -> None:
    office = owed("karamay-2022", "training-hours", "2024-01-02")
    assert done(office, "2024-03-20", "hours", 40) == ["fulfilled"]
    assert done(office, "2024-06-20", "hours", 19) == ["fulfilled"]
    assert done(office, "2024-09-20", "hours", 1) == ["fulfilled", "deadline-met"]
    assert office.clock("training-hours").met_on == date(2024, 9, 20)


def test_a_day_put_right_makes_late_what_had_seemed_in_time() -> None:
    office = owed("karamay-2022", "annual-report", "2025-01-02")
    done(office, "2025-12-19", "reported")
    fix = p.CorrectEntry(office.file.version - 1, "done_on", "2025-12-19", "2025-12-22", "person-h", NOTE)
    office.on("2025-12-22", fix)
    assert office.clock("annual-report").late


@pytest.mark.parametrize(
    ("reading", "due"),
    [("in-force", "2024-04-01"), ("calendar-years", "2023-12-31"), ("last-review", "2024-04-01")],
)
def test_when_two_years_end_depends_on_the_reading_taken(reading: str, due: str) -> None:
    office = owed("karamay-2022", "casefile-review", "2022-04-01", mine=True)
    office.on("2022-04-02", p.DecideOpenPoint("casefile-review-cycle", reading, NOTE))
    assert office.clock("casefile-review").reckoned.due == date.fromisoformat(due)
    assert office.clock("casefile-review").points == (f"casefile-review-cycle={reading}",)


def test_what_is_to_be_done_promptly_is_on_file_and_has_no_date() -> None:
    office = owed("luoyang-2022", "benchmark-revision", "2024-06-03", occasion="assessment")
    assert office.file.deadlines == {}
    assert office.refuses("2024-06-04", p.Close("done")) == ("not-recorded", "luoyang-2022:art.8.2")
    done(office, "2024-06-28", "revised")
    assert office.on("2024-06-28", p.Close("done")) == ["closed"]


def test_a_standing_duty_is_never_done_with() -> None:
    office = owed("zhumadian-2024", "lead-sharing", "2024-09-02", mine=True)
    for part in ("collected", "shared", "shared"):
        office.on("2024-10-10", Fulfil(part, date(2024, 10, 10)))
    assert office.refuses("2024-10-10", p.Close("done")) == ("not-recorded", "zhumadian-2024:art.15.1")


@pytest.mark.parametrize("regime", REGIMES)
def test_only_what_the_text_dates_has_a_clock(regime: str) -> None:
    text = load(regime).regime
    undated = {name for name, duty in text.obligations.items() if duty.due.span is None}
    assert text.procedures["obligation"].deadlines.keys() == text.obligations.keys() - undated
    for name in undated:
        due = text.obligations[name].due
        assert due.open_norm is None or due.open_norm in text.quote(text.obligations[name].cite).text


@pytest.mark.parametrize("regime", REGIMES)
def test_every_obligation_can_arise_and_says_what_discharges_it(regime: str) -> None:
    text = load(regime).regime
    day = max(text.validity.valid_from, date(2022, 11, 1))
    for name, duty in text.obligations.items():
        office = Office(OBLIGATION, regime)
        command = RecordObligation(
            JUSTICE, name, URBAN, day, "occasion-1" if duty.occasion else None, next(iter(duty.occasions), None)
        )
        office.on(day.isoformat(), command)
        for part in duty.parts:
            done(office, day.isoformat(), part, 100 if duty.due.quantity else None)
        assert all(clock.met_on == day for clock in office.file.deadlines.values())


def test_a_part_of_another_duty_discharges_nothing() -> None:
    office = owed("karamay-2022", "plan-filing", "2025-01-02")
    refusal = office.refuses("2025-02-10", Fulfil("reported", date(2025, 2, 10)), LIAISON)
    assert refusal == ("field-not-allowed", "karamay-2022:art.11.2")


def test_only_who_owes_it_and_the_keeper_of_the_file_report_that_it_was_done() -> None:
    office = owed("karamay-2022", "plan-filing", "2025-01-02")
    assert office.refuses("2025-02-10", Fulfil("filed", date(2025, 2, 10)), STRANGER)[0] == "not-yours"
    assert office.on("2025-02-10", Fulfil("filed", date(2025, 2, 10)), HANDLER) == ["fulfilled"]


def test_nothing_is_owed_under_a_text_that_has_expired() -> None:
    office = Office(OBLIGATION, "jincheng-2021")
    refusal = office.refuses("2023-12-04", RecordObligation(JUSTICE, "platform-data", URBAN))
    assert refusal == ("not-in-force", "jincheng-2021:art.19")


def test_a_waiver_names_its_approver_and_reason_and_ends_the_clock() -> None:
    office = owed("karamay-2022", "annual-report", "2025-01-02")
    assert office.refuses("2025-06-03", Waive("person-h")) == ("field-missing", "cn-default:art.12.3")
    assert office.on("2025-06-03", Waive("person-h", NOTE)) == ["waived", "deadline-cancelled"]


def test_what_is_discharged_is_not_waived() -> None:
    office = owed("karamay-2022", "annual-report", "2025-01-02")
    done(office, "2025-06-03", "reported")
    assert office.refuses("2025-06-04", Waive("person-h", NOTE)) == ("already-recorded", "karamay-2022:art.12.1")


@pytest.mark.parametrize(("reported", "refused"), [("2025-12-19", "not-overdue"), ("2025-12-22", None), (None, None)])
def test_a_miss_is_passed_on_when_it_is_one_late_or_not_at_all(reported: str | None, refused: str | None) -> None:
    office = owed("karamay-2022", "annual-report", "2025-01-02")
    if reported is not None:
        done(office, reported, "reported")
    miss = ReferMiss("accountability/A1", "art.38.1.2")
    if refused is None:
        assert office.on("2025-12-22", miss)[-1] == "miss-referred"
    else:
        assert office.refuses("2025-12-22", miss) == (refused, "karamay-2022:art.12.1")


def test_a_miss_is_passed_on_under_a_ground_that_the_text_gives_for_it() -> None:
    office = owed("karamay-2022", "annual-report", "2025-01-02")
    refusal = office.refuses("2025-12-22", ReferMiss("accountability/A1", "art.38.1.7"))
    assert refusal == ("field-not-allowed", "karamay-2022:art.12.1")


def test_whoever_looks_sees_what_may_be_done_about_a_duty_and_why_not() -> None:
    office = owed("karamay-2022", "annual-report", "2025-01-02")
    found = {each.step: each for each in offers(office.file, office.law(date(2025, 3, 3)), HANDLER, date(2025, 3, 3))}
    assert found["fulfil"].refusal is None
    assert found["fulfil"].asks == ("part",)
    refusal = found["refer-miss"].refusal
    assert refusal is not None
    assert refusal.code == "not-overdue"
