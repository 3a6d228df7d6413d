"""Does a fact of the case fit a pattern of the law?"""

from __future__ import annotations

from domain.case.events import CaseFact
from domain.case.state import Case, concerns, in_effect
from domain.catalogue import short_name
from domain.regime.model import Pattern


def matches(pattern: Pattern, fact: CaseFact, case: Case) -> bool:
    """Whether `fact` is of the kind that `pattern` describes: its name, its document, its addressee, its fields."""
    if short_name(fact) != pattern.fact:
        return False
    if pattern.instrument is not None and _instrument(fact, case) != pattern.instrument:
        return False
    if pattern.to is not None:
        addressee = getattr(fact, "addressee", None) or getattr(fact, "to", None)
        if addressee not in case.organs(pattern.to):
            return False
    return all(_fits(getattr(fact, name, None), wanted) for name, wanted in pattern.where.items())


def recorded(pattern: Pattern, case: Case, here: frozenset[str] | None = None) -> bool:
    """Whether the case holds such a fact with legal effect; `here` narrows it to facts about one of those ids."""
    return any(
        matches(pattern, happening.fact, case)
        and in_effect(case, happening.fact)
        and (here is None or bool(here & concerns(case, happening.fact)))
        for happening in case.log
    )


def _instrument(fact: CaseFact, case: Case) -> str | None:
    id_ = getattr(fact, "document", None) or getattr(fact, "about", None)
    thing = case.things.get(id_) if isinstance(id_, str) else None
    return thing.kind if thing is not None else None


def _fits(value: object, wanted: object) -> bool:
    return value in wanted if isinstance(wanted, tuple) else value == wanted
