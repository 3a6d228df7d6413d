"""What somebody did in office (履职记录): the part that each person named in an entry had in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.catalogue import short_name
from domain.procedure.facts import HandlersAssigned, OfficerRecused
from domain.procedure.recorded import Recorded
from domain.procedure.view import Replay

RECORDED: Final = "recorded"
ACTED: Final = "acted"
REVIEWED: Final = "reviewed"
BY_ACTOR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "approval-requested": "submitted",
        "approval-given": "approved",
        "approval-refused": "disapproved",
        "opening-approved": "approved",
        "opening-rejected": "disapproved",
        "review-decided": REVIEWED,
        "recusal-decided": "decided-recusal",
        "document-served": "served",
        "opinion-amended": "undid",
        "opinion-withdrawn": "undid",
        "document-withdrawn": "undid",
        "decision-amended": "undid",
        "decision-revoked": "undid",
    }
)
"""What whoever records a fact did by it, where it is more than to record it (由其记录)."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part that a person had in an entry: in which capacity; organ and role only of whoever recorded it."""

    person: str
    capacity: str
    organ: str | None = None
    role: str | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A part in an entry, with where the entry lies, its legal day as known in the view, and the articles it cites."""

    stream: str
    version: int
    position: int
    on: date
    fact: str
    part: Part
    articles: tuple[str, ...]


def parts(entry: Recorded) -> Iterator[Part]:
    """Who had which part in an entry: first whoever recorded it, then whom its fact names; each once in a capacity."""
    actor, fact, name = entry.actor, entry.fact, short_name(entry.fact)
    yield Part(actor.person, BY_ACTOR.get(name, RECORDED), actor.organ, actor.role, actor.certificate)
    match fact:
        case HandlersAssigned(persons):
            yield from (Part(person, "assigned") for person in dict.fromkeys(persons))
        case OfficerRecused(person=person):
            yield Part(person, "recused")
        case _:
            took = REVIEWED if name == "review-decided" else ACTED
            known = {actor.person} if BY_ACTOR.get(name) == took else set()
            named: tuple[str, ...] = getattr(fact, "persons", ())
            yield from (Part(person, took) for person in dict.fromkeys(named) if person not in known)
            if name == "responsible-person-named":
                yield Part(str(getattr(fact, "person", "")), "named-responsible")


def acts(then: Replay) -> Iterator[Act]:
    """Every part that anybody had in the entries of a file, in the order recorded."""
    days = {happening.version: happening.on for happening in then.file.log}
    for entry in then.entries:
        for part in parts(entry):
            yield Act(
                entry.stream,
                entry.version,
                entry.position,
                days[entry.version],
                short_name(entry.fact),
                part,
                entry.basis,
            )


def of_person(found: Iterable[Act], person: str) -> tuple[Act, ...]:
    """The acts of a person."""
    return tuple(act for act in found if act.part.person == person)


def of_organ(found: Iterable[Act], organ: str) -> tuple[Act, ...]:
    """The acts that people of an organ recorded for it."""
    return tuple(act for act in found if act.part.organ == organ)
