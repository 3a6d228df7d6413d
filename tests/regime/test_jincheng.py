"""The case of 晋城市行政执法监督暂行办法, told in the trade's words: opening, notice, decision, review, and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from domain import errors
from domain.calendar import as_known_on
from domain.case import commands as c
from domain.identity import Actor, PersonId
from domain.identity import OrganId as Organ
from domain.procedure import commands as p
from domain.procedure import facts
from domain.procedure.commands import Command
from domain.procedure.facts import Limit
from domain.procedure.offers import offers
from domain.procedure.stage import stage
from domain.regime.coverage import coverage
from domain.regime.law import Law
from domain.regime.loader import load
from tests.case.office import Office
from tests.strategies import HANDLER, JUSTICE, LIAISON, NOTE, STRANGER, URBAN

REGIME: Final = load("jincheng-2021").regime
HEAD: Final = Actor(PersonId("person-h"), JUSTICE, "head")
ABOVE: Final = Actor(PersonId("person-u"), Organ("organ-above"), "reviewer")
SEAL: Final = "government-supervision-seal"
TWO: Final = ("person-a", "person-b")
GROUNDS: Final = ("art.13.1.3", "art.14.1.2", "art.15.1.2")
OWN: Final = {"correct": GROUNDS[0], "revoke": GROUNDS[0], "confirm-unlawful": GROUNDS[1], "confirm-void": GROUNDS[2]}


class Bureau(Office):
    """An office under this text."""

    def law(self, today: date) -> Law:
        return Law(REGIME, "d" * 64, as_known_on(today, self.notices), "c" * 64, ())


def decision(
    kind: str = "correct", ground: str = "art.13.1.3", document: str = "D1", **more: object
) -> p.IssueDecision:
    """A decision on the missed notice, with all that its kind needs."""
    told = {"about": "N1", "acts": ("A1",), "considered": ("art.14.1.2",), "seal": SEAL, **more}
    return p.IssueDecision(document, kind=kind, grounds=(ground,), **told)  # type: ignore[arg-type]  # as each test says


def review(review_id: str = "V1", about: str = "D1", sent: date = date(2022, 9, 28)) -> p.RequestReview:
    return p.RequestReview(review_id, about, sent, written=True, reasoned=False)


# The notice is received after the Mid-Autumn Festival and missed; the decision is received before National Day.
WAY: Final[tuple[tuple[str, Actor, Command], ...]] = (
    ("2022-08-29", HANDLER, c.OpenCase(JUSTICE, URBAN, "complaint")),
    ("2022-08-29", HANDLER, p.AssignHandlers(TWO)),
    ("2022-08-29", HANDLER, c.RegisterAct("A1", "penalty")),
    ("2022-08-30", HEAD, c.ApproveOpening()),
    ("2022-08-31", HANDLER, c.TakeMeasure("M1", "art.7.1.2", TWO)),
    ("2022-09-06", HANDLER, c.RecordFinding("F1", "unlawful", "A1", GROUNDS)),
    ("2022-09-09", HANDLER, p.IssueNotice("N1", about="F1", acts=("A1",), limit=Limit(7, "working_day"))),
    ("2022-09-13", HANDLER, p.ServeDocument("N1", URBAN, "direct", "E1")),
    ("2022-09-23", HANDLER, decision(limit=Limit(20, "working_day"))),
    ("2022-09-26", HANDLER, p.ServeDocument("D1", URBAN, "direct", "E2")),
    ("2022-09-28", LIAISON, review()),
    ("2022-09-28", HANDLER, p.NameAuthority("next_higher", ABOVE.organ)),
    ("2022-10-20", ABOVE, p.DecideReview("V1", "W1", "amended")),
    ("2022-10-21", HANDLER, p.ServeDocument("W1", URBAN, "direct", "E3")),
)
OPENED, FOUND, SERVED, DECIDED, REVIEWED = 3, 6, 8, 10, 12


def after(steps: int) -> Bureau:
    """The case after the first steps of the way."""
    office = Bureau()
    for day, actor, command in WAY[:steps]:
        office.on(day, command, actor)
    return office


def test_every_paragraph_of_the_text_is_accounted_for() -> None:
    assert [each.row.cite for each in coverage(REGIME) if not each.became] == []


def test_the_item_printed_as_the_third_is_cited_as_the_second() -> None:
    assert REGIME.quote("art.14.1.2").text.startswith("行政执法行为违法，但撤销会给国家利益")
    assert "jincheng-2021:art.14.1.2" in {oddity.cite for oddity in REGIME.oddities}


# --- two years ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "readings", "refusal"),
    [
        ("2021-11-30", (), errors.NotInForce),
        ("2021-12-01", (), None),
        ("2023-11-30", (), None),
        ("2023-11-30", ("last-day=thirtieth",), None),
        ("2023-12-01", (), errors.PointUndecided),
        ("2023-12-01", ("last-day=thirtieth",), errors.NotInForce),
        ("2023-12-01", ("last-day=first",), None),
        ("2023-12-02", ("last-day=first",), errors.NotInForce),
        ("2023-12-02", (), errors.NotInForce),
    ],
)
def test_a_case_is_opened_only_while_the_text_is_in_force(
    day: str, readings: tuple[str, ...], refusal: type[errors.Refusal] | None
) -> None:
    office, opening = Bureau(), c.OpenCase(JUSTICE, URBAN, "complaint", readings=readings)
    if refusal is None:
        assert office.on(day, opening)[0] == "opened"
    else:
        found = office.refuses(day, opening)
        assert (type(found), found.article) == (refusal, "jincheng-2021:art.19.1")


def test_a_case_asked_for_in_time_is_not_approved_after_the_end() -> None:
    office = Bureau()
    office.on("2023-11-30", c.OpenCase(JUSTICE, URBAN, "complaint"))
    office.on("2023-11-30", p.AssignHandlers(TWO))
    assert isinstance(office.refuses("2023-12-02", c.ApproveOpening(), HEAD), errors.NotInForce)
    assert office.on("2023-12-02", c.RejectOpening(NOTE), HEAD) == ["opening-rejected"]


def test_a_running_case_finishes_after_the_end() -> None:
    office = after(SERVED)
    assert "decision-issued" in office.on("2024-03-01", decision("revoke"))
    assert "act-revoked" in office.on("2024-03-04", p.ServeDocument("D1", URBAN, "direct", "E2"))


def test_what_was_opened_under_the_other_reading_can_be_corrected_like_any_other() -> None:
    office = Bureau()
    office.on("2023-12-01", c.OpenCase(JUSTICE, URBAN, "complaint", readings=("last-day=first",)))
    office.on("2023-12-01", p.CorrectEntry(1, "origin", "complaint", "report", "person-h", NOTE))
    too_late = p.CorrectEntry(1, "occurred_on", "2023-12-01", "2023-12-04", "person-h", NOTE)
    assert isinstance(office.refuses("2023-12-04", too_late), errors.NotInForce)


# --- opening -----------------------------------------------------------------------------------------------------

WORK: Final = (
    c.TakeMeasure("M1", "art.7.1.1", TWO),
    c.RecordFinding("F1", "unlawful", "A1"),
    c.RequestAssistance("H1", "organ-archive"),
    p.IssueNotice("N1", limit=Limit(5, "working_day")),
    decision("confirm-void", GROUNDS[2], about=None),
)


@pytest.mark.parametrize("command", WORK, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("rejected", [False, True])
def test_no_work_is_done_on_a_case_whose_opening_is_not_approved(command: Command, rejected: bool) -> None:  # noqa: FBT001  # a parameter
    office = after(OPENED)
    if rejected:
        office.on("2022-08-30", c.RejectOpening(NOTE), HEAD)
    assert office.refuses("2022-08-31", command).article == "jincheng-2021:art.9.1.1"


def test_a_handler_neither_approves_nor_rejects_what_the_handlers_ask_for() -> None:
    office = after(OPENED)
    for command in (c.ApproveOpening(), c.RejectOpening()):
        assert isinstance(office.refuses("2022-08-30", command), errors.OwnApproval)
    law, day = office.law(date(2022, 8, 30)), date(2022, 8, 30)
    shown = {who: {o.step for o in offers(office.case, law, who, day) if o.refusal is None} for who in (HANDLER, HEAD)}
    assert "approve-opening" in shown[HEAD] - shown[HANDLER]


def test_the_approval_names_who_gave_it() -> None:
    approval = after(OPENED + 1).case.log[-1].fact
    assert getattr(approval, "by", None) == "person-h"


def test_an_opening_is_decided_once() -> None:
    office = after(OPENED + 1)
    for command in (c.ApproveOpening(), c.RejectOpening()):
        assert isinstance(office.refuses("2022-08-31", command, HEAD), errors.AlreadyRecorded)


def test_own_motion_needs_approval_unless_the_open_point_is_decided_otherwise() -> None:
    office = Bureau()
    office.on("2022-05-09", c.OpenCase(JUSTICE, URBAN, "own-motion", method="art.8.1.2"))
    office.on("2022-05-09", p.AssignHandlers(TWO))
    finding = c.RecordFinding("F1", "improper")
    assert office.refuses("2022-05-10", finding).article == "jincheng-2021:art.9.1.1"
    office.on("2022-05-10", p.DecideOpenPoint("own-motion-procedure", "without-approval", NOTE))
    assert office.on("2022-05-10", finding) == ["finding-recorded"]


@pytest.mark.parametrize("measure", REGIME.lists["powers"].items)
def test_one_person_takes_no_measure_whatever_it_is(measure: str) -> None:
    office = after(OPENED + 1)
    refusal = office.refuses("2022-08-31", c.TakeMeasure("M1", measure, ("person-a",)))
    assert (type(refusal), refusal.article) == (errors.TooFewPersons, "jincheng-2021:art.7.2")
    assert office.on("2022-08-31", c.TakeMeasure("M1", measure, TWO)) == ["measure-taken"]


# --- notice and decision -----------------------------------------------------------------------------------------


def test_a_decision_waits_for_the_end_of_the_last_day_of_the_notice() -> None:
    office = after(SERVED)
    assert office.case.deadlines["notice-limit:N1"].reckoned.due == date(2022, 9, 22)
    assert isinstance(office.refuses("2022-09-22", decision("revoke")), errors.NotOverdue)
    assert office.on("2022-09-23", decision("revoke"))[0] == "decision-issued"


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("ground", GROUNDS)
def test_each_kind_of_decision_rests_on_its_own_grounds_only(kind: str, ground: str) -> None:
    office = after(SERVED)
    if ground == OWN[kind]:
        assert office.on("2022-09-23", decision(kind, ground))[:2] == ["decision-issued", "seal-applied"]
    else:
        assert isinstance(office.refuses("2022-09-23", decision(kind, ground)), errors.GroundNotAllowed)


def test_a_decision_without_the_seal_of_the_government_is_refused_and_defective_if_done_before() -> None:
    office = after(SERVED)
    refusal = office.refuses("2022-09-23", decision("revoke", seal=None))
    assert (type(refusal), refusal.article) == (errors.SealMissing, "jincheng-2021:art.10.1")
    office.on("2022-09-23", decision("revoke", seal=None), done_before=True)
    assert office.on("2022-09-26", p.ServeDocument("D1", URBAN, "direct", "E2")) == ["document-served"]
    assert not office.case.documents["D1"].in_effect
    assert office.case.deadlines["notice-limit:N1"].running


def test_what_was_corrected_by_word_of_mouth_only_is_not_corrected() -> None:
    office = after(SERVED)
    office.on("2022-09-20", p.ReportCorrection("N1", written=False), LIAISON)
    spoken = p.VerifyCorrection("N1", corrected=True, corrected_on=date(2022, 9, 20))
    assert office.refuses("2022-09-21", spoken).article == "jincheng-2021:art.13.2"
    assert "deadline-met" in office.on("2022-09-21", replace(spoken, in_writing=True))


def test_what_has_no_limit_in_the_text_is_given_none() -> None:
    office = after(OPENED + 1)
    office.on("2022-09-01", c.RecordFinding("F1", "beyond-remit"))
    office.on("2022-09-01", c.RequestAssistance("H1", "organ-archive"))
    office.on("2022-12-01", p.Transfer("T1", "F1", "organ-other"))
    assert office.case.deadlines == {}
    assert set(after(REVIEWED).case.deadlines) == {
        "notice-limit:N1",
        "notice-report:N1",
        "decision-limit:D1",
        "decision-objection:D1",
    }


# --- review ------------------------------------------------------------------------------------------------------


def test_a_review_does_not_stop_the_clock_of_the_decision() -> None:
    office = after(DECIDED)
    before = office.case.deadlines["decision-limit:D1"]
    assert office.on("2022-09-28", review(), LIAISON) == ["review-requested", "deadline-met"]
    assert office.case.deadlines["decision-limit:D1"] == before
    assert before.overdue(date(2022, 10, 28))
    assert office.on("2022-10-28", decision("revoke", document="D2", about="D1"))[0] == "decision-issued"


@pytest.mark.parametrize(("day", "accepted"), [("2022-10-08", True), ("2022-10-09", False)])
def test_the_right_to_a_review_lapses_after_five_working_days(day: str, accepted: bool) -> None:  # noqa: FBT001  # a parameter
    office = after(DECIDED)
    recorded = office.on(day, review(sent=date.fromisoformat(day)), LIAISON)
    assert recorded[1] == ("deadline-met" if accepted else "review-not-accepted")


def test_only_the_next_higher_organ_decides_on_the_review() -> None:
    office, answer = after(REVIEWED), p.DecideReview("V1", "W1", "upheld")
    for actor in (HANDLER, HEAD, LIAISON, STRANGER):
        assert isinstance(office.refuses("2022-10-20", answer, actor), errors.NotYours)
    office.on("2022-10-20", answer, ABOVE)
    decided = [h.fact for h in office.log if isinstance(h.fact, facts.ReviewDecided)]
    assert [fact.by for fact in decided] == [ABOVE.organ]


@pytest.mark.parametrize(
    ("outcome", "ended", "at"),
    [
        ("upheld", None, "decided"),
        ("amended", "decision-amended", "noticed"),
        ("withdrawn", "decision-revoked", "noticed"),
    ],
)
def test_what_the_next_higher_organ_changes_ends_the_decision(outcome: str, ended: str | None, at: str) -> None:
    office = after(REVIEWED)
    office.on("2022-10-20", p.DecideReview("V1", "W1", outcome), ABOVE)
    assert office.case.documents["D1"].ended == ended
    assert office.case.deadlines["decision-limit:D1"].running == (ended is None)
    assert stage(office.case, REGIME).stage == at
