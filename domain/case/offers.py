"""What may be done next in a case, what not, and why (可办步骤): the guards that decide, asked before anybody acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from datetime import date

from domain import errors
from domain.case.commands import STEPS
from domain.case.decider import WHEN_CLOSED, unchecked
from domain.case.entry import entitled
from domain.case.situation import Situation
from domain.case.state import Case
from domain.glossary import en, zh
from domain.identity import Actor
from domain.regime import guards, model
from domain.regime.law import Law
from domain.regime.text import parse


@dataclass(frozen=True, slots=True)
class Offer:
    """One step: open to the actor (`refusal` is None) or not, about what, and on which fields it still turns.

    A decision is offered kind by kind, because each kind has conditions of its own.
    """

    step: str
    kind: str | None
    about: str | None
    modality: str
    article: str
    refusal: errors.Refusal | None
    asks: tuple[str, ...] = ()


def offers(case: Case, law: Law, actor: Actor, day: date) -> tuple[Offer, ...]:
    """Every step that the law of the case knows, in the order of the table, as it stands for `actor` on `day`."""
    return tuple(
        _offer(step, kind, rule, case, law, actor, day)
        for step in STEPS
        if step != "open" and (rule := law.regime.steps.get(step)) is not None and rule.by != "system"
        for kind in (_kinds(law.regime) if STEPS[step].instrument == "decision" else (None,))
    )


def _kinds(regime: model.Regime) -> list[str]:
    """The kinds of decision in the order of the text."""
    return sorted(regime.decision_kinds, key=lambda kind: astuple(parse(regime.decision_kinds[kind].cite))[:3])


def _offer(step: str, kind: str | None, rule: model.Step, case: Case, law: Law, actor: Actor, day: date) -> Offer:
    if case.closed and step not in WHEN_CLOSED:
        closed = errors.CaseClosed(law.regime.refusals.get(errors.CaseClosed.code, rule.cite))
        return Offer(step, kind, None, rule.modality, rule.cite, closed)
    if not entitled(actor.organ, actor.role, case, rule):
        stranger = errors.NotYours(rule.cite, who=zh(rule.by), who_en=en(rule.by))
        return Offer(step, kind, None, rule.modality, rule.cite, stranger)
    found: Offer | None = None
    for about in _candidates(rule, case):
        at = Situation(case, law, day, step, about, assumed={"kind": kind} if kind else {})
        refusal = next(_refusals(at, rule), None)
        found = Offer(step, kind, about, rule.modality, rule.cite, refusal, guards.asked_for(rule.requires, at))
        if refusal is None:
            break
    assert found is not None
    return found


def _candidates(rule: model.Step, case: Case) -> list[str | None]:
    """What the step may be about, the newest first; without anything, the step by itself."""
    things: list[str | None] = [id_ for id_, thing in case.things.items() if thing.kind in rule.about]
    return things[::-1] or [None]


def _refusals(at: Situation, rule: model.Step) -> Iterator[errors.Refusal]:
    for regime in unchecked(at.case, at.law, at.day):
        if regime.superior is not None and at.step in regime.superior.before:
            yield errors.SuperiorUnchecked(regime.superior.cite, title=regime.title.zh, day=regime.validity.valid_from)
    if rule.about and at.about is None and STEPS[at.step].creates != "document":
        yield errors.NotRecorded(rule.cite, fact=_named(rule, zh), fact_en=_named(rule, en))
    yield from guards.failures(rule.requires, at)


def _named(rule: model.Step, language: Callable[[str], str]) -> str:
    return "/".join(language(f"thing.{kind}") for kind in rule.about)
