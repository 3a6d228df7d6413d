"""What an office may do in a case, when, and what it sets running."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import errors
from domain.calendar import Notice
from domain.case import commands as c
from domain.case import events
from domain.case.kind import CASE
from domain.procedure import commands as p
from domain.procedure import facts
from domain.procedure.facts import Limit
from domain.procedure.offers import offers
from domain.procedure.state import File
from domain.procedure.view import Known, view
from tests.case.office import REGIME, Office, noticed, opened, opined, revocation
from tests.strategies import CLOCK, HANDLER, JUSTICE, LIAISON, NOTE, STRANGER, URBAN


def due(case: File, deadline: str) -> date:
    return case.deadlines[deadline].reckoned.due


def test_a_case_is_opened_once_and_nothing_happens_before() -> None:
    office = Office()
    assert office.refuses("2024-08-01", c.RegisterAct("A1", "penalty")).code == "case-not-open"
    office.on("2024-08-01", c.OpenCase(JUSTICE, URBAN, "inspection"))
    assert office.refuses("2024-08-01", c.OpenCase(JUSTICE, URBAN, "inspection")).code == "case-already-open"


def test_no_case_is_opened_before_the_regulation_is_in_force() -> None:
    refusal = Office().refuses("2022-03-31", c.OpenCase(JUSTICE, URBAN, "inspection"))
    assert (refusal.code, refusal.article) == ("not-in-force", "karamay-2022:art.43")
    assert Office().on("2022-04-01", c.OpenCase(JUSTICE, URBAN, "inspection")) == ["opened"]


def test_a_complaint_that_is_not_about_an_enforcement_act_is_no_case() -> None:
    refusal = Office().refuses("2024-08-01", c.OpenCase(JUSTICE, URBAN, "complaint", against_act=False))
    assert refusal.article == "karamay-2022:art.28.1.1"


@pytest.mark.parametrize(("day", "recorded"), [("2024-08-02", "2024-08-01")])
def test_nothing_is_recorded_as_having_occurred_in_the_future(day: str, recorded: str) -> None:
    assert opened().refuses(day, p.AssignHandlers(("person-a",)), recorded=recorded).code == "in-the-future"


def test_a_date_that_a_step_states_lies_not_after_the_step() -> None:
    refusal = opined().refuses(
        "2024-09-26", p.RequestReview("V1", "O1", date(2024, 9, 27), written=True, reasoned=True), LIAISON
    )
    assert refusal.code == "in-the-future"


def test_a_document_is_not_served_before_it_was_issued() -> None:
    office = noticed()
    office.on("2024-08-26", c.RecordReply("N1"), LIAISON)
    office.on("2024-09-10", c.RecordFinding("F2", "unlawful", "A1"))
    office.on("2024-09-24", p.IssueOpinion("O1", about="N1"))
    refusal = office.refuses("2024-09-23", p.ServeDocument("O1", URBAN, "direct", "E"), recorded="2024-09-24")
    assert refusal.code == "too-early"


def test_what_is_recorded_late_needs_a_reason() -> None:
    office = opened()
    finding = c.RecordFinding("F1", "unlawful")
    assert office.refuses("2024-08-01", finding, recorded="2024-08-08").code == "late-without-reason"
    assert office.on("2024-08-01", finding, recorded="2024-08-06") == ["finding-recorded"]
    later = c.RecordFinding("F2", "unlawful")
    assert office.on("2024-08-01", later, recorded="2024-08-08", late_reason=True) == ["finding-recorded"]


def test_a_stranger_takes_no_step_and_a_department_not_the_supervisors() -> None:
    office = opined()
    assert office.refuses("2024-09-26", p.WithdrawOpinion("O1", NOTE), STRANGER).code == "not-yours"
    assert office.refuses("2024-09-26", p.WithdrawOpinion("O1", NOTE), LIAISON).code == "not-yours"
    assert office.refuses("2024-09-26", p.RecordLapse("opinion-correct:O1"), HANDLER).code == "not-yours"


def test_an_id_is_used_once_and_what_is_named_exists_and_is_of_the_kind() -> None:
    office = opined()
    assert office.refuses("2024-09-26", c.RegisterAct("O1", "penalty")).code == "id-taken"
    assert office.refuses("2024-09-26", p.ServeDocument("X", URBAN, "direct", "E")).code == "not-found"
    assert office.refuses("2024-09-26", p.ServeDocument("A1", URBAN, "direct", "E")).code == "not-found"
    assert office.refuses("2024-09-26", p.ReportCorrection("A1", written=True), LIAISON).code == "wrong-kind"


def test_the_reply_may_lapse_and_then_the_opinion_needs_none() -> None:
    office = noticed()
    office.on("2024-08-20", c.RecordFinding("F2", "unlawful", "A1"))
    opinion = p.IssueOpinion("O1", about="N1")
    assert office.refuses("2024-08-27", opinion).article == "karamay-2022:art.29.1.2"
    assert office.on("2024-08-28", opinion)[0] == "opinion-issued"


def test_due_today_is_not_overdue() -> None:
    office = opined()
    refusal = office.refuses("2024-10-14", revocation())
    assert (refusal.code, refusal.article) == ("not-overdue", "karamay-2022:art.31.1")
    assert office.on("2024-10-15", revocation())[:2] == ["decision-issued", "seal-applied"]


def test_a_reported_correction_is_verified_before_it_is_called_missing() -> None:
    office = opined()
    office.on("2024-10-10", p.ReportCorrection("O1", written=True), LIAISON)
    assert office.refuses("2024-10-15", revocation()).article == "karamay-2022:art.31.1"
    office.on("2024-10-15", p.VerifyCorrection("O1", corrected=False))
    assert office.on("2024-10-15", revocation())[0] == "decision-issued"


def test_a_verified_correction_meets_the_deadline_on_the_day_it_was_made() -> None:
    office = opined()
    office.on("2024-10-12", p.ReportCorrection("O1", written=True), LIAISON)
    office.on("2024-10-16", p.VerifyCorrection("O1", corrected=True, corrected_on=date(2024, 10, 12), in_writing=True))
    clock = office.case.deadlines["opinion-correct:O1"]
    assert (clock.met_on, clock.late) == (date(2024, 10, 12), False)


def test_a_day_of_sending_counts_only_on_proof() -> None:
    office = opined()
    late = p.RequestReview("V1", "O1", date(2024, 10, 8), written=True, reasoned=True)
    assert office.on("2024-10-10", late, LIAISON) == ["review-requested", "review-not-accepted"]
    proven = p.RequestReview("V2", "O1", date(2024, 10, 8), written=True, reasoned=True, proof="E9")
    assert office.on("2024-10-10", proven, LIAISON)[0:2] == ["review-requested", "deadline-suspended"]


def test_while_the_review_runs_the_correction_is_never_overdue() -> None:
    office = opined()
    office.on("2024-09-30", p.RequestReview("V1", "O1", date(2024, 9, 30), written=True, reasoned=True), LIAISON)
    assert office.refuses("2025-06-30", revocation()).article == "karamay-2022:art.30.3"
    assert not office.case.deadlines["opinion-correct:O1"].overdue(date(2025, 6, 30))


def test_an_opinion_amended_on_review_stops_its_clocks_and_a_new_one_starts_its_own() -> None:
    office = opined()
    office.on("2024-09-30", p.RequestReview("V1", "O1", date(2024, 9, 30), written=True, reasoned=True), LIAISON)
    recorded = office.on("2024-10-10", p.DecideReview("V1", "W1", "amended"))
    assert recorded[:3] == ["document-issued", "review-decided", "opinion-amended"]
    assert office.case.deadlines["opinion-correct:O1"].cancelled == "opinion-amended"
    assert not office.case.documents["O1"].in_effect
    office.on("2024-10-11", p.IssueOpinion("O2", about="N1", replaces="O1"))
    office.on("2024-10-11", p.ServeDocument("O2", URBAN, "direct", "E3"))
    assert due(office.case, "opinion-correct:O2") == date(2024, 10, 24)


def test_the_act_falls_when_its_own_department_receives_the_decision_whoever_got_a_copy_first() -> None:
    office = opined()
    office.on("2024-10-15", revocation())
    assert office.on("2024-10-15", p.ServeDocument("D1", JUSTICE, "direct", "E3")) == ["document-served"]
    assert "act-revoked" in office.on("2024-10-16", p.ServeDocument("D1", URBAN, "direct", "E4"))


def test_a_document_done_without_its_seal_is_recorded_as_defective_and_has_no_effect() -> None:
    office = opined()
    unsealed = p.IssueDecision(
        "D1", about="O1", kind="perform", limit=Limit(5, "working_day"), considered=("art.31.2",)
    )
    assert office.refuses("2024-10-15", unsealed).article == "karamay-2022:art.31.2"
    office.on("2024-10-15", unsealed, done_before=True)
    defects = office.case.documents["D1"].issued.defects
    assert [defect.article for defect in defects] == ["karamay-2022:art.31.2", "karamay-2022:art.31.3"]
    assert office.on("2024-10-15", p.ServeDocument("D1", URBAN, "direct", "E3")) == ["document-served"]
    assert not office.case.documents["D1"].in_effect
    assert not any(id_.endswith(":D1") for id_ in office.case.deadlines)


def test_a_corrected_day_of_receipt_moves_the_deadlines_and_undoes_nothing() -> None:
    office = opined()
    served = next(h for h in office.log if isinstance(h.fact, facts.DocumentServed) and h.fact.document == "O1")
    recorded = office.on(
        "2024-09-26",
        p.CorrectEntry(served.version, "occurred_on", "2024-09-25", "2024-09-24", "person-h", NOTE),
    )
    assert recorded[0] == "entry-corrected"
    assert set(recorded[1:]) == {"deadline-recomputed"}
    assert due(office.case, "opinion-correct:O1") == date(2024, 10, 12)


def test_a_correction_names_what_was_there() -> None:
    office = opined()
    wrong = p.CorrectEntry(1, "origin", "complaint", "assigned", "person-h", NOTE)
    assert office.refuses("2024-09-26", wrong).code == "nothing-to-correct"
    assert office.on("2024-09-26", p.CorrectEntry(1, "origin", "inspection", "assigned", "person-h", NOTE))
    opening = office.case.opened
    assert isinstance(opening, events.CaseOpened)
    assert opening.origin == "assigned"


def test_without_an_approver_or_a_reason_nothing_is_corrected() -> None:
    unexplained = p.CorrectEntry(1, "origin", "inspection", "assigned", "person-h")
    assert opened().refuses("2024-08-01", unexplained).article == "cn-default:art.2.6"


def test_a_lapse_is_noted_once_by_the_clock_and_withdrawn_when_a_proof_comes() -> None:
    office = noticed()
    assert office.on("2024-08-28", p.RecordLapse("notice-reply:N1"), CLOCK) == ["deadline-lapsed"]
    assert office.refuses("2024-08-29", p.RecordLapse("notice-reply:N1"), CLOCK).code == "nothing-to-lapse"
    recorded = office.on("2024-08-29", c.RecordReply("N1", date(2024, 8, 27), "E9"), LIAISON)
    assert recorded == ["reply-received", "deadline-met", "deadline-lapse-withdrawn"]


def test_an_open_point_decided_late_recomputes_what_rests_on_it() -> None:
    office = opined()
    office.on("2024-09-30", p.RequestReview("V1", "O1", date(2024, 9, 30), written=True, reasoned=True), LIAISON)
    recorded = office.on("2024-10-08", p.DecideOpenPoint("review-suspension-mode", "runs-on", NOTE))
    assert recorded == ["open-point-decided", "deadline-recomputed", "deadline-recomputed"]
    clock = office.case.deadlines["opinion-correct:O1"]
    assert (clock.running, clock.reckoned.due) == (True, date(2024, 10, 14))


def test_a_new_schedule_recomputes_open_deadlines_first_and_never_the_settled_ones() -> None:
    office = Office()
    office.on("2026-12-01", c.OpenCase(JUSTICE, URBAN, "inspection"))
    office.on("2026-12-01", c.RecordFinding("F1", "unlawful"))
    office.on("2026-12-30", p.CheckSuperiorLaw("cn-2026", conflict=False))
    office.on("2026-12-30", p.OrderCorrection("R1", ("person-a",), limit=Limit(5, "working_day")))
    before = office.case.deadlines["order-limit:R1"].reckoned
    assert before.provisional
    days = {date(2027, 1, 1) + timedelta(days=n): "元旦" for n in range(3)}
    office.notices = (Notice("test-2027", "测试用放假安排", date(2026, 12, 31), 2027, days, {}),)
    recorded = office.on("2027-01-04", p.RegisterEvidence("E1", "document"))
    assert recorded == ["deadline-recomputed", "evidence-registered"]
    after = office.case.deadlines["order-limit:R1"].reckoned
    assert not after.provisional
    assert before.earliest <= after.due <= before.latest


def test_a_case_with_an_open_duty_is_not_closed_and_one_with_a_noted_breach_is() -> None:
    office = noticed()
    assert office.refuses("2024-08-20", p.Close("done")).code == "deadlines-open"
    office.on("2024-08-28", p.RecordLapse("notice-reply:N1"), CLOCK)
    office.on("2024-08-28", c.RecordFinding("F2", "none"))
    assert office.on("2024-08-28", p.Close("done")) == ["closed"]
    assert office.refuses("2024-08-28", p.RegisterEvidence("E9", "document")).code == "case-closed"
    assert office.on("2024-08-29", p.Reopen(NOTE)) == ["reopened"]


def test_what_must_follow_follows_before_a_case_is_closed() -> None:
    """An unlawful act found, an order unanswered, a notice answered, an opinion not served: none of them is the end."""
    office = opened()
    office.on("2024-08-02", c.RecordFinding("F1", "unlawful", "A1"))
    assert office.refuses("2024-08-02", p.Close("done")).article == "karamay-2022:art.29.1"
    office.on("2024-08-02", p.OrderCorrection("R1", ("person-a",), immediate=True))
    refusal = office.refuses("2024-08-02", p.Close("done"))
    assert (refusal.code, "R1" in refusal.sentence_zh) == ("outstanding", True)
    office.on("2024-08-05", p.VerifyCorrection("R1", corrected=False))
    office.on("2024-08-05", p.IssueNotice("N1", about="R1", limit=Limit(5, "working_day")))
    assert office.refuses("2024-08-05", p.Close("done")).article == "cn-default:art.2.5"
    office.on("2024-08-06", p.ServeDocument("N1", URBAN, "direct", "E1"))
    office.on("2024-08-12", c.RecordReply("N1"), LIAISON)
    assert office.refuses("2024-08-12", p.Close("done")).article == "karamay-2022:art.29.1.4"
    office.on("2024-08-15", c.RecordFinding("F2", "unlawful", "A1"))
    office.on("2024-08-15", p.IssueOpinion("O1", about="N1"))
    assert "O1" in office.refuses("2024-08-15", p.Close("done")).sentence_en
    office.on("2024-08-16", p.WithdrawOpinion("O1", NOTE))
    assert office.refuses("2024-08-16", p.Close("done")).article == "karamay-2022:art.29.1"
    office.on("2024-08-16", c.RecordFinding("F3", "none", "A1"))
    assert office.on("2024-08-16", p.Close("done")) == ["closed"]


def test_a_notice_that_is_taken_back_need_not_be_served() -> None:
    office = opened()
    office.on("2024-08-02", c.RecordFinding("F1", "unlawful", "A1"))
    office.on("2024-08-02", p.OrderCorrection("R1", ("person-a",), immediate=True))
    office.on("2024-08-05", p.VerifyCorrection("R1", corrected=False))
    office.on("2024-08-05", p.IssueNotice("N1", about="R1", limit=Limit(5, "working_day")))
    assert office.refuses("2024-08-06", p.WithdrawDocument("N1")).code == "field-missing"
    office.on("2024-08-06", p.WithdrawDocument("N1", NOTE))
    assert office.refuses("2024-08-06", p.ServeDocument("N1", URBAN, "direct", "E1")).code == "not-in-effect"
    assert "R1" in office.refuses("2024-08-06", p.Close("done")).sentence_en
    office.on("2024-08-06", c.RecordFinding("F2", "none"))
    assert office.on("2024-08-06", p.Close("done")) == ["closed"]


def test_a_document_goes_to_whom_the_text_says_and_a_copy_gives_it_no_effect() -> None:
    office = noticed()
    office.on("2024-08-26", c.RecordReply("N1"), LIAISON)
    office.on("2024-09-10", c.RecordFinding("F2", "unlawful", "A1"))
    stray = office.refuses("2024-09-24", p.IssueOpinion("O1", to="organ-other", about="N1"))
    assert (stray.code, stray.article) == ("wrong-addressee", "karamay-2022:art.29.1.4")
    office.on("2024-09-24", p.IssueOpinion("O1", to=URBAN, about="N1"))
    office.on("2024-09-24", p.ServeDocument("O1", "organ-archive", "direct", "E2"))
    assert not office.case.documents["O1"].in_effect


def test_a_limit_is_not_set_beyond_three_years() -> None:
    refusal = noticed().refuses("2024-08-14", p.IssueNotice("N2", about="R1", limit=Limit(until=date(2028, 8, 15))))
    assert (refusal.code, refusal.article) == ("limit-unusable", "cn-default:art.2.8")


def test_a_matter_is_passed_on_once_unless_it_comes_back() -> None:
    office = opened()
    office.on("2024-08-02", c.RecordFinding("F1", "beyond-remit"))
    office.on("2024-08-05", p.Transfer("T1", "F1", "organ-other"))
    assert office.refuses("2024-08-06", p.Transfer("T2", "F1", "organ-third")).code == "already-recorded"
    office.on("2024-08-06", p.ReturnTransfer("T1"))
    assert office.on("2024-08-07", p.Transfer("T2", "F1", "organ-third")) == ["transferred"]


def test_a_correction_flags_the_steps_that_would_have_been_refused_and_undoes_none() -> None:
    office = opined()
    office.on("2024-10-15", revocation())
    decided = next(h.version for h in office.log if isinstance(h.fact, facts.DecisionIssued))
    served = next(h for h in office.log if isinstance(h.fact, facts.DocumentServed) and h.fact.document == "O1")
    later = p.CorrectEntry(served.version, "occurred_on", "2024-09-25", "2024-09-29", "person-h", NOTE)
    office.on("2024-10-16", later)
    assert [(d.version, d.code, d.article) for d in office.case.doubts] == [
        (decided, "not-overdue", "karamay-2022:art.31.1"),
        (decided, "not-overdue", "karamay-2022:art.33.1"),
    ]
    assert "D1" in office.case.documents
    back = p.CorrectEntry(served.version, "occurred_on", "2024-09-29", "2024-09-25", "person-h", NOTE)
    office.on("2024-10-16", back)
    assert office.case.doubts == ()


def test_a_proof_of_posting_that_arrives_later_accepts_the_request_that_was_too_late() -> None:
    office = opined()
    late = p.RequestReview("V1", "O1", date(2024, 10, 8), written=True, reasoned=True)
    assert office.on("2024-10-10", late, LIAISON) == ["review-requested", "review-not-accepted"]
    filed = office.log[-2].version
    proven = p.CorrectEntry(filed, "proof", "none", "E9", "person-h", NOTE)
    recorded = office.on("2024-10-11", proven)
    assert recorded[:2] == ["entry-corrected", "entry-corrected"]
    assert "deadline-set" in recorded  # the office now has to decide the review
    assert office.case.reviews["V1"].pending
    assert office.case.deadlines["opinion-correct:O1"].suspended


def test_an_entry_is_not_corrected_to_a_day_before_what_it_is_about() -> None:
    office = opined()
    served = next(h for h in office.log if isinstance(h.fact, facts.DocumentServed) and h.fact.document == "O1")
    early = p.CorrectEntry(served.version, "occurred_on", "2024-09-25", "2024-09-23", "person-h", NOTE)
    assert office.refuses("2024-09-26", early).code == "too-early"
    issued = next(h for h in office.log if isinstance(h.fact, facts.OpinionIssued))
    after = p.CorrectEntry(issued.version, "occurred_on", "2024-09-24", "2024-09-26", "person-h", NOTE)
    assert office.refuses("2024-09-26", after).code == "too-early"


def test_what_is_offered_is_what_is_decided() -> None:
    """The page's answer and the decider's come from one evaluation; a decision is offered kind by kind."""
    office = opined()
    day = date(2024, 10, 14)
    offered = {(o.step, o.kind): o for o in offers(office.case, office.law(day), HANDLER, day)}
    assert isinstance(offered["issue-decision", "revoke"].refusal, errors.NotOverdue)
    assert isinstance(offered["issue-decision", "perform"].refusal, errors.KindNotFound)
    assert offered["withdraw-opinion", None].refusal is None
    assert offered["withdraw-opinion", None].asks == ("reason",)
    assert isinstance(offered["redo-act", None].refusal, errors.NotRecorded)
    known = set(REGIME.procedures["case"].steps)
    assert {step for step, _ in offered} == known - {"open", "record-lapse", "recompute-deadlines"}
    later = {(o.step, o.kind): o for o in offers(office.case, office.law(day), HANDLER, day + timedelta(days=1))}
    assert later["issue-decision", "revoke"].refusal is None


def test_a_reissued_opinion_has_a_review_of_its_own() -> None:
    office = opined()
    office.on("2024-09-30", p.RequestReview("V1", "O1", date(2024, 9, 30), written=True, reasoned=True), LIAISON)
    office.on("2024-10-10", p.DecideReview("V1", "W1", "amended"))
    office.on("2024-10-11", p.IssueOpinion("O2", about="N1", replaces="O1"))
    office.on("2024-10-11", p.ServeDocument("O2", URBAN, "direct", "E3"))
    office.on("2024-10-14", p.RequestReview("V2", "O2", date(2024, 10, 14), written=True, reasoned=True), LIAISON)
    assert office.refuses("2024-10-15", p.WithdrawReview("V1"), LIAISON).code == "already-recorded"
    assert "review-decided" in office.on("2024-10-15", p.DecideReview("V2", "W2", "upheld"))


def test_the_correction_is_in_writing_whatever_the_report_on_it_is() -> None:
    office = opined()
    office.on("2024-09-26", p.ReportCorrection("O1", written=True, sent_on=date(2024, 9, 26)), LIAISON)
    spoken = p.VerifyCorrection("O1", corrected=True, corrected_on=date(2024, 9, 26), in_writing=False)
    assert office.refuses("2024-09-26", spoken).article == "karamay-2022:art.33.2"
    assert "deadline-met" in office.on("2024-09-26", replace(spoken, in_writing=True))


def test_what_was_said_of_the_order_says_nothing_of_the_opinion() -> None:
    office = noticed()
    office.on("2024-08-14", p.ReportCorrection("R1", written=True), LIAISON)
    office.on("2024-08-26", c.RecordReply("N1"), LIAISON)
    office.on("2024-09-10", c.RecordFinding("F2", "unlawful", "A1", ("art.33.1.3",)))
    office.on("2024-09-24", p.IssueOpinion("O1", about="N1", acts=("A1",)))
    office.on("2024-09-25", p.ServeDocument("O1", URBAN, "direct", "E2"))
    office.on("2024-10-16", p.VerifyCorrection("R1", corrected=False))
    office.on("2024-10-16", p.ReportCorrection("O1", written=True), LIAISON)
    assert office.refuses("2024-10-16", revocation()).article == "karamay-2022:art.31.1"


def test_a_step_that_must_be_about_something_says_about_what() -> None:
    refusal = noticed().refuses("2024-09-24", p.IssueOpinion("O1"))
    assert (refusal.code, refusal.article) == ("field-missing", "karamay-2022:art.29.1.4")


def test_a_decision_to_revoke_names_the_opinion_that_was_missed() -> None:
    office = opined()
    unnamed = p.IssueDecision(
        "D1",
        kind="revoke",
        acts=("A1",),
        grounds=("art.33.1.3",),
        considered=("art.32.1.3",),
        seal="government-supervision-seal",
    )
    assert office.refuses("2024-10-15", unnamed).article == "karamay-2022:art.31.1"


def test_a_missed_opinion_stays_missed_after_a_first_decision() -> None:
    """31.1.1 and then 33.1: correction ordered by decision, missed again, revoked."""
    office = opined()
    order = p.IssueDecision(
        "D1", about="O1", kind="correct", limit=Limit(5, "working_day"), seal="government-supervision-seal"
    )
    office.on("2024-10-15", order)
    office.on("2024-10-15", p.ServeDocument("D1", URBAN, "direct", "E3"))
    assert office.case.deadlines["opinion-correct:O1"].late
    assert office.on("2024-10-23", revocation("D2"))[0] == "decision-issued"


def test_which_order_must_have_been_missed_is_for_the_open_point() -> None:
    office = opined()
    office.on("2024-10-15", p.DecideOpenPoint("order-missed-for-revocation", "decision", NOTE))
    assert office.refuses("2024-10-15", revocation()).article == "karamay-2022:art.33.1"
    order = p.IssueDecision(
        "D1", about="O1", kind="correct", limit=Limit(5, "working_day"), seal="government-supervision-seal"
    )
    office.on("2024-10-15", order)
    office.on("2024-10-15", p.ServeDocument("D1", URBAN, "direct", "E3"))
    assert office.refuses("2024-10-22", revocation("D2")).article == "karamay-2022:art.33.1"
    assert office.on("2024-10-23", revocation("D2"))[0] == "decision-issued"


def test_a_withdrawn_document_does_not_come_back_to_life() -> None:
    office = opined()
    office.on("2024-09-26", p.WithdrawOpinion("O1", NOTE))
    assert office.refuses("2024-09-26", p.WithdrawOpinion("O1", NOTE)).code == "not-in-effect"
    assert office.refuses("2024-09-26", p.ServeDocument("O1", JUSTICE, "direct", "E9")).code == "not-in-effect"
    assert office.refuses("2025-01-15", revocation()).code == "not-in-effect"


def test_an_act_is_redone_only_while_its_revocation_stands() -> None:
    office = opined()
    office.on("2024-10-15", revocation())
    office.on("2024-10-15", p.ServeDocument("D1", URBAN, "direct", "E3"))
    office.on("2024-10-16", p.RevokeDecision("D1", NOTE))
    assert office.refuses("2024-10-17", c.RedoAct("A1", "A2"), LIAISON).code == "not-recorded"


def test_an_order_to_correct_at_once_that_was_not_followed_leads_to_the_notice() -> None:
    office = opened()
    office.on("2024-08-02", c.RecordFinding("F1", "unlawful", "A1"))
    office.on("2024-08-02", p.OrderCorrection("R1", ("person-a",), immediate=True))
    notice = p.IssueNotice("N1", about="R1", limit=Limit(5, "working_day"))
    assert office.refuses("2024-08-05", notice).code == "not-recorded"
    office.on("2024-08-05", p.VerifyCorrection("R1", corrected=False))
    assert office.on("2024-08-05", notice)[0] == "notice-issued"


def test_a_superior_regulation_found_to_conflict_is_not_checked_off() -> None:
    office = Office()
    office.on("2026-03-02", c.OpenCase(JUSTICE, URBAN, "inspection"))
    office.on("2026-03-02", c.RecordFinding("F1", "non-performance"))
    decision = p.IssueDecision(
        "D1",
        kind="perform",
        considered=("art.31.2",),
        limit=Limit(5, "working_day"),
        seal="government-supervision-seal",
    )
    assert office.refuses("2026-03-02", decision).code == "superior-unchecked"
    office.on("2026-03-02", p.CheckSuperiorLaw("cn-2026", conflict=True))
    assert office.refuses("2026-03-02", decision).code == "superior-unchecked"
    office.on("2026-03-03", p.CheckSuperiorLaw("cn-2026", conflict=False))
    assert office.on("2026-03-03", decision)[0] == "decision-issued"


@pytest.mark.parametrize(
    ("version", "field", "was", "now"),
    [
        (1, "subject", "organ-urban", "none"),
        (1, "supervisor", "organ-justice", "organ-other"),
        (1, "origin", "inspection", "rumour"),
        (1, "origin", "inspection", "none"),
        (1, "occurred_on", "2024-08-01", "2030-01-01"),
        (1, "occurred_on", "2024-08-01", "2010-01-01"),
        (3, "kind", "unlawful", "odd"),
        (3, "grounds", "art.33.1.3", "art.33.1.1"),
    ],
)
def test_a_correction_says_only_what_the_entry_could_have_said(version: int, field: str, was: str, now: str) -> None:
    office = opined()
    refusal = office.refuses("2024-10-01", p.CorrectEntry(version, field, was, now, "person-h", NOTE))
    assert refusal.code in {"nothing-to-correct", "unknown-code", "in-the-future", "not-in-force"}


def test_whether_a_request_was_accepted_is_not_corrected() -> None:
    office = opined()
    office.on("2024-10-20", p.RequestReview("V1", "O1", date(2024, 10, 20), written=True, reasoned=True), LIAISON)
    version = office.case.version - 1
    fix = p.CorrectEntry(version, "accepted", "false", "true", "person-h", NOTE)
    assert office.refuses("2024-10-21", fix).code == "nothing-to-correct"


def test_a_limit_ends_after_the_step_that_sets_it() -> None:
    office = opened()
    office.on("2024-08-02", c.RecordFinding("F1", "unlawful", "A1"))
    for limit in (Limit(until=date(2024, 8, 2)), Limit(100, "year")):
        refusal = office.refuses("2024-08-02", p.OrderCorrection("R1", ("person-a",), limit=limit))
        assert refusal.code == "limit-unusable"


def test_a_view_shows_no_clock_as_it_was_to_become() -> None:
    office = opined()
    office.on("2024-09-27", p.RequestReview("V1", "O1", date(2024, 9, 27), written=True, reasoned=True), LIAISON)
    served = next(h for h in office.log if isinstance(h.fact, facts.DocumentServed) and h.fact.document == "O1")
    office.on("2024-09-30", p.CorrectEntry(served.version, "occurred_on", "2024-09-25", "2024-09-24", "person-h", NOTE))
    moment = datetime(2024, 10, 1, tzinfo=UTC)
    seen = view(CASE, [Known(happening, moment) for happening in office.log], as_of=date(2024, 9, 26))
    assert seen.deadlines["opinion-correct:O1"].running
    assert seen.deadlines["opinion-objection:O1"].met_on is None
