"""A graph of plain data (责任链图): nodes and edges in an order of their own, so the same view gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.glossary import en, zh
from domain.regime.conditions import Label


@dataclass(frozen=True, slots=True)
class Node:
    """Something in the chain. `ref` is its id where it was recorded, `positions` the entries that speak of it."""

    id: str
    kind: str
    ref: str
    title: Label
    on: date | None = None
    number: str | None = None
    outcome: str | None = None
    article: str | None = None
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """From what, or whom, to what; `since` and `until` where it lasted."""

    source: str
    target: str
    kind: str
    positions: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges, each once; every edge joins two of the nodes."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass
class Drawing:
    """A graph while it is drawn: what is said twice is kept once, with all the positions it rests on."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str, str, date | None], Edge] = field(default_factory=dict)

    def node(self, node: Node) -> str:
        """Put a node in, if it is not there; its id."""
        self.nodes.setdefault(node.id, node)
        return node.id

    def person(self, person: str) -> str:
        """The node of a person; its id."""
        return self.node(Node(f"person/{person}", "person", person, title("person")))

    def organ(self, organ: str) -> str:
        """The node of an organ; its id."""
        return self.node(Node(f"organ/{organ}", "organ", organ, title("field.organ")))

    def edge(self, edge: Edge) -> None:
        """Put an edge in, or the positions that it rests on beside those of the same edge."""
        key = edge.source, edge.target, edge.kind, edge.since
        old = self.edges.get(key)
        positions = tuple(sorted({*(old.positions if old else ()), *edge.positions}))
        self.edges[key] = Edge(edge.source, edge.target, edge.kind, positions, edge.since, edge.until)

    def done(self) -> Graph:
        """The graph, its nodes in the order in which the entries first speak of them, persons and organs last."""
        nodes = sorted(self.nodes.values(), key=lambda node: (node.positions or (1 << 62,), node.id))
        order = {node.id: number for number, node in enumerate(nodes)}
        edges = sorted(
            self.edges.values(), key=lambda e: (order[e.source], order[e.target], e.kind, e.since or date.min)
        )
        return Graph(tuple(nodes), tuple(edges))


def title(term: str) -> Label:
    """A term of the glossary in both languages."""
    return Label(zh=zh(term), en=en(term))


def as_json(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    """The graph as plain JSON: nodes and edges, each with its words in both languages."""
    return {
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                "ref": node.ref,
                "zh": node.title.zh,
                "en": node.title.en,
                "on": node.on.isoformat() if node.on is not None else None,
                "number": node.number,
                "outcome": node.outcome,
                "article": node.article,
                "positions": list(node.positions),
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "from": edge.source,
                "to": edge.target,
                "kind": edge.kind,
                "zh": zh(f"link.{edge.kind}"),
                "en": en(f"link.{edge.kind}"),
                "since": edge.since.isoformat() if edge.since is not None else None,
                "until": edge.until.isoformat() if edge.until is not None else None,
                "positions": list(edge.positions),
            }
            for edge in graph.edges
        ],
    }
