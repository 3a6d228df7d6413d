"""Ladders of sanctions (责任阶梯): which rung a step speaks of, who decides it, and whether it may be taken there."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from domain import errors
from domain.catalogue import short_name
from domain.glossary import en, zh
from domain.procedure.facts import Fact
from domain.regime import guards
from domain.regime.conditions import ByPoint, Taken
from domain.regime.duties import Ladder, Rung
from domain.regime.situation import UNKNOWN, Asks, Verdict

if TYPE_CHECKING:  # a situation asks this module
    from domain.procedure.situation import Situation

PROPOSED = "sanction-proposed"


def ladder_of(at: Situation) -> Ladder | None:
    """The ladder under which the file was opened; None where its law knows none of that name."""
    return at.regime.ladders.get(str(at.opening("ladder")))


def decider(at: Situation) -> tuple[str, str] | None:
    """In which relation the organ stands that decides the rung, and the citation; None while nothing is proposed."""
    proposal = _proposal(at)
    rung = _numbered(ladder_of(at), getattr(proposal, "rung", None))
    return (_by(at, rung), rung.cite) if rung is not None else None


def addressees(at: Situation) -> frozenset[str]:
    """The organ to which what the step is about was put; while it is about nothing yet, all of them."""
    put = [h.fact for h in at.file.log if hasattr(h.fact, "referral") and hasattr(h.fact, "to")]
    return frozenset(getattr(fact, "to", "") for fact in put if getattr(fact, "referral", "") in (at.about, *_any(at)))


def verdict(at: Situation, taken: tuple[Taken, ...], cite: str) -> Verdict:
    """Whether the rung that a step speaks of is taken in one of these ways, and may be.

    A proposal says which rung; what follows it keeps to the rung and to the measures proposed. The conditions of the
    rung are asked of the proposal, on the day of the step.
    """
    ladder, proposal = ladder_of(at), _proposal(at)
    if ladder is None:
        return errors.NoSuchRung(cite, rung="—")
    if taken == ("ordered",):
        rung = next((each for each in ladder.rungs if each.taken == "ordered"), None)
        return _conditions(at, rung, proposal) if rung is not None else errors.NoSuchRung(ladder.cite, rung="—")
    number = at.field("rung")
    if number is UNKNOWN:
        if proposal is None:
            return Asks("rung")
        number = getattr(proposal, "rung", None)
    rung = _numbered(ladder, number)
    if rung is None:
        return errors.NoSuchRung(ladder.cite, rung=number)
    if rung.taken not in taken:
        return errors.TakenOtherwise(
            rung.cite, title=rung.title.zh, title_en=rung.title.en, way=zh(rung.taken), way_en=en(rung.taken)
        )
    return _addressee(at, rung) or _measures(at, rung, proposal) or _conditions(at, rung, proposal)


def _addressee(at: Situation, rung: Rung) -> Verdict:
    to, who = at.field("to"), _by(at, rung)
    if to in (UNKNOWN, None) or to in at.organs(who):
        return None
    return errors.NotPutTo(rung.cite, to=to, who=zh(who), who_en=en(who))


def _measures(at: Situation, rung: Rung, proposal: Fact | None) -> Verdict:
    measures = at.field("measures")
    if measures is UNKNOWN:
        return None  # those proposed
    if not isinstance(measures, tuple) or not measures:
        return errors.FieldMissing(rung.cite, field=zh("field.measures"), field_en=en("field.measures"))
    outside = set(measures) - set(rung.measures)
    if outside:
        allowed = ", ".join(rung.measures)
        return errors.MeasureNotOfRung(rung.cite, measures=", ".join(sorted(outside)), allowed=allowed)
    if proposal is None:
        return None
    beyond = set(measures) - set(getattr(proposal, "measures", ()))
    if beyond or getattr(proposal, "rung", None) != rung.n:
        return errors.NotProposed(rung.cite, measures=", ".join(sorted(beyond or measures)))
    return None


def _conditions(at: Situation, rung: Rung, proposal: Fact | None) -> Verdict:
    there = at
    if proposal is not None:
        told: dict[str, Any] = {field.name: getattr(proposal, field.name) for field in fields(proposal)}
        there = replace(at, asked=None, assumed=told, about=told["about"])
    verdicts = [
        guards.check(rule.guard, there, rule.cite)
        for rule in rung.requires
        if rule.when is None or guards.check(rule.when, there, rule.cite) is None
    ]
    refusal = next((verdict for verdict in verdicts if isinstance(verdict, errors.Refusal)), None)
    return refusal or next((verdict for verdict in verdicts if verdict is not None), None)


def _proposal(at: Situation) -> Fact | None:
    """The proposal that the step speaks of; while it is about nothing yet, the newest. A new one rests on none."""
    if at.file.kind.steps[at.step].creates == "sanction":
        return None
    ids = at.file.chain(at.about)
    proposed = [h.fact for h in at.file.log if short_name(h.fact) == PROPOSED]
    found = (fact for fact in reversed(proposed) if at.about is None or getattr(fact, "sanction", "") in ids)
    return next(found, None)


def _by(at: Situation, rung: Rung) -> str:
    by = rung.decided_by
    return by.options[at.option(by.point)] if isinstance(by, ByPoint) else by


def _any(at: Situation) -> tuple[str, ...]:
    things = at.file.things.items()
    return tuple(id_ for id_, thing in things if thing.kind == "referral") if at.about is None else ()


def _numbered(ladder: Ladder | None, number: object) -> Rung | None:
    return next((rung for rung in ladder.rungs if rung.n == number), None) if ladder is not None else None
