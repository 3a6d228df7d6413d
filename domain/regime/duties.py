"""What is owed outside a case: obligations and their dates, ladders of sanctions, lists of duties (义务、责任)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.regime.conditions import ByPoint, Cite, Label, Name, Relation, Rule, Strict, Taken
from domain.regime.periods import When


class Obligation(Strict):
    """A statutory duty outside a case (法定义务): who owes what, from when, by when, and what discharges it.

    `parts` are all to be done (filed and published); `grounds` are those for which a miss makes accountable.
    """

    title: Label
    cite: Cite
    holder: Relation
    each: bool = True  # every organ of that role owes it by itself
    occasion: Label | None = None  # what it arises from, where it does not come with the year
    occasions: tuple[Cite, ...] = ()  # the items of the text of which one gives rise to it
    due: When
    parts: dict[Name, Label] = Field(min_length=1)
    modality: Literal["must", "may", "must_not"] = "must"
    grounds: tuple[Cite, ...] = ()
    note: Label | None = None

    @property
    def ongoing(self) -> bool:
        """Whether it is never done with: a standing duty, or one to be discharged again and again (定期)."""
        return bool(self.due.standing) or (self.due.open_norm is not None and self.occasion is None)

    @property
    def repeats(self) -> bool:
        """Whether its parts are done more than once on one file."""
        several = self.due.frequency is not None and self.due.frequency.times > 1
        return self.ongoing or several or self.due.quantity is not None


class Rung(Strict):
    """A rung of a ladder: what may be done, by whom, how, and on which conditions.

    The conditions are asked of the proposal: what they find in the fields of a step is what was proposed.
    """

    n: int = Field(ge=1)
    title: Label
    cite: Cite
    measures: dict[Name, Label] = Field(min_length=1)
    modality: Literal["must", "may"]
    decided_by: Relation | ByPoint[Relation]
    taken: Taken = "imposed"
    requires: tuple[Rule, ...] = ()


class Ladder(Strict):
    """What neglect leads to (责任阶梯): against whom, on which grounds, rung by rung."""

    title: Label
    cite: Cite
    against: Literal["organ", "person", "supervisor"]
    grounds: Name  # the list of them
    rungs: tuple[Rung, ...] = Field(min_length=1)


class Duty(Strict):
    """A duty of a published list (权责清单): what it rests on, its steps, what discharges it, who answers."""

    title: Label
    cite: Cite
    basis: tuple[Cite, ...] = ()
    method: tuple[Cite, ...]
    discharged_by: tuple[str, ...]  # facts, `kind.fact`, and obligations, `obligation:name`
    accountable: tuple[Cite, ...] = ()
    notes: tuple[Label, ...] = ()
