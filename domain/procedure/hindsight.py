"""What a correction puts in doubt (更正的影响): steps that would have been refused, had the right values been known.

A correction never undoes what was decided later; it flags it. A step is judged again by the guards that let it pass,
and by what the house asks of its day, on the facts before it with corrected values in their places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from domain import errors
from domain.procedure import clocks, facts, house
from domain.procedure.entry import NAMED, unusable
from domain.procedure.facts import Doubt, Fact
from domain.procedure.happening import Happening
from domain.procedure.kind import Kind
from domain.procedure.situation import Situation, about
from domain.procedure.state import File, apply
from domain.regime import guards, model
from domain.regime.law import Law

_BEHIND: Final[Mapping[type[Fact], str]] = MappingProxyType(
    {
        facts.NoticeIssued: "issue-notice",
        facts.OpinionIssued: "issue-opinion",
        facts.DecisionIssued: "issue-decision",
        facts.DocumentIssued: "issue-document",
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
    if isinstance(fact, facts.DocumentIssued) and fact.instrument in NAMED:  # the decision of a review issues its own
        return None
    if any(getattr(fact, cause, None) is not None for cause in _FOLLOWS.get(type(fact), ())):
        return None
    found = next((step for step, row in kind.steps.items() if row.becomes is type(fact)), None)
    return (found or _BEHIND.get(type(fact))) if found != "correct-entry" else None


def doubts(file: File, law: Law, earlier: Iterable[Law] = ()) -> tuple[Doubt, ...]:
    """Every step of the file that would be refused now, with its version; what was recorded as defective is not one.

    A step is judged under the law it was taken under: `law`, under which the file stands now, or one of `earlier`.
    """
    return tuple(
        Doubt(happening.version, refusal.code, refusal.article or at.law.regime.id)
        for happening, rule, at in _steps(file, law, earlier)
        if not getattr(happening.fact, "defects", ()) and getattr(happening.fact, "accepted", True)
        for refusal in _why(rule, at)
    )


def refusals(version: int, file: File, law: Law, earlier: Iterable[Law] = ()) -> Iterator[errors.Refusal]:
    """Why the step behind an entry of `file` would be refused; nothing where no step stands behind it."""
    for happening, rule, at in _steps(file, law, earlier):
        if happening.version == version:
            yield from _why(rule, at)


def _why(rule: model.Step, at: Situation) -> Iterator[errors.Refusal]:
    """Why a step would be refused: the questions of its decider, but for those that no correction can answer anew."""
    limit = unusable(at, rule)
    if limit is not None:
        yield limit
    yield from house.of_the_day(at)
    yield from guards.failures(rule.requires, at)


def _steps(file: File, law: Law, earlier: Iterable[Law]) -> Iterator[tuple[Happening, model.Step, Situation]]:
    """Every step behind an entry, its rule, and the situation in which it was taken, in one pass."""
    laws = _by_digest(law, earlier)
    before, following, latest, seals = File(file.kind), clocks.Following(), date.min, _seals(file)
    for happening in file.log:
        latest = max(latest, happening.on)
        digest = before.regime_digest or getattr(happening.fact, "regime_digest", "")
        step, then = step_behind(happening.fact, file.kind), laws.get(digest)
        rule = then.rules(file.kind.name).steps.get(step) if then is not None and step is not None else None
        if then is not None and step is not None and rule is not None:
            clocks_then = _marked(following.standing(then), before, latest) if rule.requires else before.deadlines
            known = replace(before, deadlines=clocks_then)
            row = file.kind.steps[step]
            told = _told(happening, file, seals)
            about_ = about(happening.fact, row, file.kind)
            yield happening, rule, Situation(known, then, happening.on, step, about_, assumed=told)
        before = apply(before, happening)
        now = laws.get(before.regime_digest)
        if now is not None:
            following.take(before, now)


def law_of(version: int, file: File, law: Law, earlier: Iterable[Law] = ()) -> Law:
    """The law that an entry was recorded under; `law` where that one is not at hand."""
    moves = (h.fact for h in file.log if h.version < version and isinstance(h.fact, facts.RegimeMigrated))
    digest = file.laws[sum(1 for _ in moves)] if file.laws else law.digest
    return _by_digest(law, earlier).get(digest, law)


def _by_digest(law: Law, earlier: Iterable[Law]) -> dict[str, Law]:
    return {each.digest: each for each in (*earlier, law)}


def _marked(derived: clocks.Clocks, before: File, latest: date) -> clocks.Clocks:
    """The clocks with the lapses recorded by then, but for those that the right values show to be none."""
    lapsed = {id_ for id_, clock in before.deadlines.items() if clock.lapsed}
    return {
        id_: replace(clock, lapsed=True) if id_ in lapsed and (clock.late or clock.overdue(latest)) else clock
        for id_, clock in derived.items()
    }


def _told(happening: Happening, file: File, seals: Mapping[str, str]) -> dict[str, object]:
    """What the step was filled in with, as far as its facts say it."""
    fact = happening.fact
    told = {field.name: getattr(fact, field.name) for field in fields(fact)}
    told["seal"] = seals.get(getattr(fact, "document", None) or "")
    if file.kind.opens(fact):
        after = (h.fact for h in file.log if h.version > happening.version)
        taken = list(takewhile(lambda each: isinstance(each, facts.OpenPointDecided), after))
        told["readings"] = tuple(
            f"{p.point}={p.option}" for p in reversed(taken) if isinstance(p, facts.OpenPointDecided)
        )
    return told


def _seals(file: File) -> Mapping[str, str]:
    """The seal first applied to each document."""
    applied = (h.fact for h in reversed(file.log) if isinstance(h.fact, facts.SealApplied))
    return {seal.document: seal.seal for seal in applied}
