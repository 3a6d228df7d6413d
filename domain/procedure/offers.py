"""What may be done next in a file, what not, and why (可办步骤): the guards that decide, asked before anybody acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from domain import errors
from domain.identity import Actor
from domain.procedure import house
from domain.procedure.commands import IssueDocument, StepRow
from domain.procedure.decider import WHEN_CLOSED
from domain.procedure.entry import NAMED, entitled, not_yours
from domain.procedure.situation import Situation, thing_kind
from domain.procedure.state import File
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


def offers(file: File, law: Law, actor: Actor, day: date) -> tuple[Offer, ...]:
    """Every step that the law of the file knows, in the order of the table, as it stands for `actor` on `day`."""
    return tuple(
        _offer(step, kind, rule, file, law, actor, day)
        for step, row in file.kind.steps.items()
        if not row.opens and (rule := law.rules(file.kind.name).steps.get(step)) is not None and rule.by != "system"
        for kind in _kinds(row, law.regime)
    )


def _kinds(row: StepRow, regime: model.Regime) -> Sequence[str | None]:
    """Of decisions the kinds, in the order of the text; of documents that only a regime knows, the instruments."""
    if row.instrument == "decision":
        return sorted(regime.decision_kinds, key=lambda kind: astuple(parse(regime.decision_kinds[kind].cite))[:3])
    if row.command is IssueDocument:
        return sorted(code for code in regime.instruments if code not in NAMED)
    return (None,)


def _offer(step: str, kind: str | None, rule: model.Step, file: File, law: Law, actor: Actor, day: date) -> Offer:
    if file.closed and step not in WHEN_CLOSED:
        closed = errors.CaseClosed(law.regime.refusals.get(errors.CaseClosed.code, rule.cite))
        return Offer(step, kind, None, rule.modality, rule.cite, closed)
    unfilled = [Situation(file, law, day, step, about) for about in _candidates(rule, file)]
    mine = [at.about for at in unfilled if entitled(actor, at, rule)]
    if not mine:
        return Offer(step, kind, None, rule.modality, rule.cite, not_yours(unfilled[0], rule))
    found: Offer | None = None
    for about in mine:
        assumed = {"instrument" if file.kind.steps[step].command is IssueDocument else "kind": kind} if kind else {}
        at = Situation(file, law, day, step, about, assumed=assumed, asker=actor)
        refusal = next(_refusals(at, rule), None)
        cite = rule.on(thing_kind(about, file)).cite
        found = Offer(step, kind, about, rule.modality, cite, refusal, guards.asked_for(rule.requires, at))
        if refusal is None:
            break
    assert found is not None
    return found


def _candidates(rule: model.Step, file: File) -> list[str | None]:
    """What the step may be about, the newest first; without anything, the step by itself."""
    things: list[str | None] = [id_ for id_, thing in file.things.items() if thing.kind in rule.about]
    return things[::-1] or [None]


def _refusals(at: Situation, rule: model.Step) -> Iterator[errors.Refusal]:
    yield from house.refusals(at)
    lacks = rule.about and at.about is None and not rule.about_optional
    if lacks and at.file.kind.steps[at.step].creates != "document":
        lacking = [at.regime.term(kind) for kind in rule.about]
        fact, fact_en = "/".join(term.zh for term in lacking), "/".join(term.en for term in lacking)
        yield errors.NotRecorded(rule.cite, fact=fact, fact_en=fact_en)
    yield from guards.failures(rule.requires, at)
