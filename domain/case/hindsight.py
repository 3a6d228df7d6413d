"""What a correction puts in doubt (更正的影响): steps that would have been refused, had the right values been known.

A correction never undoes what was decided later; it flags it. A step is judged again by the guards that let it pass,
on the facts before it with corrected values in their places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Final

from domain import errors
from domain.case import clocks, events
from domain.case.commands import STEPS
from domain.case.events import CaseFact, Doubt
from domain.case.happening import Happening
from domain.case.situation import Situation, about
from domain.case.state import Case, fold
from domain.regime import guards
from domain.regime.law import Law

STEP_BEHIND: Final[Mapping[type[CaseFact], str]] = MappingProxyType(
    {row.becomes: step for step, row in STEPS.items() if row.becomes is not None and step != "correct-entry"}
    | {
        events.CaseOpened: "open",
        events.NoticeIssued: "issue-notice",
        events.OpinionIssued: "issue-opinion",
        events.DecisionIssued: "issue-decision",
        events.DocumentServed: "serve-document",
        events.ReviewRequested: "request-review",
        events.ReviewDecided: "decide-review",
    }
)


def doubts(case: Case, law: Law) -> tuple[Doubt, ...]:
    """Every step of the case that would be refused now, with its version; what was recorded as defective is not one."""
    return tuple(
        Doubt(happening.version, refusal.code, refusal.article or law.regime.id)
        for happening in case.log
        if not getattr(happening.fact, "defects", ()) and getattr(happening.fact, "accepted", True)
        for refusal in refusals(happening, case, law)
    )


def refusals(happening: Happening, case: Case, law: Law) -> Iterator[errors.Refusal]:
    """Why the step behind an entry of `case` would be refused; nothing where no guarded step stands behind it."""
    step = STEP_BEHIND.get(type(happening.fact))
    rule = law.regime.steps.get(step) if step is not None else None
    if step is None or rule is None or not rule.requires:
        return
    before = fold(earlier for earlier in case.log if earlier.version < happening.version)
    before = replace(before, deadlines=clocks.derive(before, law))
    told = {field.name: getattr(happening.fact, field.name) for field in fields(happening.fact)}
    told["seal"] = _seal(happening.fact, case)
    at = Situation(before, law, happening.on, step, about(happening.fact, STEPS[step].creates), assumed=told)
    yield from guards.failures(rule.requires, at)


def _seal(fact: CaseFact, case: Case) -> str | None:
    document = getattr(fact, "document", None)
    applied = (h.fact for h in case.log if isinstance(h.fact, events.SealApplied))
    return next((seal.seal for seal in applied if seal.document == document), None)
