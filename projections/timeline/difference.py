"""What differs between two views of one file (两次回放的差异): facts, values, clocks, documents, doubts, stage."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Generic, TypeVar

from domain.procedure.deadline import Deadline
from domain.procedure.doubts import standing
from domain.procedure.facts import DeadlineFact
from domain.procedure.happening import Happening
from domain.procedure.recorded import Recorded
from domain.procedure.stage import stage
from domain.procedure.state import File
from domain.procedure.things import Document
from domain.procedure.view import Replay
from domain.regime.model import Regime

K = TypeVar("K", bound=Hashable)
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two views: the file replayed, the law that it stood under then, and the day that it is judged by."""

    replay: Replay
    regime: Regime
    day: date


@dataclass(frozen=True, slots=True)
class Differs(Generic[K]):
    """What is not the same in both views: all of it as each has it, None where it has nothing such; what changed."""

    id: K
    one: Values | None
    other: Values | None
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference between two views, each part in the order of the file.

    `facts` are those in both whose values or legal dates differ, by their versions: what a correction known to one view
    only has changed. `doubts` are by version, code and article of the doubt. `state` names what is said otherwise of
    the file as a whole.
    """

    only_one: tuple[Recorded, ...]
    only_other: tuple[Recorded, ...]
    facts: tuple[Differs[int], ...]
    deadlines: tuple[Differs[str], ...]
    documents: tuple[Differs[str], ...]
    doubts: tuple[Differs[tuple[int, str, str]], ...]
    state: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether both views say the same."""
        return not any(getattr(self, part.name) for part in fields(self))


def difference(one: Side, other: Side) -> Difference:
    """What the second view says otherwise than the first; of the same view, nothing."""
    facts_one, facts_other = _facts(one.replay.file), _facts(other.replay.file)
    both = facts_one.keys() & facts_other.keys()
    return Difference(
        only_one=tuple(entry for entry in one.replay.entries if entry.version not in both),
        only_other=tuple(entry for entry in other.replay.entries if entry.version not in both),
        facts=tuple(each for each in compared(facts_one, facts_other) if each.id in both),
        deadlines=tuple(compared(_clocks(one), _clocks(other))),
        documents=tuple(compared(_documents(one.replay.file), _documents(other.replay.file))),
        doubts=tuple(compared(_doubts(one.replay.file), _doubts(other.replay.file))),
        state=tuple(name for name, value in _state(one).items() if value != _state(other)[name]),
    )


def compared(one: Mapping[K, Values], other: Mapping[K, Values]) -> Iterator[Differs[K]]:
    """What is not the same in both: first what the first has, then what only the second has."""
    for id_ in dict.fromkeys((*one, *other)):
        here, there = one.get(id_), other.get(id_)
        if here != there:
            names = dict.fromkeys((*(here or {}), *(there or {})))
            changed = tuple(name for name in names if (here or {}).get(name) != (there or {}).get(name))
            yield Differs(id_, here, there, changed)


def clock_values(clock: Deadline, day: date) -> dict[str, Any]:
    """All that is said of a clock on a day, by the names of its parts."""
    reckoned = clock.reckoned
    return {
        "state": clock.state,
        "due": reckoned.due,
        "nominal": reckoned.nominal,
        "earliest": reckoned.earliest,
        "latest": reckoned.latest,
        "provisional": reckoned.provisional,
        "calendar": reckoned.calendar,
        "overdue": clock.overdue(day),
        "about": clock.about,
        "holder": clock.holder,
        "nature": clock.nature,
        "article": clock.article,
        "trigger_on": clock.trigger_on,
        "limit": {"count": clock.limit.count, "unit": clock.limit.unit, "until": clock.limit.until},
        "pauses": tuple({"from": pause.from_, "until": pause.until} for pause in clock.pauses),
        "met_on": clock.met_on,
        "cancelled": clock.cancelled,
        "cancelled_on": clock.cancelled_on,
        "late": clock.late,
        "lapsed": clock.lapsed,
        "extended": clock.extended,
        "points": clock.points,
    }


def _facts(file: File) -> dict[int, Values]:
    """What each entry says. What follows from another goes where that goes, and differs in the clocks."""
    return {
        happening.version: {} if isinstance(happening.fact, DeadlineFact) else _values(happening)
        for happening in file.log
    }


def _values(happening: Happening) -> dict[str, Any]:
    fact = happening.fact
    return {"occurred_on": happening.on, **{field.name: getattr(fact, field.name) for field in fields(fact)}}


def _clocks(side: Side) -> dict[str, Values]:
    return {id_: clock_values(clock, side.day) for id_, clock in side.replay.file.deadlines.items()}


def _documents(file: File) -> dict[str, Values]:
    return {id_: _document(document) for id_, document in file.documents.items()}


def _document(document: Document) -> dict[str, Any]:
    issued = document.issued
    return {
        "instrument": issued.instrument,
        "number": issued.number,
        "kind": issued.kind,
        "about": issued.about,
        "to": issued.to,
        "issued_on": document.issued_on,
        "receipts": dict(document.receipts),
        "in_effect": document.in_effect,
        "ended": document.ended,
    }


def _doubts(file: File) -> dict[tuple[int, str, str], Values]:
    return {(doubt.version, doubt.code, doubt.article): {"standing": True} for doubt in standing(file)}


def _state(side: Side) -> dict[str, Any]:
    file = side.replay.file
    return {
        "stage": stage(file, side.regime).stage,
        "closed": file.closed,
        "regime": side.regime.id,
        "points": dict(file.points),
        "related": frozenset(file.related),
    }
