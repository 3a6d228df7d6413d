"""The chain of responsibility (责任链): from what was undone back to what it rested on and to the persons in it.

What nobody undid and what was never overdue is not in it; accountability proceedings that came of the file are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from domain.accountability.events import OutcomeRecorded
from domain.catalogue import short_name
from domain.glossary import TERMS
from domain.procedure import facts
from domain.procedure.facts import Fact
from domain.procedure.happening import Happening
from domain.procedure.recorded import Recorded
from domain.procedure.state import File
from domain.procedure.view import Replay
from domain.regime.conditions import Label
from domain.regime.model import Regime
from projections.accountability.acts import RECORDED, parts
from projections.accountability.graph import Drawing, Edge, Graph, Node, title
from projections.accountability.overdue import Line

ON_ACTS: Final = (facts.ActRevoked, facts.ActConfirmedUnlawful, facts.ActConfirmedVoid)
RESTS_ON: Final = {
    "about": "about",
    "act": "concerns",
    "acts": "concerns",
    "replaces": "replaces",
    "draft": "approval-of",
}
"""The fields of a fact that say what it rests on, and what that is called."""
JUDGED: Final = {"approval-of": None, "about": "review", "concerns": "finding"}
"""What is followed to those that rest on it: an approval to the document it is of, a review, a finding on an act."""


def chain(
    then: Replay, regime: Regime, proceedings: Iterable[tuple[Replay, Regime]] = (), overdue: Sequence[Line] = ()
) -> Graph:
    """The chain of responsibility of a file.

    Args:
        then: the file in two times.
        regime: the law it stood under.
        proceedings: the accountability proceedings whose source it is, in the same times, with their law.
        overdue: the overdue days of its clocks, whose holders stand in the chain as well.
    """
    drawing = Drawing()
    file = then.file
    whole = drawing.node(_whole(then))
    there = _reached(file, {*_undone(file), *(clock_about(file, line.deadline) for line in overdue)})
    _draw(drawing, then, regime, there)
    _people_of_the_file(drawing, then, whole)
    for line in overdue:
        _overdue(drawing, line, then, regime)
    for proceeding, law in proceedings:
        own = drawing.node(_whole(proceeding))
        drawing.edge(Edge(own, whole, "pursues", (proceeding.entries[0].position,)))
        _draw(drawing, proceeding, law, set(proceeding.file.things))
        _people_of_the_file(drawing, proceeding, own)
        for person in _aimed_at(proceeding.file):
            drawing.edge(Edge(drawing.person(person), own, "answers", (proceeding.entries[0].position,)))
    return drawing.done()


def clock_about(file: File, deadline: str) -> str:
    """What a clock is about."""
    return file.deadlines[deadline].about


def _aimed_at(file: File) -> Iterator[str]:
    person = getattr(file.opened, "person", None)
    if isinstance(person, str):
        yield person


# --- what the chain reaches --------------------------------------------------------------------------------------


def _undone(file: File) -> set[str]:
    """Where a chain begins: documents that were withdrawn, amended or revoked, acts found against."""
    found = {id_ for id_, document in file.documents.items() if document.ended is not None}
    return found | {h.fact.act for h in file.log if isinstance(h.fact, ON_ACTS)}


def _reached(file: File, start: set[str]) -> set[str]:
    """Everything that what was undone rested on, what judged that, and what undid it."""
    links = list(_links(file))
    found, ahead = set(), deque(sorted(start & file.things.keys()))
    while ahead:
        here = ahead.popleft()
        if here in found:
            continue
        found.add(here)
        for source, target, kind, _ in links:
            if source == here:
                ahead.append(target)
            elif target == here and _judges(file, source, kind):
                ahead.append(source)
    return found


def _judges(file: File, source: str, kind: str) -> bool:
    """Whether the chain goes on from a thing to another that rests on it."""
    if kind not in JUDGED:
        return kind not in RESTS_ON.values()  # what decided on it, or undid it
    return JUDGED[kind] in (None, file.things[source].kind)


def _links(file: File) -> Iterator[tuple[str, str, str, int]]:
    """Which thing of the file rests on which, or did what to it, by which entry."""
    for happening in file.log:
        for source, target, kind in _said(happening.fact, file):
            if source in file.things and target in file.things and source != target:
                yield source, target, kind, happening.version


def _said(fact: Fact, file: File) -> Iterator[tuple[str, str, str]]:
    document, review = getattr(fact, "document", None), getattr(fact, "review", None)
    match fact:
        case facts.ReviewDecided():
            yield fact.document, fact.review, "decides"
        case facts.ActRevoked() | facts.ActConfirmedUnlawful() | facts.ActConfirmedVoid():
            yield fact.document, fact.act, short_name(fact)
        case _ if isinstance(review, str) and isinstance(document, str):
            yield review, document, short_name(fact)  # the review in which it was withdrawn, amended or revoked
        case _:
            created = [getattr(fact, name) for name in file.kind.names_in(fact)]
            for name, kind in RESTS_ON.items():
                value = getattr(fact, name, None)
                for target in value if isinstance(value, tuple) else (value,):
                    yield from ((id_, target, kind) for id_ in created if isinstance(id_, str) and target is not None)


# --- drawing ------------------------------------------------------------------------------------------------------


def _draw(drawing: Drawing, then: Replay, regime: Regime, there: set[str]) -> None:
    """The things reached, what joins them, and whoever had a part in the entries that speak of them."""
    file, entries = then.file, {entry.version: entry for entry in then.entries}
    stream = then.entries[0].stream
    speaking: dict[str, list[Happening]] = {id_: [] for id_ in file.things if id_ in there}
    for happening in file.log:
        for id_ in _named(happening.fact, file):
            if id_ in speaking:
                speaking[id_].append(happening)
    for id_, happenings in speaking.items():
        drawing.node(_thing(id_, happenings, entries, file, regime))
    for source, target, kind, version in _links(file):
        if source in speaking and target in speaking:
            at = (entries[version].position,)
            drawing.edge(Edge(f"{stream}#{source}", f"{stream}#{target}", kind, at))
    for id_, happenings in speaking.items():
        for happening in happenings:
            entry = entries[happening.version]
            for part in parts(entry):
                if entry.actor.role != "system" or part.capacity != RECORDED:
                    person = drawing.person(part.person)
                    drawing.edge(Edge(person, f"{stream}#{id_}", part.capacity, (entry.position,)))


def _named(fact: Fact, file: File) -> Iterator[str]:
    """The things that a fact itself speaks of: those whose ids it bears, but not what these are about in turn."""
    created = [getattr(fact, name) for name in file.kind.names_in(fact)]
    own = [id_ for id_ in created if isinstance(id_, str)]
    if not own and isinstance(about := getattr(fact, "about", None), str):
        own = [about]
    yield from dict.fromkeys(own)


def _thing(id_: str, happenings: list[Happening], entries: dict[int, Recorded], file: File, regime: Regime) -> Node:
    first = entries[happenings[0].version] if happenings else None
    kind, document = file.things[id_].kind, file.documents.get(id_)
    outcomes = [h.fact.outcome for h in happenings if isinstance(h.fact, OutcomeRecorded)]
    review = file.reviews.get(id_)
    outcome = outcomes[-1] if outcomes else None
    outcome = document.ended if document is not None else review.outcome if review is not None else outcome
    return Node(
        id=f"{entries[min(entries)].stream}#{id_}",
        kind=kind,
        ref=id_,
        title=_title_of(kind, regime),
        on=happenings[0].on if happenings else None,
        number=document.issued.number if document is not None else None,
        outcome=outcome,
        article=first.basis[0] if first is not None and first.basis else None,
        positions=tuple(entries[h.version].position for h in happenings),
    )


def _title_of(kind: str, regime: Regime) -> Label:
    named = regime.instruments.get(kind)
    if named is not None:
        return named.name
    term = f"thing.{kind.replace('_', '-')}"
    return title(term if term in TERMS else "thing.document")


def _whole(then: Replay) -> Node:
    """The file itself."""
    file, first = then.file, then.entries[0]
    closed = [h.fact.outcome for h in file.log if isinstance(h.fact, facts.Closed)]
    return Node(
        id=first.stream,
        kind=file.kind.name,
        ref=first.stream.partition("/")[2],
        title=title(file.kind.name),
        on=file.log[0].on,
        outcome=closed[-1] if closed and file.closed else None,
        article=first.basis[0] if first.basis else None,
        positions=(first.position,),
    )


def _people_of_the_file(drawing: Drawing, then: Replay, whole: str) -> None:
    """Who opened, approved, handled and judged the file as a whole, who was recused, and its organs."""
    file = then.file
    opened = file.opened
    for relation in ("supervisor", "subject"):
        organ = getattr(opened, relation, None)
        if isinstance(organ, str):
            drawing.edge(Edge(drawing.organ(organ), whole, relation, (then.entries[0].position,)))
    for entry in then.entries:
        about_all = file.kind.opens(entry.fact) or not list(_named(entry.fact, file))
        if about_all and not isinstance(entry.fact, facts.DeadlineFact | facts.EntryCorrected):
            for part in parts(entry):
                if part.capacity != RECORDED or file.kind.opens(entry.fact):
                    drawing.edge(Edge(drawing.person(part.person), whole, part.capacity, (entry.position,)))


def _overdue(drawing: Drawing, line: Line, then: Replay, regime: Regime) -> None:
    """A clock that was overdue, what it is about, and who held it on those days."""
    file, stream = then.file, then.entries[0].stream
    clock = file.deadlines[line.deadline]
    about = f"{stream}#{clock.about}"
    own = drawing.node(
        Node(
            id=f"{stream}#{clock.id}",
            kind="deadline",
            ref=clock.id,
            title=regime.rules(file.kind.name).title_of(clock.name),
            on=clock.latest,
            outcome=clock.state,
            article=clock.article,
            positions=line.rests_on,
        )
    )
    drawing.edge(Edge(own, about if about in drawing.nodes else stream, "about", line.rests_on))
    drawing.edge(Edge(drawing.organ(line.organ), own, "held-overdue", line.rests_on, line.since, line.until))
    for person in line.persons:
        held = Edge(drawing.person(person.person), own, "held-overdue", person.rests_on, line.since, line.until)
        drawing.edge(held)
