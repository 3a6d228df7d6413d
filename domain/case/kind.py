"""The supervision case (监督案件) as a kind of proceeding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.case import events
from domain.case.commands import STEPS, ApproveOpening
from domain.procedure.commands import Asked, becomes
from domain.procedure.facts import Fact
from domain.procedure.kind import Kind
from domain.procedure.state import File
from domain.regime.law import Law
from domain.regime.model import Step


def _on_opening(asked: Asked, _: File, __: Law, ___: Step) -> Iterator[Fact]:
    """A case was approved or rejected by the person who takes the step."""
    approved = isinstance(asked.command, ApproveOpening)
    fact = events.OpeningApproved if approved else events.OpeningRejected
    yield becomes(asked.command, fact, by=asked.actor.person)


CASE: Final = Kind("case", "cases", STEPS, _on_opening)
INITIAL: Final = File(CASE)
