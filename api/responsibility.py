"""Who answers for a file (责任): who held its duties, who held them on each overdue day, and the chain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from api.asking import legal_day
from api.comparing import Times, at_times
from api.execute import Desk
from api.failures import DayAhead, NotYetThere, UnknownCase
from api.identity.demonstration import Account
from api.reading import nameless, readable
from api.shapes import AtTimes, Shape
from api.showing import SEALED
from domain.glossary import TERMS, en, zh
from domain.officer.kind import OFFICER
from domain.procedure.view import Replay
from domain.regime.conditions import Label
from domain.regime.model import Regime
from projections.accountability.chain import chain
from projections.accountability.graph import as_json
from projections.accountability.holders import Holding, Person, holdings
from projections.accountability.overdue import Line, overdue


class HolderOut(Shape):
    """Somebody who answered for an organ, from when to when, as what: `assigned` to the file, else by a post.

    `acting`: the post was held for somebody, `instead_of` a person where one was named.
    """

    person: str
    organ: str
    role: str
    role_zh: str
    role_en: str
    since: date
    until: date | None
    assigned: bool
    acting: bool
    instead_of: str | None
    positions: tuple[int, ...]


class HoldingOut(Shape):
    """A duty as held for a while, both days included: by which organ, by whom in it; nobody where nobody is known."""

    deadline: str
    title_zh: str
    title_en: str
    article: str
    nature: str
    organ: str
    since: date
    until: date | None
    persons: tuple[HolderOut, ...]
    positions: tuple[int, ...]


class OverdueOut(HoldingOut):
    """Overdue days one after another with the same holders; `latest` is the last day on which it was not overdue."""

    until: date
    latest: date
    days: int


class NodeOut(Shape):
    """Something in the chain: a thing of a file, a file, an organ, a person, a clock that was overdue.

    `ref` is its id where it was recorded, `positions` are the entries that speak of it.
    """

    id: str
    kind: str
    ref: str
    zh: str
    en: str
    on: date | None
    number: str | None
    outcome: str | None
    article: str | None
    positions: tuple[int, ...]


class EdgeOut(Shape):
    """What joins two nodes, by their ids, and the entries that say so."""

    source: str
    target: str
    kind: str
    zh: str
    en: str
    since: date | None
    until: date | None
    positions: tuple[int, ...]


class GraphOut(Shape):
    """The chain of responsibility (责任链)."""

    nodes: tuple[NodeOut, ...]
    edges: tuple[EdgeOut, ...]


class ResponsibilityOut(AtTimes):
    """Who answers for a file, in both times; overdue up to `day`, that one included."""

    holders: tuple[HoldingOut, ...]
    overdue: tuple[OverdueOut, ...]
    graph: GraphOut


def responsibility_out(
    desk: Desk, who: Account, stream: str, times: Times, day: date | None = None
) -> ResponsibilityOut:
    """Who answers for a file that `who` may read, as far as `who` is told.

    Args:
        desk: of the ledger.
        who: asks; of proceedings that came of the file, only those that they may read are in the answer.
        stream: of the file.
        times: both times of the view.
        day: up to which overdue days are told; None for the last that the view can speak of.

    Raises:
        Failure: `DayAhead`, the view can say nothing of that day; what `Desk.read` raises.
    """
    then = desk.replay(stream, times.as_of, times.known_at)
    regime = desk.read_of(then, times.known_at).law.regime
    last = _last(times, desk.today())
    if day is not None and day > last:
        raise DayAhead(day=day, last=last)
    proceedings = list(_proceedings(desk, who, stream, times))
    unnamed = nameless(desk, who, stream).union(*(nameless(desk, who, name) for name, _, _ in proceedings))
    held = holdings(then, list(_officers(desk, then, times)))
    lines = overdue(then.file, held, day or last)
    graph = chain(then, regime, [(found, law) for _, found, law in proceedings], lines)
    return ResponsibilityOut(
        **at_times(desk, then, stream, times, day or last),
        holders=tuple(HoldingOut(until=span.until, **_held(span, then, regime, unnamed)) for span in held),
        overdue=tuple(
            OverdueOut(until=line.until, latest=line.latest, days=line.days, **_held(line, then, regime, unnamed))
            for line in lines
        ),
        graph=_graph(as_json(graph), unnamed),
    )


def _last(times: Times, today: date) -> date:
    """The last day that a view can speak of."""
    known = legal_day(times.known_at) if times.known_at is not None else today
    return min(today, known, times.as_of or today)


def _officers(desk: Desk, then: Replay, times: Times) -> Iterator[Replay]:
    """The files of those who had a post in an organ of the file, as they were then."""
    organs = sorted({clock.holder for clock in then.file.deadlines.values()})
    for stream in dict.fromkeys(name for organ in organs for name in desk.links.officers_of(organ)):
        with suppress(NotYetThere):
            yield desk.replay(stream, times.as_of, times.known_at)


def _proceedings(desk: Desk, who: Account, stream: str, times: Times) -> Iterator[tuple[str, Replay, Regime]]:
    """The proceedings that came of a file, as they were then, with their law."""
    for name in desk.links.proceedings_of(stream):
        with suppress(UnknownCase):  # which `NotYetThere` is as well
            readable(desk, who, name)
            then = desk.replay(name, times.as_of, times.known_at)
            yield name, then, desk.read_of(then, times.known_at).law.regime


def _held(held: Holding | Line, then: Replay, regime: Regime, unnamed: Collection[object]) -> dict[str, Any]:
    kind = then.file.kind.name
    title = regime.rules(kind).title_of(then.file.deadlines[held.deadline].name)
    return {
        "deadline": held.deadline,
        "title_zh": title.zh,
        "title_en": title.en,
        "article": held.article,
        "nature": held.nature,
        "organ": _named(held.organ, unnamed),
        "since": held.since,
        "persons": tuple(_holder(person, regime, unnamed) for person in held.persons),
        "positions": held.rests_on,
    }


def _holder(person: Person, regime: Regime, unnamed: Collection[object]) -> HolderOut:
    role = _role(person.role, regime)
    return HolderOut(
        person=_named(person.person, unnamed),
        organ=_named(person.organ, unnamed),
        role=person.role,
        role_zh=role.zh,
        role_en=role.en,
        since=person.since,
        until=person.until,
        assigned=person.assigned,
        acting=person.acting,
        instead_of=_named(person.instead_of, unnamed) if person.instead_of is not None else None,
        positions=person.rests_on,
    )


def _role(role: str, regime: Regime) -> Label:
    """What a post is called by the law of the file, else by the glossary, else as it was recorded."""
    posts = regime.rules(OFFICER.name).codes.get("posts", {}) if OFFICER.name in regime.procedures else {}
    if role in posts:
        return posts[role]
    return Label(zh=zh(role), en=en(role)) if role in TERMS else Label(zh=role, en=role)


def _graph(graph: dict[str, list[dict[str, Any]]], unnamed: Collection[object]) -> GraphOut:
    """The chain, in which nobody is named who is not to be: all of these are one node."""
    ids = {node["id"]: f"{node['kind']}/{SEALED}" if node["ref"] in unnamed else node["id"] for node in graph["nodes"]}
    nodes = {
        ids[node["id"]]: NodeOut(**{**node, "id": ids[node["id"]], "ref": _named(node["ref"], unnamed)})
        for node in graph["nodes"]
    }
    edges = [
        EdgeOut(
            source=ids[edge["from"]],
            target=ids[edge["to"]],
            **{name: value for name, value in edge.items() if name not in ("from", "to")},
        )
        for edge in graph["edges"]
    ]
    return GraphOut(nodes=tuple(nodes.values()), edges=tuple(edges))


def _named(name: str, unnamed: Collection[object]) -> str:
    return SEALED if name in unnamed else name
