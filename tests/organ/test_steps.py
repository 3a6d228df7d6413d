"""The file of an enforcement body (执法主体), step by step."""

from __future__ import annotations

from datetime import date

import pytest

from domain.identity import Actor, OrganId, PersonId
from domain.organ import commands as c
from domain.organ.kind import ORGAN
from domain.organ.standing import confirmation, superior, supervisors
from domain.procedure import commands as p
from tests.lead.office import Office
from tests.strategies import JUSTICE, LIAISON, NOTE, URBAN

GOVERNMENT = Actor(PersonId("person-g"), OrganId("organ-government"), "government")


def registered(regime: str = "karamay-2022", nature: str = "department") -> Office:
    office = Office(ORGAN, regime)
    office.on("2024-09-02", c.RegisterOrgan(JUSTICE, URBAN, nature))
    return office


def due(office: Office, deadline: str) -> tuple[date, str, bool]:
    clock = office.file.deadlines[deadline]
    return clock.reckoned.due, clock.state, clock.late


def test_a_qualification_is_examined_then_confirmed_then_published() -> None:
    office = registered()
    assert office.refuses("2024-09-03", c.ConfirmQualification("C1", "X1")) == ("not-found", "art.13.1")
    office.on("2024-09-03", c.ExamineQualification("X1", fit=True))
    assert office.refuses("2024-09-03", c.PublishQualification("X1")) == ("not-found", "art.13.1")
    office.on("2024-09-04", c.ConfirmQualification("C1", "X1", ("penalty",)))
    office.on("2024-09-05", c.PublishQualification("C1"))
    assert office.stage() == "published"


def test_what_was_found_unfit_is_not_confirmed_and_what_was_found_fit_not_refused() -> None:
    office = registered()
    office.on("2024-09-03", c.ExamineQualification("X1", fit=False))
    office.on("2024-09-03", c.ExamineQualification("X2", fit=True))
    assert office.refuses("2024-09-04", c.ConfirmQualification("C1", "X1"))[0] == "not-recorded"
    assert office.refuses("2024-09-04", c.RefuseQualification("X2", NOTE))[0] == "not-recorded"
    office.on("2024-09-04", c.RefuseQualification("X1", NOTE))
    office.on("2024-09-04", c.ConfirmQualification("C1", "X2"))


def test_in_luoyang_the_government_confirms_and_nobody_for_it() -> None:
    office = registered("luoyang-2022")
    office.on("2024-09-02", p.NameAuthority("government", GOVERNMENT.organ))
    office.on("2024-09-03", c.ExamineQualification("X1", fit=True))
    assert office.refuses("2024-09-04", c.ConfirmQualification("C1", "X1")) == ("not-yours", "art.7.1")
    office.on("2024-09-04", c.ConfirmQualification("C1", "X1"), GOVERNMENT)
    office.on("2024-09-04", c.PublishQualification("C1"), GOVERNMENT)


def test_twenty_days_after_a_change_are_calendar_days_and_move_off_a_holiday() -> None:
    office = registered("luoyang-2022")
    office.on("2024-09-14", c.RecordChange("G1", "restructuring", effective_on=date(2024, 9, 14)), LIAISON)
    assert due(office, "change-applied:G1") == (date(2024, 10, 8), "running", False)
    office.on("2024-10-08", c.ApplyForQualification("P1", "G1"), LIAISON)
    assert due(office, "change-applied:G1") == (date(2024, 10, 8), "met", False)


def test_an_application_about_nothing_meets_no_deadline_of_a_change() -> None:
    office = registered("luoyang-2022")
    office.on("2024-09-14", c.RecordChange("G1", "restructuring"), LIAISON)
    office.on("2024-09-18", c.ApplyForQualification("P1"), LIAISON)
    assert office.file.deadlines["change-applied:G1"].running


@pytest.mark.parametrize(
    ("reading", "published", "effective", "wanted"),
    [
        (None, date(2024, 9, 20), date(2024, 9, 25), date(2024, 10, 10)),
        (None, date(2024, 9, 25), date(2024, 9, 20), date(2024, 10, 10)),
        (None, date(2024, 9, 20), None, date(2024, 9, 30)),
        ("publication", date(2024, 9, 20), date(2024, 9, 25), date(2024, 9, 30)),
        ("effect", date(2024, 9, 20), date(2024, 9, 23), date(2024, 10, 8)),
    ],
)
def test_which_of_two_joined_days_starts_the_seven_working_days_is_an_open_point(
    reading: str | None, published: date, effective: date | None, wanted: date
) -> None:
    office = registered()
    if reading is not None:
        office.on("2024-09-02", p.DecideOpenPoint("change-counts-from", reading, NOTE))
    office.on("2024-09-25", c.RecordChange("G1", "law", published, effective), LIAISON)
    assert due(office, "change-reported:G1")[0] == wanted
    assert office.file.deadlines["change-reported:G1"].points == (f"change-counts-from={reading or 'later'}",)


def test_the_ten_days_of_a_delegation_hold_for_publishing_and_for_filing() -> None:
    office = registered()
    office.on("2024-09-25", c.RecordDelegation("W1", "organ-station", date(2024, 9, 25), valid_to=date(2027, 1, 1)))
    office.on("2024-10-09", c.PublishInformation("delegation", "W1"), LIAISON)
    assert due(office, "delegation-published:W1") == (date(2024, 10, 14), "met", False)
    assert due(office, "delegation-filed:W1") == (date(2024, 10, 14), "running", False)
    office.on("2024-10-15", c.FileDelegation("W1"), LIAISON)
    assert due(office, "delegation-filed:W1") == (date(2024, 10, 14), "met", True)


def test_a_deed_may_run_into_the_future_and_be_corrected_there_but_is_not_signed_there() -> None:
    office = registered()
    signed_tomorrow = c.RecordDelegation("W1", "organ-station", date(2024, 9, 26))
    assert office.refuses("2024-09-25", signed_tomorrow, LIAISON)[0] == "in-the-future"
    office.on("2024-09-25", c.RecordDelegation("W1", "organ-station", date(2024, 9, 25), (), date(2026, 9, 24)))
    version = next(h.version for h in office.file.log if getattr(h.fact, "delegation", None) == "W1")
    for field, was, now in (("valid_to", "2026-09-24", "2027-09-24"), ("signed_on", "2024-09-25", "2024-09-24")):
        office.on("2024-09-25", p.CorrectEntry(version, field, was, now, "person-h", NOTE))
    refused = office.refuses(
        "2024-09-25", p.CorrectEntry(version, "signed_on", "2024-09-24", "2024-09-26", "person-h", NOTE)
    )
    assert refused[0] == "in-the-future"


def test_a_body_designates_at_least_two_supervision_officers() -> None:
    office = registered()
    assert office.refuses("2024-09-03", c.DesignateSupervisors(("a",)), LIAISON) == ("too-few-persons", "art.20.1")
    office.on("2024-09-03", c.DesignateSupervisors(("a", "b")), LIAISON)
    office.on("2024-09-10", c.DesignateSupervisors(("b", "d")), LIAISON)
    days = [date(2024, 9, 2), date(2024, 9, 9), date(2024, 9, 10)]
    assert [supervisors(office.file, day) for day in days] == [(), ("a", "b"), ("b", "d")]


def test_only_an_organ_that_is_led_from_above_has_a_superior() -> None:
    assert registered("zhumadian-2024").refuses("2024-09-03", c.SetSuperior("organ-p")) == (
        "field-not-allowed",
        "cn-default:art.7.4",
    )
    office = registered("zhumadian-2024", "vertical")
    office.on("2024-09-03", c.SetSuperior("organ-p"))
    office.on("2024-10-08", c.SetSuperior("organ-q"))
    assert [superior(office.file, date(2024, m, d)) for m, d in ((9, 2), (9, 3), (10, 7), (10, 8))] == [
        None,
        "organ-p",
        "organ-p",
        "organ-q",
    ]


def test_the_confirmation_of_a_day_is_the_newest_by_then() -> None:
    office = registered()
    for day, number in (("2024-09-03", 1), ("2024-09-10", 2)):
        office.on(day, c.ExamineQualification(f"X{number}", fit=True))
        office.on(day, c.ConfirmQualification(f"C{number}", f"X{number}"))
    found = [confirmation(office.file, date(2024, 9, day)) for day in (2, 3, 9, 10)]
    assert [each and each.confirmation for each in found] == [None, "C1", "C1", "C2"]


def test_nothing_is_registered_under_a_text_that_has_expired() -> None:
    office = Office(ORGAN, "jincheng-2021")
    assert office.refuses("2023-12-04", c.RegisterOrgan(JUSTICE, URBAN)) == ("not-in-force", "art.19.1")
