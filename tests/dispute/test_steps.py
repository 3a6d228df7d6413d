from __future__ import annotations

import pytest

from domain.dispute import commands as c
from domain.dispute.kind import DISPUTE
from domain.procedure import commands as p
from tests.lead.office import Office
from tests.strategies import JUSTICE, LIAISON, NOTE, STRANGER, URBAN

DAY, TRAFFIC = "2025-04-07", "organ-traffic"
AGREED = c.CoordinateDispute("K1", agreed=True, note=NOTE)
FAILED = c.CoordinateDispute("K1", agreed=False, note=NOTE)


def raised(*parties: str, regime: str = "karamay-2022") -> Office:
    office = Office(DISPUTE, regime)
    office.on(DAY, c.RaiseDispute(JUSTICE, "competence", NOTE))
    for party in parties:
        office.on(DAY, c.AdmitParty(party))
    return office


def heard(regime: str = "karamay-2022") -> Office:
    office = raised(URBAN, TRAFFIC, regime=regime)
    for party in (URBAN, TRAFFIC):
        office.on(DAY, c.HearParty(party, NOTE))
    return office


def test_a_dispute_has_two_parties_at_least() -> None:
    office = raised(URBAN)
    office.on(DAY, c.HearParty(URBAN, NOTE))
    assert office.refuses(DAY, AGREED) == ("not-recorded", "cn-default:art.10.3")


def test_every_party_is_heard_before_the_dispute_is_coordinated() -> None:
    office = raised(URBAN, TRAFFIC)
    office.on(DAY, c.HearParty(URBAN, NOTE))
    assert office.refuses(DAY, AGREED) == ("outstanding", "cn-default:art.10.3")
    office.on(DAY, c.HearParty(TRAFFIC, NOTE))
    assert office.on(DAY, AGREED) == ["coordinated"]


def test_a_party_that_joins_later_is_heard_too() -> None:
    office = heard()
    office.on(DAY, c.AdmitParty("organ-market"))
    assert office.refuses(DAY, AGREED)[0] == "outstanding"


def test_the_same_body_is_a_party_once_and_who_coordinates_is_none() -> None:
    assert raised(URBAN).refuses(DAY, c.AdmitParty(URBAN)) == ("id-taken", "cn-default:art.10.2")
    assert raised().refuses(DAY, c.AdmitParty(JUSTICE)) == ("must-differ", "cn-default:art.10.2")


def test_who_is_no_party_is_not_heard() -> None:
    assert raised(URBAN).refuses(DAY, c.HearParty(TRAFFIC, NOTE))[0] == "not-found"


def test_what_came_of_the_coordination_is_stated() -> None:
    assert heard().refuses(DAY, c.CoordinateDispute("K1", agreed=True)) == ("field-missing", "cn-default:art.10.3")


def test_a_dispute_that_is_settled_is_neither_coordinated_again_nor_referred() -> None:
    office = heard()
    office.on(DAY, AGREED)
    assert office.refuses(DAY, c.CoordinateDispute("K2", agreed=False, note=NOTE))[0] == "already-recorded"
    assert office.refuses(DAY, c.ReferDispute("K1", "organ-government")) == ("not-recorded", "cn-default:art.10.4")
    assert office.on(DAY, p.Close("agreed")) == ["closed"]


def test_without_agreement_it_is_referred_once_before_it_is_closed() -> None:
    office = heard()
    office.on(DAY, FAILED)
    assert office.refuses(DAY, p.Close("done")) == ("not-recorded", "cn-default:art.10.5")
    assert office.refuses(DAY, c.ReferDispute("K1", JUSTICE)) == ("wrong-relation", "cn-default:art.10.4")
    office.on(DAY, c.ReferDispute("K1", "organ-government"))
    assert office.file.organs("competent") == {"organ-government"}
    assert office.refuses(DAY, c.ReferDispute("K1", "organ-government"))[0] == "already-recorded"
    assert office.on(DAY, p.Close("referred")) == ["closed"]


def test_a_party_may_withdraw_and_a_stranger_not() -> None:
    office = heard()
    assert office.refuses(DAY, c.WithdrawDispute(NOTE), STRANGER) == ("not-yours", "cn-default:art.10.5")
    assert office.on(DAY, c.WithdrawDispute(NOTE), LIAISON) == ["withdrawn"]
    assert office.refuses(DAY, AGREED) == ("already-recorded", "cn-default:art.10.5")
    assert office.on(DAY, p.Close("withdrawn")) == ["closed"]


@pytest.mark.parametrize(("regime", "article"), [("karamay-2022", "art.7.1.3"), ("zhumadian-2024", "art.5.1.3")])
def test_it_is_coordinated_under_the_article_that_says_so(regime: str, article: str) -> None:
    office = heard(regime)
    assert office.refuses(DAY, AGREED, STRANGER) == ("not-yours", article)
    office.on(DAY, AGREED)
    assert office.stage() == "coordinated"


@pytest.mark.parametrize("regime", ["luoyang-2022", "jincheng-2021"])
def test_two_texts_have_no_such_proceeding(regime: str) -> None:
    assert Office(DISPUTE, regime).refuses(DAY, c.RaiseDispute(JUSTICE, "competence"))[0] == "no-such-procedure"


def test_no_text_sets_a_day_by_which_a_dispute_is_coordinated() -> None:
    assert heard().file.deadlines == {}
