"""Does a fact of the case fit a pattern of the law?"""

from __future__ import annotations

import sys
from typing import Final

from domain.case.events import (
    ActConfirmedUnlawful,
    ActConfirmedVoid,
    ActRevoked,
    CaseFact,
    DocumentServed,
)
from domain.case.state import Case, concerns, in_effect
from domain.catalogue import short_name
from domain.regime.model import Pattern, Recorded

OF_DOCUMENTS: Final = (DocumentServed, ActRevoked, ActConfirmedUnlawful, ActConfirmedVoid)


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


def recorded(pattern: Recorded, case: Case, here: str | None = None) -> bool:
    """Whether the case holds such a fact with legal effect; `here` narrows it to facts about that thing or below it."""
    since = _newest(pattern.since, case) if pattern.since is not None else 0
    return any(
        happening.version > since
        and matches(pattern, happening.fact, case)
        and stands(case, happening.fact)
        and (here is None or here in concerns(case, happening.fact))
        for happening in case.log
    )


def stands(case: Case, fact: CaseFact) -> bool:
    """Whether the law may build on a fact now: in effect, and not undone with the document that it came from."""
    document = case.documents.get(fact.document) if isinstance(fact, OF_DOCUMENTS) else None
    return in_effect(case, fact) and (document is None or document.ended is None)


def _newest(pattern: Pattern, case: Case) -> int:
    found = (h.version for h in case.log if matches(pattern, h.fact, case) and stands(case, h.fact))
    return max(found, default=sys.maxsize)


def _instrument(fact: CaseFact, case: Case) -> str | None:
    id_ = getattr(fact, "document", None) or getattr(fact, "about", None)
    thing = case.things.get(id_) if isinstance(id_, str) else None
    return thing.kind if thing is not None else None


def _fits(value: object, wanted: object) -> bool:
    return value in wanted if isinstance(wanted, tuple) else value == wanted
