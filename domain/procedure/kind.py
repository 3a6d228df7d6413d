"""A kind of proceeding (程序种类): a case, a lead, an organ's file. Here is what is particular to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from domain.procedure.commands import Asked, StepRow
from domain.procedure.facts import Fact

if TYPE_CHECKING:  # a file knows its kind, and a kind's own facts follow from the file
    from domain.procedure.state import File
    from domain.regime.law import Law
    from domain.regime.model import Step

OwnFacts = Callable[[Asked, "File", "Law", "Step"], Iterator[Fact]]
FactsThere = Callable[[Asked, "File"], Iterator[Fact]]


def _nothing_of_its_own(asked: Asked, _: File, __: Law, ___: Step) -> Iterator[Fact]:
    raise AssertionError(f"step {asked.step} says what follows from it neither in its row nor in its kind")


def _nothing_there(_: Asked, __: File) -> Iterator[Fact]:
    return iter(())


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of proceeding: its name, under which its streams and facts are stored; what several are called; its steps.

    `facts` says what follows from a step of its own whose command and fact do not say the same, `there` what a step
    that names another file says in that one.
    """

    name: str
    plural: str
    steps: Mapping[str, StepRow]
    facts: OwnFacts = _nothing_of_its_own
    there: FactsThere = _nothing_there

    @property
    def opening(self) -> str:
        """The step that opens a file of this kind."""
        return next(step for step, row in self.steps.items() if row.opens)

    @cached_property
    def creates(self) -> tuple[str, ...]:
        """The fields in which its facts name things: documents, orders, findings, ..."""
        return tuple(dict.fromkeys(row.creates for row in self.steps.values() if row.creates is not None))

    def names_in(self, fact: Fact) -> tuple[str, ...]:
        """Those of `creates` that are fields of a fact."""
        return _shared(self.creates, type(fact))

    def opens(self, fact: Fact) -> bool:
        """Whether a fact is the one that opens a file of this kind."""
        return type(fact) is self.steps[self.opening].becomes


@cache
def _shared(names: tuple[str, ...], fact: type[Fact]) -> tuple[str, ...]:
    return tuple(name for name in names if name in fact.__dataclass_fields__)
