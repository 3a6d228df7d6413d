from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case.commands import OpenCase
from domain.case.kind import CASE
from domain.catalogue import TYPES
from domain.lead import commands as c
from domain.lead.kind import LEAD
from domain.procedure import commands as p
from tests.lead.office import Office
from tests.strategies import HANDLER, JUSTICE, LIAISON, NOTE, URBAN

SECRET = "complainant-1"
DAY = "2025-06-03"


def complaint(**more: Any) -> c.ReceiveLead:
    told: dict[str, Any] = {
        "kind": "complaint",
        "channel": "email",
        "written": True,
        "complainant": SECRET,
        "respondent": URBAN,
        "matter": NOTE,
    }
    return c.ReceiveLead(JUSTICE, **(told | more))


def received(regime: str = "karamay-2022", **more: Any) -> Office:
    office = Office(LEAD, regime)
    office.on(DAY, complaint(**more))
    return office


def triaged(*, in_scope: bool = True, against_act: bool | None = True, **more: Any) -> Office:
    office = received(**more)
    office.on(DAY, c.TriageLead("M1", in_scope=in_scope, against_act=against_act if in_scope else None))
    return office


def test_a_complaint_names_its_complainant_unless_nobody_knows_who_it_was() -> None:
    office = Office(LEAD)
    assert office.refuses(DAY, complaint(complainant=None)) == ("field-missing", "cn-default:art.5.1")
    assert office.refuses(DAY, complaint(anonymous=True)) == ("field-not-allowed", "cn-default:art.5.1")
    assert office.on(DAY, complaint(complainant=None, anonymous=True)) == ["received"]


def test_a_complaint_comes_in_one_of_the_ways_of_the_text() -> None:
    assert Office(LEAD).refuses(DAY, complaint(channel="pigeon")) == ("unknown-code", "art.26.1")


def test_a_call_is_not_in_writing_and_a_letter_is() -> None:
    assert Office(LEAD).refuses(DAY, complaint(channel="phone")) == ("field-not-allowed", "art.26.2")
    assert Office(LEAD).refuses(DAY, complaint(channel="written", written=False)) == ("field-missing", "art.26.2")


def test_no_complaint_is_registered_before_the_measures_are_in_force() -> None:
    assert Office(LEAD).refuses("2022-03-31", complaint()) == ("not-in-force", "art.43")


@pytest.mark.parametrize("channel", ["phone", "visit"])
def test_what_was_not_said_in_writing_is_recorded_in_full_before_it_is_triaged(channel: str) -> None:
    office = received(channel=channel, written=False, matter=None)
    triage = c.TriageLead("M1", in_scope=True, against_act=True)
    assert office.refuses(DAY, triage) == ("not-recorded", "art.27.2")
    assert office.refuses(DAY, c.TranscribeLead()) == ("field-missing", "cn-default:art.5.1")
    office.on(DAY, c.TranscribeLead(NOTE))
    assert office.on(DAY, triage) == ["triaged"]


def test_what_came_in_writing_is_not_transcribed() -> None:
    assert received().refuses(DAY, c.TranscribeLead(NOTE)) == ("field-not-allowed", "art.27.2")


@pytest.mark.parametrize(("left_out", "article"), [("respondent", "art.27.1.1"), ("matter", "art.27.1.2")])
def test_required_content_is_there_or_noted_as_lacking_before_triage(left_out: str, article: str) -> None:
    content: dict[str, Any] = {left_out: None}
    office = received(**content)
    assert office.refuses(DAY, c.TriageLead("M1", in_scope=True, against_act=False)) == ("field-missing", article)
    office.on(DAY, c.TriageLead("M1", in_scope=True, against_act=False, lacking=(article,)))


def test_what_is_lacking_is_something_the_text_requires() -> None:
    triage = c.TriageLead("M1", in_scope=True, against_act=False, lacking=("art.28.2",))
    assert received().refuses(DAY, triage) == ("unknown-code", "art.28.1")


def test_triage_within_scope_says_whether_the_matter_is_against_an_enforcement_act() -> None:
    assert received().refuses(DAY, c.TriageLead("M1", in_scope=True)) == ("field-missing", "art.28.1")


def test_nothing_is_linked_analysed_passed_on_or_answered_before_triage() -> None:
    office = received()
    for step in (
        c.LinkLead("M1", "case-1"),
        c.AnalyseLead("M1", NOTE),
        p.Transfer("T1", "M1", "organ-other"),
        c.InformComplainant("M1", "post"),
    ):
        assert office.refuses(DAY, step)[0] == "not-found"
    assert office.refuses(DAY, p.Close("done")) == ("not-recorded", "cn-default:art.5.6")


def test_what_is_against_an_act_is_handled_as_a_case_and_not_merely_analysed() -> None:
    office = triaged()
    assert office.refuses(DAY, c.AnalyseLead("M1", NOTE)) == ("already-recorded", "art.28.1.2")
    assert office.on(DAY, c.LinkLead("M1", "case-1")) == ["linked"]


def test_what_is_not_against_an_act_is_analysed_as_a_lead_and_may_grow_into_a_case() -> None:
    office = triaged(against_act=False)
    assert office.refuses(DAY, c.LinkLead("M1", "case-1")) == ("not-recorded", "art.28.1.2")
    office.on(DAY, c.AnalyseLead("M1", NOTE))
    assert office.on(DAY, c.LinkLead("M1", "case-1")) == ["linked"]


def test_a_matter_is_linked_to_one_case_only() -> None:
    office = triaged()
    office.on(DAY, c.LinkLead("M1", "case-1"))
    assert office.refuses(DAY, c.LinkLead("M1", "case-2")) == ("already-recorded", "cn-default:art.5.3")


def test_two_matters_of_one_complaint_go_two_ways() -> None:
    office = triaged()
    office.on(DAY, c.TriageLead("M2", in_scope=False))
    office.on(DAY, c.LinkLead("M1", "case-1"))
    office.on(DAY, c.InformComplainant("M1", "post", outcome="corrected"))
    assert office.refuses(DAY, p.Close("done")) == ("outstanding", "cn-default:art.5.6")
    office.on(DAY, c.InformComplainant("M2", "post", competent="organ-other"))
    assert office.on(DAY, p.Close("done")) == ["closed"]


def test_who_complains_of_what_is_not_ours_is_told_who_is_competent() -> None:
    office = triaged(in_scope=False)
    assert office.refuses(DAY, c.InformComplainant("M1", "phone")) == ("field-missing", "art.28.1")
    assert office.on(DAY, c.InformComplainant("M1", "phone", competent="organ-other")) == ["answered"]


def test_the_complainant_is_told_the_result_after_there_is_one_and_how_it_stands_at_any_time() -> None:
    office = triaged()
    assert office.refuses(DAY, c.InformComplainant("M1", "phone", outcome="corrected"))[1] == "art.28.2"
    assert office.on(DAY, c.InformComplainant("M1", "phone", final=False)) == ["answered"]


def test_the_result_told_is_that_of_the_case_unless_the_open_point_is_decided_otherwise() -> None:
    office = triaged()
    office.on(DAY, c.LinkLead("M1", "case-1"))
    assert office.refuses(DAY, c.InformComplainant("M1", "phone")) == ("field-missing", "art.28.2")
    office.on(DAY, p.DecideOpenPoint("result-told-to-complainant", "handling", NOTE))
    assert office.on(DAY, c.InformComplainant("M1", "phone")) == ["answered"]


def test_a_complaint_is_not_closed_before_the_complainant_was_informed() -> None:
    office = triaged()
    office.on(DAY, c.LinkLead("M1", "case-1"))
    office.on(DAY, c.InformComplainant("M1", "phone", final=False))
    assert office.refuses(DAY, p.Close("done")) == ("outstanding", "art.28.2")
    office.on(DAY, c.InformComplainant("M1", "phone", outcome="corrected"))
    assert office.on(DAY, p.Close("done")) == ["closed"]


def test_an_anonymous_report_is_closed_without_informing_anybody() -> None:
    office = triaged(complainant=None, anonymous=True)
    assert office.refuses(DAY, c.InformComplainant("M1", "post")) == ("field-missing", "cn-default:art.5.5")
    office.on(DAY, c.LinkLead("M1", "case-1"))
    assert office.on(DAY, p.Close("done")) == ["closed"]


def passed_on_and_returned() -> Office:
    """Passed on, the complainant told so, and then it came back."""
    office = triaged()
    office.on(DAY, p.Transfer("T1", "M1", "organ-other"))
    office.on(DAY, c.InformComplainant("M1", "phone"))
    office.on(DAY, p.ReturnTransfer("T1"))
    return office


@pytest.mark.parametrize("otherwise", [c.LinkLead("M1", "case-1"), p.Transfer("T2", "M1", "organ-third")])
def test_what_was_passed_on_and_came_back_is_dealt_with_otherwise_before_it_is_closed(otherwise: p.Command) -> None:
    office = passed_on_and_returned()
    assert office.refuses(DAY, p.Close("done")) == ("outstanding", "art.28.1.2")
    office.on(DAY, otherwise)
    assert office.on(DAY, p.Close("done")) == ["closed"]


def test_what_came_back_is_no_result_to_tell_the_complainant() -> None:
    assert passed_on_and_returned().refuses(DAY, c.InformComplainant("M1", "phone"))[1] == "art.28.2"


def test_what_is_not_ours_and_goes_nowhere_is_analysed_and_closed() -> None:
    office = triaged(in_scope=False, complainant=None, anonymous=True)
    assert office.refuses(DAY, p.Close("done")) == ("outstanding", "cn-default:art.5.6")
    office.on(DAY, c.AnalyseLead("M1", NOTE))
    assert office.on(DAY, p.Close("done")) == ["closed"]


def test_no_day_is_counted_where_the_text_says_only_in_a_suitable_way() -> None:
    assert triaged().file.deadlines == {}


# --- who complained ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [c.ShareLead(URBAN), p.Transfer("T1", "M1", URBAN)])
def test_a_complaint_never_goes_to_whom_it_is_about(step: p.Command) -> None:
    assert triaged().refuses(DAY, step) == ("must-differ", "cn-default:art.5.4")


def test_one_fact_of_one_kind_of_proceeding_names_a_complainant() -> None:
    holders = [name for name, fact in TYPES.items() if "complainant" in fact.__dataclass_fields__]
    assert holders == ["lead.received/1"]


def test_the_department_complained_about_is_no_party_to_the_complaint() -> None:
    office = triaged()
    assert office.file.organs("subject") == frozenset()
    assert office.file.opened is not None
    assert office.file.opened.subject is None
    refusals = [offer.refusal for offer in office.offers(date(2025, 6, 3), LIAISON)]
    assert {refusal.code if refusal else None for refusal in refusals} == {"not-yours"}


def test_the_case_that_a_complaint_leads_to_knows_it_by_its_number() -> None:
    lead = triaged()
    lead.on(DAY, c.LinkLead("M1", "case-1"))
    case = Office(CASE)
    case.on(DAY, OpenCase(JUSTICE, URBAN, "complaint", source="lead-1"))
    assert SECRET in repr(lead.file.log[0])
    assert not any(SECRET in repr(happening) for happening in (*lead.file.log[1:], *case.file.log))


def test_offers_say_what_is_lacking_and_never_who_complained() -> None:
    office = triaged()
    for offer in office.offers(date(2025, 6, 3), HANDLER):
        assert SECRET not in repr(offer)
        assert offer.refusal is None or SECRET not in offer.refusal.sentence_zh + offer.refusal.sentence_en


# --- the other texts ---------------------------------------------------------------------------------------------


def test_luoyang_speaks_of_no_complaints() -> None:
    assert Office(LEAD, "luoyang-2022").refuses("2025-06-03", complaint())[0] == "no-such-procedure"


def test_zhumadian_gathers_leads_from_hotline_and_media_and_owes_nobody_an_answer() -> None:
    office = received("zhumadian-2024", kind="lead", channel="hotline", complainant=None)
    office.on(DAY, c.TriageLead("M1", in_scope=True, against_act=True))
    office.on(DAY, c.ShareLead("organ-hotline"))
    office.on(DAY, c.AnalyseLead("M1", NOTE))
    assert office.on(DAY, p.Close("done")) == ["closed"]
    assert Office(LEAD, "zhumadian-2024").refuses(DAY, complaint(channel="fax"))[0] == "unknown-code"


def test_jincheng_takes_applications_and_passes_on_only_what_is_not_its_own() -> None:
    office = Office(LEAD, "jincheng-2021")
    office.on("2022-06-01", complaint(kind="application", channel="letter"))
    office.on("2022-06-01", c.TriageLead("M1", in_scope=True, against_act=True))
    transfer = p.Transfer("T1", "M1", "organ-other")
    assert office.refuses("2022-06-01", transfer) == ("not-recorded", "art.12.1")
    assert office.refuses("2022-06-01", c.LinkLead("M2", "case-1"))[0] == "not-found"
    assert office.on("2022-06-02", c.LinkLead("M1", "case-1")) == ["linked"]


def test_jincheng_takes_no_application_after_it_has_expired() -> None:
    application = complaint(kind="application", channel="letter")
    assert Office(LEAD, "jincheng-2021").refuses("2024-06-03", application) == ("not-in-force", "art.19.1")
