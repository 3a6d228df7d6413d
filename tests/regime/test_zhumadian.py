"""驻马店市行政执法监督办法: who supervises whom, the opinion, its thirty days, the refusal, the decision."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.regimes import memory_desk
from api.play import play
from api.scenario import of_regime
from domain import errors
from domain.calendar import as_known_on
from domain.case import commands as c
from domain.case.kind import CASE, INITIAL
from domain.catalogue import short_name
from domain.identity import Actor, OrganId, PersonId
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.offers import offers
from domain.procedure.patterns import matches
from domain.procedure.stage import stage
from domain.procedure.state import fold
from domain.regime.conditions import Pattern
from domain.regime.coverage import coverage
from domain.regime.law import Law
from domain.regime.loader import load
from tests.case.office import Office
from tests.strategies import NOTE

REGIME, SUPERIOR = load("zhumadian-2024").regime, load("cn-2026").regime
GOVERNMENT, JUSTICE, COUNTY = OrganId("organ-government"), OrganId("organ-justice"), OrganId("organ-county")
MAYOR = Actor(PersonId("person-g"), GOVERNMENT, "handler")
CLERK = Actor(PersonId("person-j"), JUSTICE, "handler")
LIAISON = Actor(PersonId("person-x"), COUNTY, "liaison")
GROUND = "art.16.2.1"
OPINION = p.IssueOpinion("O1", grounds=(GROUND,))
DECISION = p.IssueDecision("D1", about="O1", kind="correct")
SUPERVISES = {
    "government": {"department", "dispatched-organ", "lower-government", "vertical"},
    "city-department": {"lower-department", "own-body", "dispatched-body"},
    "county-department": {"own-body", "dispatched-body"},
    "vertical": {"own-body", "lower-organ"},
}


class Bureau(Office):
    """An office under the law of Zhumadian."""

    def law(self, today: date) -> Law:
        return Law(REGIME, "d" * 64, as_known_on(today, ()), "c" * 64, (SUPERIOR,))


def opened(supervisor: str = "government", subject: str = "lower-government", day: str = "2024-09-02") -> Bureau:
    """A case that the city government keeps; where it supervises as a government its justice department is named."""
    bureau = Bureau()
    opening = c.OpenCase(GOVERNMENT, COUNTY, "supervision", supervisor_kind=supervisor, subject_kind=subject)
    bureau.on(day, opening, MAYOR)
    if supervisor == "government":
        bureau.on(day, p.NameAuthority("agent", JUSTICE), MAYOR)
        bureau.on(day, p.NameAuthority("government", GOVERNMENT), MAYOR)
    return bureau


def opined(received: str = "2024-09-04") -> Bureau:
    """The opinion of the justice department has been received."""
    day = (date.fromisoformat(received) - timedelta(days=1)).isoformat()
    bureau = opened(day=day)
    bureau.on(day, c.RecordFinding("F1", "improper", grounds=(GROUND,)), CLERK)
    bureau.on(day, OPINION, CLERK)
    bureau.on(received, p.ServeDocument("O1", COUNTY, "direct", "E1"), CLERK)
    return bureau


@pytest.mark.parametrize("supervisor", REGIME.procedures["case"].codes["supervisor-kinds"])
@pytest.mark.parametrize("subject", REGIME.procedures["case"].codes["subject-kinds"])
def test_only_whom_the_text_names_is_supervised(supervisor: str, subject: str) -> None:
    if subject in SUPERVISES[supervisor]:
        assert opened(supervisor, subject).case.opened is not None
        return
    with pytest.raises(errors.FieldNotAllowed) as refused:
        opened(supervisor, subject)
    assert REGIME.quote(str(refused.value.article)).citation.article in (3, 6)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2024-09-04", "2024-10-08"),  # 4 October lies in the holiday
        ("2024-09-12", "2024-10-12"),  # a Saturday that is worked
        ("2025-01-02", "2025-02-05"),  # 1 February lies in the Spring Festival
        ("2025-04-07", "2025-05-07"),
    ],
)
def test_thirty_days_are_calendar_days_and_do_not_end_on_a_day_of_rest(received: str, due: str) -> None:
    deadlines = opined(received).case.deadlines
    assert {clock.reckoned.due.isoformat() for clock in deadlines.values()} == {due}
    assert set(deadlines) == {"opinion-correct:O1", "opinion-report:O1"}


@pytest.mark.parametrize(
    "command",
    [
        p.RequestReview("V1", "O1", date(2024, 9, 6), written=True, reasoned=True),
        p.IssueNotice("N1"),
        p.OrderCorrection("R1", ("person-j",)),
        p.ExtendDeadline("opinion-correct:O1", "person-g"),
    ],
)
def test_there_is_no_objection_no_notice_no_order_and_no_extension(command: Command) -> None:
    assert isinstance(opined().refuses("2024-09-06", command, CLERK), errors.NoSuchStep)


def test_where_a_government_supervises_its_justice_department_issues_the_opinion() -> None:
    bureau = opened()
    bureau.on("2024-09-02", c.RecordFinding("F1", "improper", grounds=(GROUND,)), CLERK)
    refusal = bureau.refuses("2024-09-03", OPINION, MAYOR)
    assert (refusal.code, refusal.article) == ("not-yours", "zhumadian-2024:art.16.3")
    assert bureau.on("2024-09-03", OPINION, CLERK) == ["opinion-issued"]
    assert bureau.case.documents["O1"].issued.by == JUSTICE


def test_a_department_issues_its_opinion_itself_and_names_nobody_to_act_for_it() -> None:
    bureau = opened("city-department", "own-body")
    refusal = bureau.refuses("2024-09-02", p.NameAuthority("agent", JUSTICE), MAYOR)
    assert (refusal.code, refusal.article) == ("field-not-allowed", "zhumadian-2024:art.5.1")
    bureau.on("2024-09-02", c.RecordFinding("F1", "unlawful", grounds=("art.16.2.2",)), MAYOR)
    assert bureau.refuses("2024-09-03", OPINION, CLERK).code == "not-yours"
    assert bureau.on("2024-09-03", p.IssueOpinion("O1", grounds=("art.16.2.2",)), MAYOR) == ["opinion-issued"]
    assert bureau.case.documents["O1"].issued.by is None


def test_an_opinion_of_the_justice_department_bears_a_number_of_its_own_register() -> None:
    scenario = next(s for s in of_regime("zhumadian-2024") if s.organs.get("agent") and s.organs.get("government"))
    desk = memory_desk(scenario.ledger)
    (played,) = play([next(b for b in scenario.branches() if b.id.endswith("the-government-decides"))], desk)
    assert not played.failed
    assert desk.log.read("register/organ-justice/opinion/2024")
    assert not desk.log.read("register/organ-government/opinion/2024")
    assert desk.log.read("register/organ-government/decision/2024")


def test_what_is_found_at_a_vertically_led_organ_ends_in_informing_its_superior() -> None:
    bureau = opened(subject="vertical")
    bureau.on("2024-09-02", c.RecordFinding("F1", "unlawful", grounds=(GROUND,)), CLERK)
    refusal = bureau.refuses("2024-09-03", OPINION, CLERK)
    assert (refusal.code, refusal.article) == ("field-not-allowed", "zhumadian-2024:art.3.4")
    assert bureau.refuses("2024-09-03", p.Close("done"), CLERK).code == "outstanding"
    bureau.on("2024-09-03", c.NotifySuperior("F1", "organ-superior"), CLERK)
    assert bureau.case.organs("superior") == {"organ-superior"}
    assert not bureau.case.deadlines  # 及时 is no date
    assert stage(bureau.case, REGIME).stage == "informed"
    assert "closed" in bureau.on("2024-09-03", p.Close("superior-informed"), CLERK)


def test_no_superior_is_informed_of_an_organ_that_is_not_vertically_led() -> None:
    bureau = opened()
    bureau.on("2024-09-02", c.RecordFinding("F1", "improper"), CLERK)
    refusal = bureau.refuses("2024-09-03", c.NotifySuperior("F1", "organ-superior"), CLERK)
    assert (refusal.code, refusal.article) == ("field-not-allowed", "zhumadian-2024:art.3.4")


def test_an_act_is_stopped_before_it_is_reported_and_not_after() -> None:
    bureau = opened()
    bureau.on("2024-09-02", c.RegisterAct("A1", "inspection"), CLERK)
    assert bureau.refuses("2024-09-03", c.StopAct("A1", ("person-j",)), CLERK).code == "field-missing"
    tomorrow = c.StopAct("A1", ("person-j",), date(2024, 9, 4))
    assert bureau.refuses("2024-09-03", tomorrow, CLERK).code == "in-the-future"
    assert bureau.on("2024-09-03", c.StopAct("A1", ("person-j",), date(2024, 9, 2)), CLERK) == ["act-stopped"]


@pytest.mark.parametrize(("option", "issuer", "other"), [("government", MAYOR, CLERK), ("agent", CLERK, MAYOR)])
def test_who_decides_where_a_government_supervises_is_an_open_point(option: str, issuer: Actor, other: Actor) -> None:
    bureau = opined()
    bureau.on("2024-09-05", p.DecideOpenPoint("decision-when-government-supervises", option, NOTE), CLERK)
    bureau.on("2024-09-05", p.RecordCorrectionRefusal("O1"), LIAISON)
    refusal = bureau.refuses("2024-09-06", DECISION, other)
    assert (refusal.code, refusal.article) == ("not-yours", "zhumadian-2024:art.16.5")
    assert bureau.on("2024-09-06", DECISION, issuer)[0] == "decision-issued"


@pytest.mark.parametrize(
    ("option", "refused", "lapsed", "verified"),
    [("express", True, False, False), ("verified", True, False, True), ("silence", True, True, True)],
)
def test_what_a_refusal_is_depends_on_the_reading(option: str, *, refused: bool, lapsed: bool, verified: bool) -> None:
    def decides(*before: tuple[Command, Actor]) -> bool:
        bureau = opined()
        bureau.on("2024-09-05", p.DecideOpenPoint("refusal-by-silence", option, NOTE), CLERK)
        for command, actor in before:
            bureau.on("2024-10-09", command, actor)
        try:
            return "decision-issued" in bureau.on("2024-10-09", DECISION, MAYOR)
        except errors.NotRecorded:
            return False

    assert decides((p.RecordCorrectionRefusal("O1"), LIAISON)) is refused
    assert decides() is lapsed
    assert decides((p.VerifyCorrection("O1", corrected=False), CLERK)) is verified


def test_what_is_found_uncorrected_before_the_time_is_up_is_not_refused() -> None:
    bureau = opined()
    bureau.on("2024-10-08", p.VerifyCorrection("O1", corrected=False), CLERK)
    assert bureau.refuses("2024-10-08", DECISION, MAYOR).article == "zhumadian-2024:art.16.5"
    assert bureau.on("2024-10-09", DECISION, MAYOR)[0] == "decision-issued"


def test_a_decision_made_too_early_and_reported_afterwards_has_no_effect() -> None:
    bureau = opined()
    bureau.on("2024-09-20", DECISION, MAYOR, done_before=True)
    bureau.on("2024-09-20", p.ServeDocument("D1", COUNTY, "direct", "E2"), CLERK)
    assert bureau.case.documents["D1"].issued.defects
    assert "decision-report:D1" not in bureau.case.deadlines
    assert bureau.case.deadlines["opinion-correct:O1"].running


def test_a_gap_is_filled_by_naming_the_other_text_and_why() -> None:
    bureau = opened()
    assert bureau.refuses("2024-09-03", c.ApplyOtherLaw("henan:art.1"), CLERK).article == "zhumadian-2024:art.2.2"
    assert bureau.on("2024-09-03", c.ApplyOtherLaw("henan:art.1", reason=NOTE), CLERK) == ["other-law-applied"]


def test_since_2026_a_superior_regulation_is_checked_before_an_opinion() -> None:
    bureau = opened(day="2026-02-02")
    bureau.on("2026-02-02", c.RecordFinding("F1", "improper", grounds=(GROUND,)), CLERK)
    assert bureau.refuses("2026-02-03", OPINION, CLERK).code == "superior-unchecked"
    bureau.on("2026-02-03", p.CheckSuperiorLaw("cn-2026", conflict=False), CLERK)
    assert bureau.on("2026-02-03", OPINION, CLERK) == ["opinion-issued"]


def test_the_ones_who_do_not_act_are_told_whose_step_it_is_and_where_it_says_so() -> None:
    bureau = opened()
    judged = {offer.step: offer for offer in offers(bureau.case, bureau.law(date(2024, 9, 3)), MAYOR, date(2024, 9, 3))}
    refusal = judged["issue-opinion"].refusal
    assert isinstance(refusal, errors.NotYours)
    assert refusal.article == "zhumadian-2024:art.16.3"
    assert "代表政府" in refusal.sentence_zh
    assert "request-review" not in judged


def test_a_list_in_a_fact_fits_when_one_of_it_does() -> None:
    bureau = opened()
    bureau.on("2024-09-02", c.RecordFinding("F1", "improper", grounds=("art.16.2.1", "art.16.2.3")), CLERK)
    fact = bureau.case.log[-1].fact

    def fits(*grounds: str) -> bool:
        where: Any = {"grounds": tuple(f"zhumadian-2024:{ground}" for ground in grounds)}
        return matches(Pattern(fact="finding-recorded", where=where), fact, bureau.case)

    assert fits("art.16.2.3", "art.16.2.4")
    assert not fits("art.16.2.4")


def test_every_paragraph_on_the_case_is_accounted_for() -> None:
    articles = (1, 2, 3, 4, 6, 7, 8, 10, 11, 12, 13, 16, 18, 20)
    left = [each.row.cite for each in coverage(REGIME) if not each.became]
    assert not [cite for cite in left if cite and int(cite.split(".")[1]) in articles]


ANY_STEP: st.SearchStrategy[Command] = st.sampled_from(
    (
        c.RegisterAct("A1", "penalty"),
        c.StopAct("A1", ("person-j",), date(2024, 9, 2)),
        c.RecordFinding("F1", "improper", grounds=(GROUND,)),
        c.RecordFinding("F2", "discipline-lead"),
        c.RecordFinding("F3", "unlawful"),
        c.NotifySuperior("F1", "organ-superior"),
        p.Transfer("T1", "F2", "organ-discipline", "discipline"),
        OPINION,
        p.ServeDocument("O1", COUNTY, "direct", "E1"),
        p.RecordCorrectionRefusal("O1"),
        p.ReportCorrection("O1", written=True),
        p.VerifyCorrection("O1", corrected=False),
        p.VerifyCorrection("O1", corrected=True, corrected_on=date(2024, 9, 2)),
        DECISION,
        p.ServeDocument("D1", COUNTY, "direct", "E2"),
        p.ReportCorrection("D1", written=True),
        p.Close("done"),
        p.Reopen(NOTE),
    )
)
STRAIGHT_WAY = (
    (0, c.RecordFinding("F1", "improper", grounds=(GROUND,)), CLERK),
    (1, OPINION, CLERK),
    (1, p.ServeDocument("O1", COUNTY, "direct", "E1"), CLERK),
    (20, p.VerifyCorrection("O1", corrected=False), CLERK),
)
HISTORIES = st.tuples(
    st.integers(0, len(STRAIGHT_WAY)).map(lambda most: STRAIGHT_WAY[:most]),
    st.lists(st.tuples(st.integers(0, 20), ANY_STEP, st.sampled_from((MAYOR, CLERK, CLERK, LIAISON))), max_size=15),
).map(lambda parts: [*parts[0], *parts[1]])


@given(
    supervised=st.sampled_from([(one, other) for one, others in SUPERVISES.items() for other in sorted(others)]),
    history=HISTORIES,
)
def test_whatever_is_asked_in_whatever_order_no_one_decides_without_a_refusal(
    supervised: tuple[str, str], history: list[tuple[int, Command, Actor]]
) -> None:
    bureau, day, refusals = opened(*supervised), date(2024, 9, 2), list[errors.Refusal]()
    for gap, command, actor in history:
        day += timedelta(days=gap)
        who = MAYOR if actor is CLERK and supervised[0] != "government" else actor
        try:
            bureau.on(day.isoformat(), command, who)
        except errors.Refusal as refusal:
            refusals.append(refusal)
    assert all(REGIME.quote(refusal.article).text for refusal in refusals if refusal.article is not None)
    facts = [short_name(happening.fact) for happening in bureau.log]
    assert fold(CASE, bureau.log) == bureau.case != INITIAL
    assert supervised[1] != "vertical" or "opinion-issued" not in facts
    assert supervised[1] == "vertical" or "superior-notified" not in facts
    if "opinion-issued" in facts:
        assert (bureau.case.documents["O1"].issued.by == JUSTICE) is (supervised[0] == "government")
    if "decision-issued" in facts:
        before = facts[: facts.index("decision-issued")]
        assert "document-served" in before
        clock = bureau.case.deadlines["opinion-correct:O1"]
        assert "correction-refused" in before or (clock.late and "correction-verified" in before)
