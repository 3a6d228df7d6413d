"""What may be done on a ladder of sanctions, and what is refused, with the article that refuses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.accountability import commands as a
from domain.accountability.events import SanctionImposed
from domain.identity import Actor, PersonId
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.facts import EntryCorrected, Limit
from domain.procedure.offers import Offer, offers
from tests.accountability.office import OTHERS, PEOPLE, Office, criticism, missed, opened, suggestion
from tests.strategies import HANDLER, LIAISON, NOTE, STRANGER, URBAN

IMPOSE = a.ImposeSanction("P1", 2, ("circulated-criticism",))


def offered(office: Office, day: str, actor: Actor = HANDLER) -> dict[str, Offer]:
    on = date.fromisoformat(day)
    return {offer.step: offer for offer in offers(office.file, office.law(on), actor, on)}


def test_a_file_names_a_ladder_that_the_regulation_has() -> None:
    refused = Office().refuses("2023-05-08", a.OpenAccountability("organ-justice", "organ-urban", "obstruction"))
    assert refused[0] == "unknown-code"


def test_a_file_against_a_person_names_the_person() -> None:
    refused = Office().refuses("2023-05-08", a.OpenAccountability("organ-justice", "organ-urban", "person"))
    assert refused == ("field-missing", "art.39.1")


def test_no_file_is_opened_before_the_regulation_is_in_force() -> None:
    refused = Office().refuses("2022-03-31", a.OpenAccountability("organ-justice", "organ-urban", "organ"))
    assert refused == ("not-in-force", "art.43")


def test_a_ground_of_another_ladder_is_none() -> None:
    assert opened().refuses("2023-05-08", a.EstablishGround(("art.39.1.2",), "E1")) == (
        "ground-not-allowed",
        "art.38.1",
    )


def test_a_ground_rests_on_evidence_of_the_file() -> None:
    office = opened()
    assert office.refuses("2023-05-08", a.EstablishGround(("art.38.1.2",))) == ("field-missing", "art.6.1")
    assert office.refuses("2023-05-08", a.EstablishGround(("art.38.1.2",), "E2")) == ("not-found", "art.6.1")


def test_nothing_is_ordered_before_a_ground_is_established() -> None:
    office = Office()
    office.on("2023-05-08", a.OpenAccountability("organ-justice", "organ-urban", "organ"))
    order = p.OrderCorrection("R1", ("person-a",), limit=Limit(5, "working_day"))
    assert office.refuses("2023-05-08", order) == ("not-recorded", "art.38.1")


@pytest.mark.parametrize(
    ("proposal", "code"),
    [
        (a.ProposeSanction("P1", 1, ("order",), ("art.38.1.2",), "R1"), "taken-otherwise"),
        (a.ProposeSanction("P1", 2, ("discipline",), ("art.38.1.2",), "R1"), "measure-not-of-rung"),
        (a.ProposeSanction("P1", 2, (), ("art.38.1.2",), "R1"), "field-missing"),
        (a.ProposeSanction("P1", 2, ("circulated-criticism",), (), "R1"), "field-missing"),
        (a.ProposeSanction("P1", 2, ("circulated-criticism",), ("art.38.1.9",), "R1"), "ground-not-found"),
        (a.ProposeSanction("P1", 2, ("circulated-criticism",), ("art.38.1.2",)), "period-not-running"),
        (a.ProposeSanction("P1", 3, ("discipline",), ("art.38.1.2",), "R1", NOTE), "not-recorded"),
        (a.ProposeSanction("P1", 9, ("discipline",), ("art.38.1.2",), "R1"), "no-such-rung"),
    ],
    ids=("an order", "other measure", "no measure", "no ground", "ground not found", "no order", "skipped", "no rung"),
)
def test_a_proposal_keeps_to_its_rung(proposal: Command, code: str) -> None:
    refused = missed().refuses("2023-05-25", proposal)
    assert refused[0] == code
    assert refused[1] in ("art.38.1", "art.6.1")


def test_an_order_is_missed_on_the_day_after_its_last() -> None:
    office = missed()
    assert office.refuses("2023-05-24", criticism()) == ("not-overdue", "art.38.1")
    assert office.on("2023-05-25", criticism()) == ["sanction-proposed"]


def test_nothing_is_imposed_on_who_was_not_heard_on_the_proposal() -> None:
    office = missed()
    office.on("2023-05-25", p.HearStatement(URBAN))  # before anything was proposed
    office.on("2023-05-25", criticism())
    assert office.refuses("2023-05-26", IMPOSE) == ("not-recorded", "art.6.2")
    office.on("2023-05-26", p.HearStatement(URBAN))
    assert "sanction-imposed" in office.on("2023-05-26", IMPOSE)


def test_what_was_corrected_after_the_proposal_is_no_longer_sanctioned() -> None:
    office = missed()
    office.on("2023-05-25", criticism())
    office.on("2023-05-26", p.HearStatement(URBAN))
    office.on("2023-05-29", p.VerifyCorrection("R1", corrected=True, corrected_on=date(2023, 5, 26)))
    assert office.refuses("2023-05-30", IMPOSE) == ("period-not-running", "art.38.1")
    office.on("2023-05-30", a.RecordOutcome("P1", "dropped"))
    office.on("2023-05-30", p.Close("corrected"))
    assert office.file.closed


def test_a_sanction_stays_within_what_was_proposed() -> None:
    office = opened(ladder="person", ground="art.39.1.4")
    office.on("2023-05-09", suggestion("education", "transfer"))
    office.on("2023-05-09", p.HearStatement("person-x"))
    heavier = a.SuggestSanction("T1", "P1", URBAN, 1, ("revoke-certificate",))
    assert office.refuses("2023-05-10", heavier) == ("not-proposed", "art.39.1")
    milder = a.SuggestSanction("T1", "P1", URBAN, 1, ("education",))
    assert office.on("2023-05-10", milder) == ["sanction-suggested"]


def test_what_is_only_suggested_is_imposed_by_nobody() -> None:
    office = opened(ladder="person", ground="art.39.1.4")
    office.on("2023-05-09", suggestion("education"))
    office.on("2023-05-09", p.HearStatement("person-x"))
    impose = a.ImposeSanction("P1", 1, ("education",))
    for actor in (HANDLER, replace(LIAISON, person=PersonId("person-y"))):
        assert office.refuses("2023-05-10", impose, actor) == ("taken-otherwise", "art.39.1")


def test_a_crime_is_handed_over_without_hearing_first() -> None:
    office = opened(ladder="person", ground="art.39.1.4")
    office.on("2023-05-09", a.ProposeSanction("P1", 2, ("prosecution",), ("art.39.1.4",), circumstances=NOTE))
    refer = a.ReferDiscipline("T1", "P1", OTHERS["competent"], 2, ("prosecution",))
    assert office.on("2023-05-09", refer) == ["discipline-referred"]


def test_a_referral_is_answered_by_the_organ_it_was_put_to_and_nobody_for_it() -> None:
    office = opened(ladder="person", ground="art.39.1.4")
    office.on("2023-05-09", a.ProposeSanction("P1", 2, ("prosecution",), ("art.39.1.4",), circumstances=NOTE))
    office.on("2023-05-09", a.ReferDiscipline("T1", "P1", OTHERS["competent"], 2, ("prosecution",)))
    answer = a.AnswerReferral("T1", taken_up=True)
    for actor in (HANDLER, LIAISON, STRANGER, PEOPLE["judicial"]):
        assert office.refuses("2023-05-10", answer, actor) == ("not-yours", "art.6.3")
    assert office.on("2023-05-10", answer, PEOPLE["competent"]) == ["referral-answered"]


def test_the_list_of_duties_leaves_criticism_to_the_government_unless_decided_otherwise() -> None:
    for option, decider, other in (
        ("government", "government", "supervisor"),
        ("supervisor", "supervisor", "government"),
    ):
        office = opened("luoyang-2022", ground="art.24.1.6")
        office.on("2023-05-08", p.DecideOpenPoint("who-sanctions", option, NOTE))
        office.on("2023-05-10", p.OrderCorrection("R1", ("person-a",), limit=Limit(10, "working_day")))
        office.on("2023-05-25", a.ProposeSanction("P1", 2, ("interview",), ("art.24.1.6",), "R1"))
        office.on("2023-05-26", p.HearStatement(URBAN))
        impose = a.ImposeSanction("P1", 2, ("interview",))
        assert office.refuses("2023-05-29", impose, PEOPLE[other]) == ("not-yours", "art.24.1")
        assert offered(office, "2023-05-29", PEOPLE[decider])["impose-sanction"].refusal is None
        assert "sanction-imposed" in office.on("2023-05-29", impose, PEOPLE[decider])


def test_what_may_be_done_next_is_what_the_decider_lets_pass() -> None:
    office = missed()
    refusal = offered(office, "2023-05-24")["impose-sanction"].refusal
    assert refusal is not None
    assert refusal.code == "not-recorded"
    office.on("2023-05-25", criticism())
    unheard = offered(office, "2023-05-25")["impose-sanction"].refusal
    assert unheard is not None
    assert (unheard.code, unheard.article) == ("not-recorded", "cn-default:art.6.2")
    office.on("2023-05-26", p.HearStatement(URBAN))
    assert offered(office, "2023-05-26")["impose-sanction"].refusal is None
    assert "rung" in offered(office, "2023-05-26")["propose-sanction"].asks


def test_a_file_with_something_open_is_not_closed() -> None:
    office = missed()
    office.on("2023-05-25", criticism())
    office.on("2023-05-26", p.HearStatement(URBAN))
    office.on("2023-05-29", IMPOSE)
    assert office.refuses("2023-05-29", p.Close("done")) == ("outstanding", "art.6.3")
    office.on("2023-05-30", a.RecordOutcome("P1", "carried-out"))
    office.on("2023-05-30", p.Close("done"))


def test_an_order_that_was_neither_followed_nor_sanctioned_keeps_the_file_open() -> None:
    office = missed()
    clock = Actor(PEOPLE["supervisor"].person, OTHERS["government"], "system")
    office.on("2023-05-25", p.RecordLapse("order-limit:R1"), clock)
    assert office.refuses("2023-05-25", p.Close("done")) == ("outstanding", "art.6.3")


def test_a_correction_that_shows_the_order_was_followed_puts_the_sanction_in_doubt() -> None:
    office = missed()
    office.on("2023-05-24", p.VerifyCorrection("R1", corrected=False, corrected_on=date(2023, 5, 23)))
    version = office.file.version
    office.on("2023-05-25", criticism())
    office.on("2023-05-26", p.HearStatement(URBAN))
    office.on("2023-05-29", IMPOSE)
    office.on("2023-05-30", p.CorrectEntry(version, "corrected", "false", "true", "person-h", NOTE))
    fix = next(h.fact for h in reversed(office.log) if isinstance(h.fact, EntryCorrected))
    imposed = next(h.version for h in office.log if isinstance(h.fact, SanctionImposed))
    assert imposed in {doubt.version for doubt in fix.doubts}
