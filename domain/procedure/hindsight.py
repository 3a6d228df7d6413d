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
from domain.procedure import clocks, facts
from domain.procedure.facts import Doubt, Fact
from domain.procedure.happening import Happening
from domain.procedure.kind import Kind
from domain.procedure.situation import Situation, about
from domain.procedure.state import File, fold
from domain.regime import guards
from domain.regime.law import Law

_BEHIND: Final[Mapping[type[Fact], str]] = MappingProxyType(
    {
        facts.NoticeIssued: "issue-notice",
        facts.OpinionIssued: "issue-opinion",
        facts.DecisionIssued: "issue-decision",
        facts.DocumentServed: "serve-document",
        facts.ReviewRequested: "request-review",
        facts.ReviewDecided: "decide-review",
    }
)


_FOLLOWS: Final[Mapping[type[Fact], tuple[str, ...]]] = MappingProxyType(
    {facts.OpinionWithdrawn: ("review",), facts.DecisionRevoked: ("review",), facts.OfficerRecused: ("recusal",)}
)
"""Facts that are steps of their own, unless they follow from the decision that they name."""


def step_behind(fact: Fact, kind: Kind) -> str | None:
    """The step that a fact came from; None for one that follows from others."""
    if any(getattr(fact, cause, None) is not None for cause in _FOLLOWS.get(type(fact), ())):
        return None
    found = next((step for step, row in kind.steps.items() if row.becomes is type(fact)), None)
    return (found or _BEHIND.get(type(fact))) if found != "correct-entry" else None


def doubts(file: File, law: Law) -> tuple[Doubt, ...]:
    """Every step of the file that would be refused now, with its version; what was recorded as defective is not one."""
    return tuple(
        Doubt(happening.version, refusal.code, refusal.article or law.regime.id)
        for happening in file.log
        if not getattr(happening.fact, "defects", ()) and getattr(happening.fact, "accepted", True)
        for refusal in refusals(happening, file, law)
    )


def refusals(happening: Happening, file: File, law: Law) -> Iterator[errors.Refusal]:
    """Why the step behind an entry of `file` would be refused; nothing where no guarded step stands behind it."""
    step = step_behind(happening.fact, file.kind)
    rule = law.rules(file.kind.name).steps.get(step) if step is not None else None
    if step is None or rule is None or not rule.requires:
        return
    before = fold(file.kind, (earlier for earlier in file.log if earlier.version < happening.version))
    before = replace(before, deadlines=clocks.derive(before, law))
    told = {field.name: getattr(happening.fact, field.name) for field in fields(happening.fact)}
    told["seal"] = _seal(happening.fact, file)
    at = Situation(
        before, law, happening.on, step, about(happening.fact, file.kind.steps[step], file.kind), assumed=told
    )
    yield from guards.failures(rule.requires, at)


def _seal(fact: Fact, file: File) -> str | None:
    document = getattr(fact, "document", None)
    applied = (h.fact for h in file.log if isinstance(h.fact, facts.SealApplied))
    return next((seal.seal for seal in applied if seal.document == document), None)
