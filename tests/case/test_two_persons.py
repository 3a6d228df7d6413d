"""What one person asks for, another decides, once; and what was turned down is not done all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain import errors
from domain.case import commands as c
from domain.identity import Actor, PersonId
from domain.procedure import commands as p
from domain.procedure import facts
from domain.procedure.facts import Limit
from domain.procedure.offers import offers
from domain.procedure.state import fold
from tests.case.office import Office, noticed, opened
from tests.strategies import HANDLER, JUSTICE, NOTE

HEAD = Actor(PersonId("person-h"), JUSTICE, "head")
NOTICE = p.IssueNotice("N1", about="R1", limit=Limit(10, "working_day"))
DAY = "2024-08-12"


@pytest.mark.parametrize("granted", [True, False])
def test_a_recusal_is_decided_once(granted: bool) -> None:  # noqa: FBT001  # both answers
    office = opened()
    office.on(DAY, p.RequestRecusal("Q1", "person-b", "organ-urban"))
    office.on(DAY, p.DecideRecusal("Q1", granted))
    refusal = office.refuses(DAY, p.DecideRecusal("Q1", not granted))
    assert (refusal.code, refusal.article) == ("already-recorded", "cn-default:art.2.10")


def submitted() -> Office:
    """An order that nobody followed, and a notice drafted and submitted."""
    office = opened("2024-08-09")
    office.on("2024-08-09", c.RecordFinding("F1", "unlawful", "A1", ("art.33.1.3",)))
    office.on("2024-08-09", p.OrderCorrection("R1", ("person-a",), limit=Limit(15, "calendar_day")))
    office.on("2024-08-09", p.RecordCorrectionRefusal("R1"))
    office.on("2024-08-09", p.RequestApproval("P1", "N1", "notice", "person-h"))
    return office


@pytest.mark.parametrize("first", [p.GiveApproval("P1"), p.RefuseApproval("P1")])
@pytest.mark.parametrize("second", [p.GiveApproval("P1"), p.RefuseApproval("P1")])
def test_a_request_for_approval_is_decided_once(first: p.Command, second: p.Command) -> None:
    office = submitted()
    office.on("2024-08-09", first, HEAD)
    refusal = office.refuses("2024-08-09", second, HEAD)
    assert (refusal.code, refusal.article) == ("already-recorded", "cn-default:art.2.11")


def test_a_document_that_was_submitted_is_not_issued_before_it_is_approved() -> None:
    office = submitted()
    refusal = office.refuses(DAY, NOTICE)
    assert (refusal.code, refusal.article) == ("not-approved", "cn-default:art.2.11")
    office.on(DAY, p.GiveApproval("P1"), HEAD)
    assert office.refuses(DAY, NOTICE, HEAD).code == "not-approved"  # nobody approves what they issue
    assert "notice-issued" in office.on(DAY, NOTICE)


def test_the_last_word_on_a_draft_counts() -> None:
    office = submitted()
    office.on(DAY, p.GiveApproval("P1"), HEAD)
    office.on(DAY, p.RequestApproval("P2", "N1", "notice", "person-h"))
    office.on(DAY, p.RefuseApproval("P2", NOTE), HEAD)
    assert office.refuses(DAY, NOTICE).code == "not-approved"
    office.on(DAY, p.RequestApproval("P3", "N1", "notice", "person-h"))
    office.on(DAY, p.GiveApproval("P3"), HEAD)
    assert "notice-issued" in office.on(DAY, NOTICE)


@pytest.mark.parametrize("verdict", [p.GiveApproval("P1"), p.RefuseApproval("P1")])
@pytest.mark.parametrize("other", [HANDLER, replace(HEAD, person=PersonId("person-c"))])
def test_only_who_was_asked_approves_or_refuses(verdict: p.Command, other: Actor) -> None:
    office = submitted()
    refusal = office.refuses(DAY, verdict, other)
    assert (refusal.code, refusal.article) == ("not-approver", "cn-default:art.2.11")
    assert "person-h" in refusal.sentence_zh
    office.on(DAY, verdict, HEAD)


def test_only_to_who_was_asked_is_the_approval_offered() -> None:
    office = submitted()
    law, day = office.law(date.fromisoformat(DAY)), date.fromisoformat(DAY)
    allowed = {
        who.person: {offer.step for offer in offers(office.case, law, who, day) if offer.refusal is None}
        for who in (HANDLER, HEAD)
    }
    assert {"give-approval", "refuse-approval"} <= allowed[HEAD.person]
    assert not {"give-approval", "refuse-approval"} & allowed[HANDLER.person]


def test_who_was_asked_need_be_no_handler_and_may_be_one() -> None:
    for handlers in (("person-a",), ("person-a", "person-h")):
        office = submitted()
        office.on(DAY, p.AssignHandlers(handlers))
        assert "approval-given" in office.on(DAY, p.GiveApproval("P1"), HEAD)


def test_a_draft_is_submitted_to_somebody_else() -> None:
    office = submitted()
    nobody = office.refuses(DAY, p.RequestApproval("P2", "N1", "notice"))
    assert (nobody.code, nobody.article) == ("field-missing", "cn-default:art.2.11")
    oneself = office.refuses(DAY, p.RequestApproval("P2", "N1", "notice", HANDLER.person))
    assert (oneself.code, oneself.article) == ("own-approval", "cn-default:art.2.11")


def test_who_was_asked_before_anybody_had_to_be_named_is_anybody() -> None:
    office = submitted()
    office.log[-1] = replace(office.log[-1], fact=facts.ApprovalRequested("P1", "N1", "notice"))
    office.case = fold(office.case.kind, office.log)
    assert "approval-given" in office.on(DAY, p.GiveApproval("P1"), HEAD)


def test_what_was_issued_without_approval_and_is_reported_afterwards_is_defective() -> None:
    office = submitted()
    office.on(DAY, p.RefuseApproval("P1"), HEAD)
    office.on(DAY, NOTICE, done_before=True)
    (defect,) = office.case.documents["N1"].issued.defects
    assert (defect.code, defect.article) == ("not-approved", "cn-default:art.2.11")


def test_a_correction_is_approved_by_another_than_who_makes_it() -> None:
    office = noticed()
    fix = {"version": 2, "field": "kind", "was": "coercion", "now": "penalty", "reason": NOTE}
    refusal = office.refuses(DAY, p.CorrectEntry(approver=HANDLER.person, **fix))  # type: ignore[arg-type]  # as said
    assert isinstance(refusal, errors.OwnApproval)
    assert refusal.article == "cn-default:art.2.6"
    assert "entry-corrected" in office.on("2024-08-14", p.CorrectEntry(approver="person-h", **fix))  # type: ignore[arg-type]  # as said


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (p.RequestRecusal("Q1", "person-b", "organ-urban"), p.DecideRecusal("Q1", granted=False)),
        (p.RequestApproval("P1", "N1", "notice", HEAD.person), p.RefuseApproval("P1")),
        (p.RequestApproval("P1", "N1", "notice", HEAD.person), p.GiveApproval("P1")),
        (c.RequestAssistance("H1", "organ-archive"), c.AnswerAssistance("H1")),
        (c.RequestAssistance("H1", "organ-archive"), c.RefuseAssistance("H1")),
    ],
)
def test_what_was_asked_is_answered_before_a_case_is_closed(asked: p.Command, answered: p.Command) -> None:
    office = opened()
    office.on(DAY, c.RecordFinding("F1", "none"))
    office.on(DAY, asked)
    refusal = office.refuses(DAY, p.Close("done"))
    assert (refusal.code, refusal.article) == ("outstanding", "cn-default:art.2.5")
    office.on(DAY, answered, HEAD)
    assert office.on(DAY, p.Close("done")) == ["closed"]


def test_what_was_asked_is_answered_before_a_case_is_joined_with_another() -> None:
    office = opened()
    office.on(DAY, p.RequestRecusal("Q1", "person-b", "organ-urban"))
    refusal = office.refuses(DAY, c.MergeCase("K2", NOTE))
    assert (refusal.code, refusal.article) == ("outstanding", "cn-default:art.2.5")


@pytest.mark.parametrize(
    ("twice", "field", "article"),
    [
        (p.AssignHandlers(("person-a", "person-a")), "承办人员", "cn-default:art.2.1"),
        (
            c.TakeMeasure("M1", "art.23.1.1", ("person-a", "person-b", "person-a"), on_site=True),
            "承办人员",
            "karamay-2022:art.23.1",
        ),
        (
            c.RecordFinding("F1", "unlawful", "A1", ("art.33.1.3", "karamay-2022:art.33.1.3")),
            "理由",
            "karamay-2022:art.29.1",
        ),
        (
            p.OrderCorrection("R1", ("person-a",), immediate=True, acts=("A1", "A1")),
            "所涉执法行为",
            "karamay-2022:art.29.1",
        ),
    ],
)
def test_nobody_and_nothing_is_named_twice_in_one_step(twice: p.Command, field: str, article: str) -> None:
    refusal = opened().refuses(DAY, twice)
    assert (refusal.code, refusal.article, field in refusal.sentence_zh) == ("named-twice", article, True)


def test_an_open_point_is_read_one_way_when_a_case_is_opened() -> None:
    both = ("refusal-by-silence=express", "refusal-by-silence=silence")
    assert Office().refuses(DAY, c.OpenCase(JUSTICE, "organ-urban", "inspection", readings=both)).code == "named-twice"


def test_a_request_for_approval_is_taken_back_when_who_was_asked_is_recused_and_put_to_another() -> None:
    office = submitted()
    office.on(DAY, p.RecuseOfficer("person-h"))
    assert office.refuses(DAY, p.GiveApproval("P1"), HEAD).code == "recused"
    unexplained = office.refuses(DAY, p.WithdrawApprovalRequest("P1"))
    assert (unexplained.code, unexplained.article) == ("field-missing", "cn-default:art.2.11")
    assert office.on(DAY, p.WithdrawApprovalRequest("P1", NOTE)) == ["approval-request-withdrawn"]
    assert office.refuses(DAY, NOTICE).code == "not-approved"  # taking back a request is no approval
    office.on(DAY, p.RequestApproval("P2", "N1", "notice", "person-c"))
    office.on(DAY, p.GiveApproval("P2"), replace(HEAD, person=PersonId("person-c")))
    assert "notice-issued" in office.on(DAY, NOTICE)


def test_a_case_whose_request_for_approval_was_taken_back_is_closed() -> None:
    office = opened()
    office.on(DAY, p.RequestApproval("P1", "N1", "notice", "person-h"))
    office.on(DAY, p.RequestApproval("P2", "N2", "notice", "person-h"))
    office.on(DAY, p.WithdrawApprovalRequest("P1", NOTE))
    assert office.refuses(DAY, p.Close("done")).code == "outstanding"
    office.on(DAY, p.WithdrawApprovalRequest("P2", NOTE))
    assert office.on(DAY, p.Close("done")) == ["closed"]


@pytest.mark.parametrize("answer", [p.GiveApproval("P1"), p.RefuseApproval("P1")])
def test_what_was_answered_is_not_taken_back_and_what_was_taken_back_is_not_answered(answer: p.Command) -> None:
    office = submitted()
    office.on(DAY, answer, HEAD)
    answered = office.refuses(DAY, p.WithdrawApprovalRequest("P1", NOTE))
    assert (answered.code, answered.article) == ("already-recorded", "cn-default:art.2.11")
    office = submitted()
    office.on(DAY, p.WithdrawApprovalRequest("P1", NOTE))
    assert office.refuses(DAY, answer, HEAD).code == "already-recorded"


def test_who_is_recused_is_not_named_to_approve() -> None:
    office = noticed()
    office.on("2024-08-14", p.RecuseOfficer("person-h"))
    for step in (
        p.CorrectEntry(2, "kind", "coercion", "penalty", "person-h", NOTE),
        p.RequestApproval("P1", "N2", "notice", "person-h"),
    ):
        refusal = office.refuses("2024-08-14", step)
        assert (refusal.code, refusal.article) == ("recused", "cn-default:art.2.10")
        assert "person-h" in refusal.sentence_zh


@pytest.mark.parametrize("granted", [True, False])
def test_who_is_recused_does_not_decide_whether_others_are(granted: bool) -> None:  # noqa: FBT001  # both ways
    office = opened()
    if granted:
        office.on(DAY, p.RequestRecusal("Q0", "person-h", "organ-urban"))
        office.on(DAY, p.DecideRecusal("Q0", granted=True))
    else:
        office.on(DAY, p.RecuseOfficer("person-h"))
    office.on(DAY, p.RequestRecusal("Q1", "person-b", "organ-urban"))
    refusal = office.refuses(DAY, p.DecideRecusal("Q1", granted=False), HEAD)
    assert (refusal.code, refusal.article) == ("recused", "cn-default:art.2.10")
    assert "recusal-decided" in office.on(DAY, p.DecideRecusal("Q1", granted=False))


def test_who_is_only_asked_to_be_recused_decides_about_others_meanwhile() -> None:
    office = opened()
    office.on(DAY, p.RequestRecusal("Q0", "person-h", "organ-urban"))
    office.on(DAY, p.RequestRecusal("Q1", "person-b", "organ-urban"))
    assert "recusal-decided" in office.on(DAY, p.DecideRecusal("Q1", granted=False), HEAD)
    assert office.refuses(DAY, p.DecideRecusal("Q0", granted=False), HEAD).code == "recused"
