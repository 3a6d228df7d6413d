"""Does a fact of the file fit a pattern of the law?"""

from __future__ import annotations

import sys
from typing import Final

from domain.catalogue import short_name
from domain.procedure.facts import ActConfirmedUnlawful, ActConfirmedVoid, ActRevoked, DocumentServed, Fact, Issued
from domain.procedure.happening import Happening
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
    since = max(_found(pattern.since, file, here), default=sys.maxsize) if pattern.since is not None else 0
    return sum(version > since for version in _found(pattern, file, here)) >= pattern.times


def followed(pattern: Recorded, file: File, id_: str) -> bool:
    """Whether such a fact came after that thing, about the same matter or about the file as a whole."""
    since, matter = _born(id_, file), matters(file, id_)
    later = [h for h in file.log if h.version > since and matches(pattern, h.fact, file) and stands(file, h.fact)]
    return sum(_same(matter, _matter_of(h, file), file) for h in later) >= pattern.times


def stands(file: File, fact: Fact) -> bool:
    """Whether the law may build on a fact now: in effect, and not undone with the document that it came from."""
    document = file.documents.get(fact.document) if isinstance(fact, (*OF_DOCUMENTS, Issued)) else None
    return in_effect(file, fact) and (document is None or document.ended is None)


def matters(file: File, id_: str | None) -> frozenset[str]:
    """What a thing is about: itself, what it is about in turn, and the acts."""
    return frozenset((*file.chain(id_), *acts_of(file, id_)))


def acts_of(file: File, id_: str | None) -> tuple[str, ...]:
    """The acts that a thing is about: those it names, else those of the nearest thing that it is about in turn."""
    for each in file.chain(id_):
        named = (getattr(h.fact, "acts", ()) for h in file.log if each in _ids(h.fact, file))
        is_act = each in file.things and file.things[each].kind == "act"
        acts = (each,) if is_act else next(filter(None, named), ())
        if acts:
            return tuple(acts)
    return ()


def _found(pattern: Pattern, file: File, here: str | None) -> list[int]:
    return [
        h.version
        for h in file.log
        if matches(pattern, h.fact, file) and stands(file, h.fact) and (here is None or here in concerns(file, h.fact))
    ]


def _ids(fact: Fact, file: File) -> frozenset[str]:
    return frozenset(each for name in file.kind.names_in(fact) if isinstance(each := getattr(fact, name), str))


def _born(id_: str, file: File) -> int:
    """The version of the entry that brought a thing into the file: the first that names it."""
    return next((h.version for h in file.log if id_ in _ids(h.fact, file)), 0)


def _matter_of(happening: Happening, file: File) -> frozenset[str]:
    """What a fact speaks of beside what it names for the first time; nothing, when it is about the file as a whole."""
    fact = happening.fact
    told = {*_ids(fact, file), *getattr(fact, "acts", ())}
    told |= {about} if isinstance(about := getattr(fact, "about", None), str) else set()
    found = {each for id_ in told for each in matters(file, id_)}
    return frozenset(each for each in found if _born(each, file) != happening.version)


def _same(matter: frozenset[str], other: frozenset[str], file: File) -> bool:
    """Whether the two share a matter. What names no act is about every act; what names nothing, about all there is."""
    acts = frozenset(id_ for id_, thing in file.things.items() if thing.kind == "act")
    return bool(matter & other) or not other or len(matter) == 1 or (other <= acts and not matter & acts)


def _instrument(fact: Fact, file: File) -> str | None:
    id_ = getattr(fact, "document", None) or getattr(fact, "about", None)
    thing = file.things.get(id_) if isinstance(id_, str) else None
    return thing.kind if thing is not None else None


def _fits(value: object, wanted: object) -> bool:
    if isinstance(value, tuple):  # a list, as of grounds: one of those in it
        return any(_fits(each, wanted) for each in value)
    return value in wanted if isinstance(wanted, tuple) else value == wanted
