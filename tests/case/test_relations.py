"""Who may stand in which relation to a file: nobody is an authority over itself."""

from __future__ import annotations

import pytest

from domain import errors
from domain.case import commands as c
from domain.identity import Actor, PersonId
from domain.procedure import commands as p
from domain.procedure.facts import AuthorityNamed, Transferred
from domain.procedure.happening import Happening
from domain.procedure.relations import holder, nameable, the_one
from domain.procedure.state import File, evolve
from tests.accountability.office import Office as Accountability
from tests.accountability.office import opened as accountability
from tests.case.office import opened
from tests.regime.test_luoyang import Bureau as Luoyang
from tests.regime.test_zhumadian import GOVERNMENT, JUSTICE, MAYOR
from tests.regime.test_zhumadian import Bureau as Zhumadian
from tests.strategies import HANDLER, URBAN

DAY = "2024-08-02"
OWN = ("supervisor", "subject", "anyone", "system", "decider", "addressee")


@pytest.mark.parametrize("relation", [*OWN, "government", "discipline", "nobody"])
def test_no_relation_is_given_that_the_regulation_does_not_build_on(relation: str) -> None:
    refusal = opened().refuses(DAY, p.NameAuthority(relation, "organ-other"))
    assert (refusal.code, refusal.article) == ("unknown-code", "cn-default:art.2.9")
    assert "assisting, receiver" in str(refusal) or "receiver, assisting" in str(refusal)


def test_what_may_be_named_is_what_the_steps_clocks_and_ladders_of_the_proceeding_speak_of() -> None:
    file = accountability("luoyang-2022", "organ", "art.24.1.1").file
    law = Accountability("luoyang-2022").law(file.log[0].on)
    assert nameable(file, law) == ("government", "next_higher", "competent")
    assert "government" not in nameable(opened().case, opened().law(file.log[0].on))


@pytest.mark.parametrize("relation", ["next_higher", "competent", "judicial"])
def test_the_supervisor_is_no_authority_over_itself(relation: str) -> None:
    office = accountability()
    for organ in (HANDLER.organ, URBAN):
        assert office.refuses("2023-05-09", p.NameAuthority(relation, organ)) == ("wrong-relation", "art.2.9")


def test_the_department_that_a_file_is_about_is_nothing_else_to_it() -> None:
    refusal = opened().refuses(DAY, p.NameAuthority("assisting", URBAN))
    assert isinstance(refusal, errors.WrongRelation)
    assert refusal.sentence_zh == "“organ-urban”为本案的被监督机关，不得作为本案的协助单位。"


def supervised_by(kind: str) -> Zhumadian:
    bureau = Zhumadian()
    subject = "lower-government" if kind == "government" else "own-body"
    opening = c.OpenCase(GOVERNMENT, "organ-county", "supervision", supervisor_kind=kind, subject_kind=subject)
    bureau.on("2024-09-02", opening, MAYOR)
    return bureau


def test_a_government_that_supervises_is_the_government_of_the_file() -> None:
    bureau = supervised_by("government")
    other = bureau.refuses("2024-09-02", p.NameAuthority("government", "organ-other"), MAYOR)
    assert (other.code, other.article) == ("must-be", "zhumadian-2024:art.5.1")
    assert "authority-named" in bureau.on("2024-09-02", p.NameAuthority("government", GOVERNMENT), MAYOR)


def test_a_department_that_supervises_is_not_its_own_government_and_has_no_agent() -> None:
    bureau = supervised_by("city-department")
    own = bureau.refuses("2024-09-02", p.NameAuthority("government", GOVERNMENT), MAYOR)
    assert (own.code, own.article) == ("must-differ", "cn-default:art.2.9")
    agent = bureau.refuses("2024-09-02", p.NameAuthority("agent", JUSTICE), MAYOR)
    assert agent.article == "zhumadian-2024:art.5.1"


def test_who_acts_for_the_supervisor_is_no_authority_over_the_file_either() -> None:
    bureau = supervised_by("government")
    own = bureau.refuses("2024-09-02", p.NameAuthority("agent", GOVERNMENT), MAYOR)
    assert own.code == "wrong-relation"
    bureau.on("2024-09-02", p.NameAuthority("agent", JUSTICE), MAYOR)
    clerk = Actor(PersonId("person-j"), JUSTICE, "handler")
    assert bureau.refuses("2024-09-02", p.NameAuthority("superior", JUSTICE), clerk).code == "wrong-relation"


def test_the_house_lets_no_department_be_its_own_government() -> None:
    bureau = Luoyang()
    bureau.on("2023-04-06", c.OpenCase(HANDLER.organ, URBAN, "inspection"))
    refusal = bureau.refuses("2023-04-06", p.NameAuthority("government", HANDLER.organ))
    assert (refusal.code, refusal.article) == ("must-differ", "cn-default:art.2.9")


# --- which organ is meant where a step names none ------------------------------------------------------------------


def test_whose_a_clock_or_document_is_says_the_opening_and_not_the_alphabet() -> None:
    case = opened().case
    other = AuthorityNamed("subject", "organ-aaa")  # as an older entry might say
    case = evolve(case, Happening(case.version + 1, case.log[0].on, other))
    assert the_one("subject", case, "art.1") == holder("subject", other, case) == URBAN


def named(*organs: str) -> File:
    case = opened().case
    for organ in organs:
        case = evolve(case, Happening(case.version + 1, case.log[0].on, AuthorityNamed("receiver", organ)))
    return case


def test_of_several_organs_none_is_taken_by_chance() -> None:
    with pytest.raises(errors.SeveralOrgans, match="organ-one, organ-two") as refused:
        the_one("receiver", named("organ-two", "organ-one"), "art.1")
    assert "organ-one" in refused.value.sentence_zh
    assert the_one("receiver", named("organ-two", "organ-one"), "art.1", "organ-two") == "organ-two"
    assert the_one("receiver", named("organ-one", "organ-one"), "art.1") == "organ-one"
    assert the_one("receiver", named(), "art.1") is None


def test_a_clock_of_several_organs_is_that_of_the_one_its_fact_names_or_of_none() -> None:
    case = named("organ-two", "organ-one")
    assert holder("receiver", Transferred("T1", "F1", "organ-two"), case) == "organ-two"
    assert holder("receiver", AuthorityNamed("receiver", "organ-one"), case) == "receiver"
