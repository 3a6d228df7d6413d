"""Cases joined and parted: what the file that receives them is told, and when it is not told anything."""

from __future__ import annotations

from datetime import date

import pytest

from domain import errors
from domain.case import commands as c
from domain.case import events
from domain.case.together import there
from domain.procedure import commands as p
from domain.procedure.commands import Asked
from domain.procedure.facts import Closed, Fact, OfficerRecused, Reopened
from domain.procedure.happening import Happening
from domain.procedure.state import evolve
from tests.case.office import Office, opened
from tests.strategies import HANDLER, JUSTICE, NOTE, URBAN, step_of

JOIN = c.MergeCase("B", NOTE)


def second() -> Office:
    office = Office()
    office.on("2024-08-01", c.OpenCase(JUSTICE, URBAN, "complaint"))
    return office


def told(office: Office, other: Office, command: c.MergeCase | c.SplitCase = JOIN) -> tuple[Fact, ...]:
    on = date(2024, 8, 5)
    return tuple(there(Asked("A", step_of(command), command, HANDLER, on, on, other=other.case), office.case))


def test_the_receiving_file_is_told_once_of_everybody_who_is_recused_and_of_nobody_it_knows() -> None:
    office, other = opened(), second()
    office.on("2024-08-02", p.RequestRecusal("Q1", "person-b", URBAN, "art.1.1"))
    office.on("2024-08-02", p.DecideRecusal("Q1", granted=True))
    for person in ("person-b", "person-c"):
        office.on("2024-08-02", p.RecuseOfficer(person))
    other.on("2024-08-02", p.RecuseOfficer("person-c"))
    assert told(office, other) == (events.CaseAbsorbed("A"), OfficerRecused("person-b"))


def test_a_case_that_was_joined_and_then_reopened_by_an_older_law_is_not_joined_again() -> None:
    office = opened()
    for fact in (events.CaseMerged("C"), Closed("merged"), Reopened()):
        office.case = evolve(office.case, Happening(office.case.version + 1, date(2024, 8, 2), fact))
    office.other = second().case
    refusal = office.refuses("2024-08-05", JOIN)
    assert (refusal.code, refusal.article) == (errors.AlreadyRecorded.code, "cn-default:art.2.14")


def test_an_act_that_was_made_anew_on_a_decision_of_this_case_is_not_parted_from_it() -> None:
    office = opened()
    redone = events.ActRedone("A1", "A2")
    office.case = evolve(office.case, Happening(office.case.version + 1, date(2024, 8, 2), redone))
    office.other = second().case
    refusal = office.refuses("2024-08-05", c.SplitCase("B", ("A2",), NOTE))
    assert (refusal.code, refusal.article) == (errors.NotSeparable.code, "cn-default:art.2.15")


def test_the_receiving_file_is_told_of_every_act_that_is_parted() -> None:
    office = opened()
    office.on("2024-08-02", c.RegisterAct("A2", "permit", title=NOTE))
    office.on("2024-08-02", c.RegisterAct("A3", "permit"))
    assert told(office, second(), c.SplitCase("B", ("A3", "A2"), NOTE)) == (
        events.ActRegistered("A3", "permit"),
        events.ActRegistered("A2", "permit"),
    )
    with pytest.raises(KeyError):
        told(office, second(), c.SplitCase("B", ("A2", "A4"), NOTE))
