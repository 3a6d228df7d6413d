"""Cases joined and parted: what the file that receives them is told, and when it is not told anything."""

from __future__ import annotations

from datetime import date

from domain.case import commands as c
from domain.case import events
from domain.case.together import there
from domain.procedure import commands as p
from domain.procedure.commands import Asked
from domain.procedure.facts import Fact, OfficerRecused
from tests.case.office import Office, opened
from tests.strategies import HANDLER, JUSTICE, URBAN

JOIN = c.MergeCase("B")


def second() -> Office:
    office = Office()
    office.on("2024-08-01", c.OpenCase(JUSTICE, URBAN, "complaint"))
    return office


def told(office: Office, other: Office, day: str = "2024-08-05") -> tuple[Fact, ...]:
    on = date.fromisoformat(day)
    return tuple(there(Asked("A", "merge-case", JOIN, HANDLER, on, on, other=other.case), office.case))


def test_the_receiving_file_is_told_once_of_everybody_who_is_recused_and_of_nobody_it_knows() -> None:
    office, other = opened(), second()
    office.on("2024-08-02", p.RequestRecusal("Q1", "person-b", URBAN, "art.1.1"))
    office.on("2024-08-02", p.DecideRecusal("Q1", granted=True))
    for person in ("person-b", "person-c"):
        office.on("2024-08-02", p.RecuseOfficer(person))
    other.on("2024-08-02", p.RecuseOfficer("person-c"))
    assert told(office, other) == (events.CaseAbsorbed("A"), OfficerRecused("person-b"))
