"""The supervision case (监督案件) as a kind of proceeding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.case import events, together
from domain.case.commands import STEPS, ApproveOpening, RejectOpening
from domain.procedure.commands import Asked, becomes
from domain.procedure.facts import Fact
from domain.procedure.kind import Kind
from domain.procedure.state import File
from domain.regime.law import Law
from domain.regime.model import Step


def _facts(asked: Asked, file: File, _: Law, rule: Step) -> Iterator[Fact]:
    """A case is approved or rejected by the person who takes the step; with other cases it is joined and parted."""
    match asked.command:
        case ApproveOpening():
            yield becomes(asked.command, events.OpeningApproved, by=asked.actor.person)
        case RejectOpening():
            yield becomes(asked.command, events.OpeningRejected, by=asked.actor.person)
        case _:
            yield from together.facts_of(asked, file, rule)


CASE: Final = Kind("case", "cases", STEPS, _facts, together.there)
INITIAL: Final = File(CASE)
