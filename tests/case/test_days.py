"""Days that contradict one another: nobody answers what is not issued, nor has corrected what has not reached them."""

from __future__ import annotations

from datetime import date

import pytest

from domain import errors
from domain.case import commands as c
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.facts import Limit
from tests.case.office import noticed, opined
from tests.strategies import HANDLER, LIAISON, NOTE, URBAN

ISSUED, RECEIVED = date(2024, 9, 24), date(2024, 9, 25)
BEFORE = date(2024, 9, 23)


@pytest.mark.parametrize(
    "told",
    [
        p.RequestReview("V1", "O1", BEFORE, written=True, reasoned=True),
        p.ReportCorrection("O1", written=True, sent_on=BEFORE),
    ],
)
def test_nothing_is_sent_about_an_opinion_before_it_is_issued(told: Command) -> None:
    refusal = opined().refuses("2024-09-30", told, LIAISON)
    assert isinstance(refusal, errors.TooEarly)
    assert (refusal.facts["day"], refusal.facts["since"]) == (BEFORE, ISSUED)


def test_no_reply_is_sent_before_the_notice() -> None:
    early = c.RecordReply("N1", sent_on=date(2024, 8, 11))
    assert noticed().refuses("2024-08-20", early, LIAISON).code == "too-early"
    assert "reply-received" in noticed().on("2024-08-20", c.RecordReply("N1", sent_on=date(2024, 8, 12)), LIAISON)


def verified(on: date) -> p.VerifyCorrection:
    return p.VerifyCorrection("O1", corrected=True, corrected_on=on, persons=("person-a",), in_writing=True)


def test_an_opinion_is_corrected_on_after_it_was_received() -> None:
    office = opined()
    office.on("2024-10-09", p.ReportCorrection("O1", written=True), LIAISON)
    refusal = office.refuses("2024-10-10", verified(ISSUED))
    assert (refusal.code, refusal.facts["since"]) == ("too-early", RECEIVED)
    assert "correction-verified" in office.on("2024-10-10", verified(RECEIVED))


def test_an_order_is_corrected_on_after_it_was_given() -> None:
    early = p.VerifyCorrection("R1", corrected=True, corrected_on=date(2024, 8, 1))
    assert noticed().refuses("2024-08-20", early).code == "too-early"


def test_a_document_is_not_received_before_it_is_issued() -> None:
    office = noticed()
    office.on("2024-08-14", p.IssueNotice("N2", about="R1", limit=Limit(10, "working_day"), replaces="N1"))
    refusal = office.refuses("2024-08-13", p.ServeDocument("N2", URBAN, "direct", "E1"), recorded="2024-08-15")
    assert refusal.code == "too-early"


def correction(version: int, field: str, was: date, now: date) -> p.CorrectEntry:
    return p.CorrectEntry(version, field, was.isoformat(), now.isoformat(), "person-h", NOTE)


def test_a_correction_does_not_bring_in_what_could_not_have_been_recorded() -> None:
    office = opined()
    office.on("2024-10-09", p.ReportCorrection("O1", written=True), LIAISON)
    office.on("2024-10-10", verified(date(2024, 10, 8)))
    at = {type(h.fact).__name__: h.version for h in office.log if getattr(h.fact, "document", "O1") == "O1"}
    day = correction(at["CorrectionVerified"], "corrected_on", date(2024, 10, 8), ISSUED)
    assert office.refuses("2024-10-11", day, HANDLER).code == "too-early"
    receipt = correction(at["DocumentServed"], "occurred_on", RECEIVED, date(2024, 10, 9))
    assert office.refuses("2024-10-11", receipt, HANDLER).code == "too-early"
    allowed = correction(at["DocumentServed"], "occurred_on", RECEIVED, date(2024, 10, 8))
    assert "entry-corrected" in office.on("2024-10-11", allowed)
