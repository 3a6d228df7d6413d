"""Does a fact of the file fit a pattern of the law?"""

from __future__ import annotations

import sys
from typing import Final

from domain.catalogue import short_name
from domain.procedure.facts import ActConfirmedUnlawful, ActConfirmedVoid, ActRevoked, DocumentServed, Fact
from domain.procedure.state import File, concerns, in_effect
from domain.regime.conditions import Pattern, Recorded

OF_DOCUMENTS: Final = (DocumentServed, ActRevoked, ActConfirmedUnlawful, ActConfirmedVoid)


def matches(pattern: Pattern, fact: Fact, file: File) -> bool:
    """Whether `fact` is of the kind that `pattern` describes: its name, its document, its addressee, its fields."""
    if short_name(fact) != pattern.fact:
        return False
    if pattern.instrument is not None and _instrument(fact, file) != pattern.instrument:
        return False
    if pattern.to is not None:
        addressee = getattr(fact, "addressee", None) or getattr(fact, "to", None)
        if addressee not in file.organs(pattern.to):
            return False
    return all(_fits(getattr(fact, name, None), wanted) for name, wanted in pattern.where.items())


def recorded(pattern: Recorded, file: File, here: str | None = None) -> bool:
    """Whether the file holds such a fact with legal effect; `here` narrows it to facts about that thing or below it."""
    since = _newest(pattern.since, file) if pattern.since is not None else 0
    found = sum(
        happening.version > since
        and matches(pattern, happening.fact, file)
        and stands(file, happening.fact)
        and (here is None or here in concerns(file, happening.fact))
        for happening in file.log
    )
    return found >= pattern.times


def stands(file: File, fact: Fact) -> bool:
    """Whether the law may build on a fact now: in effect, and not undone with the document that it came from."""
    document = file.documents.get(fact.document) if isinstance(fact, OF_DOCUMENTS) else None
    return in_effect(file, fact) and (document is None or document.ended is None)


def _newest(pattern: Pattern, file: File) -> int:
    found = (h.version for h in file.log if matches(pattern, h.fact, file) and stands(file, h.fact))
    return max(found, default=sys.maxsize)


def _instrument(fact: Fact, file: File) -> str | None:
    id_ = getattr(fact, "document", None) or getattr(fact, "about", None)
    thing = file.things.get(id_) if isinstance(id_, str) else None
    return thing.kind if thing is not None else None


def _fits(value: object, wanted: object) -> bool:
    if isinstance(value, tuple):  # a list, as of grounds: one of those in it
        return any(_fits(each, wanted) for each in value)
    return value in wanted if isinstance(wanted, tuple) else value == wanted
