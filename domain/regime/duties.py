"""What is owed outside a case: obligations and their dates, ladders of sanctions, lists of duties (义务、责任)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.regime.conditions import Cite, Label, Name, Relation, Rule, Strict
from domain.regime.periods import When


class Obligation(Strict):
    """A statutory duty outside a case (法定义务): who owes what, from when, by when, and what discharges it.

    `parts` are all to be done (filed and published); `grounds` are those for which a miss makes accountable.
    """

    title: Label
    cite: Cite
    holder: Name  # whom the text obliges, by role
    each: bool = True  # every organ of that role owes it by itself
    occasion: Label | None = None  # what it arises from, where it does not come with the year
    due: When
    parts: dict[Name, Label]
    modality: Literal["must", "may"] = "must"
    grounds: tuple[Cite, ...] = ()
    note: Label | None = None


class Rung(Strict):
    """A rung of a ladder: what may be imposed, by whom, and on which conditions."""

    n: int = Field(ge=1)
    title: Label
    cite: Cite
    measures: dict[Name, Label]
    modality: Literal["must", "may"]
    decided_by: Relation
    suggested: bool = False  # suggested to the person's unit, not imposed
    requires: tuple[Rule, ...] = ()


class Ladder(Strict):
    """What neglect leads to (责任阶梯): against whom, on which grounds, rung by rung."""

    title: Label
    cite: Cite
    against: Literal["organ", "person", "supervisor"]
    grounds: Name  # the list of them
    rungs: tuple[Rung, ...]


class Duty(Strict):
    """A duty of a published list (权责清单): what it rests on, its steps, what discharges it, who answers."""

    title: Label
    cite: Cite
    basis: tuple[Cite, ...] = ()
    method: tuple[Cite, ...]
    discharged_by: tuple[str, ...]  # facts, `kind.fact`, and obligations, `obligation:name`
    accountable: tuple[Cite, ...] = ()
    notes: tuple[Label, ...] = ()
