"""A review of case files, an inspection, an evaluation: what follows what, and under which article."""

from __future__ import annotations

import pytest

from domain.identity import Actor
from domain.procedure import commands as p
from domain.procedure.stage import stage
from domain.programme import commands as c
from domain.programme.kind import PROGRAMME
from tests.obligation.office import Office
from tests.strategies import HANDLER, JUSTICE, LIAISON, STRANGER, URBAN

ALL_FOUR = ("facts", "evidence", "procedure", "documents")


def planned(regime: str, kind: str, method: str | None = None) -> Office:
    office = Office(PROGRAMME, regime)
    office.on("2024-09-02", c.PlanProgramme(JUSTICE, kind, method=method))
    return office


def drawn() -> Office:
    """A review of case files in which one file is drawn."""
    office = planned("karamay-2022", "casefile-review", "art.21.1.3")
    office.on("2024-09-03", c.StartProgramme(("person-a", "person-b")))
    office.on("2024-09-04", c.SelectFile("S1", URBAN))
    return office


def test_a_review_goes_from_its_plan_to_its_circular() -> None:
    office = drawn()
    assert office.on("2024-09-05", c.GradeFile("S1", "poor")) == ["file-graded"]
    assert office.on("2024-09-06", c.ReferFinding("F1", "case/K1", "S1")) == ["finding-referred"]
    assert office.on("2024-09-09", c.ReportProgramme(discharges=("obligation/O1",))) == ["reported"]
    assert office.on("2024-09-10", c.PublishProgramme("circular-9")) == ["published"]
    assert stage(office.file, office.regime).stage == "published"


def test_no_file_is_drawn_before_the_review_has_begun() -> None:
    office = planned("karamay-2022", "casefile-review", "art.21.1.3")
    assert office.refuses("2024-09-03", c.SelectFile("S1", URBAN)) == ("not-recorded", "cn-default:art.9.2")


def test_a_file_that_was_not_drawn_is_not_graded() -> None:
    assert drawn().refuses("2024-09-05", c.GradeFile("S2", "poor"))[0] == "not-found"


def test_a_finding_of_a_review_names_a_file_that_was_graded() -> None:
    office = drawn()
    assert office.refuses("2024-09-05", c.ReferFinding("F1", "case/K1")) == ("field-missing", "cn-default:art.9.3")
    refusal = office.refuses("2024-09-05", c.ReferFinding("F1", "case/K1", "S1"))
    assert refusal == ("not-recorded", "cn-default:art.9.3")


def test_a_finding_of_an_inspection_needs_no_file() -> None:
    office = planned("karamay-2022", "inspection", "art.21.1.2")
    office.on("2024-09-03", c.StartProgramme(("person-a",)))
    assert office.on("2024-09-04", c.ReferFinding("F1", "case/K1")) == ["finding-referred"]


def test_nothing_is_reported_before_every_file_drawn_is_graded() -> None:
    office = drawn()
    assert office.refuses("2024-09-05", c.ReportProgramme()) == ("outstanding", "cn-default:art.9.4")


def test_a_review_of_no_file_is_not_reported() -> None:
    office = planned("karamay-2022", "casefile-review", "art.21.1.3")
    office.on("2024-09-03", c.StartProgramme(("person-a",)))
    assert office.refuses("2024-09-05", c.ReportProgramme()) == ("not-recorded", "cn-default:art.9.4")


def test_after_the_report_no_grade_is_given_or_changed() -> None:
    office = drawn()
    office.on("2024-09-05", c.GradeFile("S1", "poor"))
    office.on("2024-09-06", c.ReportProgramme())
    assert office.refuses("2024-09-09", c.GradeFile("S1", "good"))[0] == "already-recorded"


def test_results_are_not_published_before_the_report() -> None:
    assert drawn().refuses("2024-09-05", c.PublishProgramme("circular-9")) == ("not-recorded", "cn-default:art.9.5")


@pytest.mark.parametrize("left_out", ALL_FOUR)
def test_luoyang_grades_a_file_for_facts_evidence_procedure_and_documents(left_out: str) -> None:
    office = planned("luoyang-2022", "casefile-review")
    office.on("2024-09-03", c.StartProgramme(("person-a",)))
    office.on("2024-09-04", c.SelectFile("S1", URBAN))
    some = tuple(each for each in ALL_FOUR if each != left_out)
    assert office.refuses("2024-09-05", c.GradeFile("S1", "poor", some)) == ("field-missing", "luoyang-2022:art.17.2")
    assert office.on("2024-09-05", c.GradeFile("S1", "poor", ALL_FOUR)) == ["file-graded"]


@pytest.mark.parametrize(
    ("regime", "kind", "method"),
    [("karamay-2022", "inspection", "art.21.1.2"), ("jincheng-2021", "on-site", "art.8.1.2")],
)
def test_nobody_inspects_on_the_spot_alone(regime: str, kind: str, method: str) -> None:
    office = Office(PROGRAMME, regime)
    office.on("2023-05-08", c.PlanProgramme(JUSTICE, kind, method=method))
    assert office.refuses("2023-05-09", c.StartProgramme(("person-a",), on_site=True))[0] == "too-few-persons"
    assert office.on("2023-05-09", c.StartProgramme(("person-a", "person-b"), on_site=True)) == ["started"]


def test_in_karamay_a_third_party_evaluates_once_it_was_looked_at_and_does_nothing_else() -> None:
    office = planned("karamay-2022", "evaluation")
    entrusted = c.StartProgramme(("person-a",), entrusted_to="university-1")
    assert office.refuses("2024-09-03", entrusted) == ("field-missing", "karamay-2022:art.16.1")
    looked_at = c.StartProgramme(("person-a",), entrusted_to="university-1", considered=("art.16.1",))
    assert office.on("2024-09-03", looked_at) == ["started"]
    inspection = planned("karamay-2022", "inspection", "art.21.1.2")
    assert inspection.refuses("2024-09-03", looked_at) == ("field-not-allowed", "karamay-2022:art.16.1")


@pytest.mark.parametrize(("method", "code"), [(None, "field-missing"), ("art.12.1.1", "unknown-code")])
def test_in_zhumadian_supervision_takes_one_of_the_methods_listed(method: str | None, code: str) -> None:
    office = Office(PROGRAMME, "zhumadian-2024")
    assert office.refuses("2024-09-02", c.PlanProgramme(JUSTICE, "special", method=method))[0] == code


@pytest.mark.parametrize("actor", [LIAISON, STRANGER])
def test_only_the_supervision_organ_grades(actor: Actor) -> None:
    assert drawn().refuses("2024-09-05", c.GradeFile("S1", "good"), actor)[0] == "not-yours"


def test_a_finished_programme_is_closed_and_takes_no_further_file() -> None:
    office = drawn()
    office.on("2024-09-05", p.Close("given-up"), HANDLER)
    assert office.refuses("2024-09-06", c.SelectFile("S2", URBAN))[0] == "case-closed"
