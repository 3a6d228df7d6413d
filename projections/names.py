"""Whom a list names to whom (为投诉举报人保密): who complained, to those who keep the file and to themselves.

Showing one file asks `api.reading.nameless`, which reads it and all that it came from; a list asks the same of many
files at once, from `views.withheld` of room `files`. Where rows are asked for or counted by a name, those in which it
is not told are left out: that they are there would tell whose name it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import psycopg

_CAME_FROM: Final = (
    "SELECT l.target AS stream FROM views.links AS l WHERE l.ledger = %(ledger)s AND l.stream = b.stream"
    " AND l.relation IN ('source', 'absorbed') UNION ALL SELECT l.stream FROM views.links AS l"
    " WHERE l.ledger = %(ledger)s AND l.target = b.stream AND l.relation = 'linked'"
    " AND b.stream LIKE 'case/%%' AND l.stream LIKE 'lead/%%'"
)
_KEPT: Final = (
    "EXISTS (SELECT FROM views.parties AS k WHERE k.ledger = %(ledger)s AND k.stream = {stream}"
    " AND k.party = %(keeper)s AND k.standing IN ('supervisor', 'agent'))"
)
_WITHHELD: Final = (
    'WITH RECURSIVE before (root, stream) AS (SELECT s, s COLLATE "C" FROM unnest(%(streams)s::text[]) AS s'
    f" WHERE NOT {_KEPT.format(stream='s')}"
    f" UNION SELECT b.root, n.stream FROM before AS b CROSS JOIN LATERAL ({_CAME_FROM}) AS n)"
    " SELECT DISTINCT b.root, w.name FROM before AS b JOIN views.withheld AS w"
    " ON w.ledger = %(ledger)s AND w.stream = b.stream AND w.name <> ALL (%(told_to)s)"
)
_SEEN: Final = (
    "(SELECT coalesce(min(m.position), 0) FROM views.marks AS m WHERE m.ledger = %(ledger)s AND m.projection = 'files')"
)


def withheld(
    connection: psycopg.Connection[Any], ledger: str, told_to: Sequence[str], streams: Iterable[str]
) -> Mapping[str, frozenset[str]]:
    """Whom files, by stream, do not name to somebody, `told_to` is their organ and person; only those that do not."""
    asked = values(ledger, told_to) | {"streams": sorted(set(streams))}
    found: dict[str, set[str]] = {}
    for stream, name in connection.execute(_WITHHELD, asked):
        found.setdefault(stream, set()).add(name)
    return {stream: frozenset(names) for stream, names in found.items()}


def known(position: str) -> str:
    """Whether room `files` has seen what a row rests on; if not, it may be about to withhold a name in it."""
    return f"{position} < {_SEEN}"


def told(row: str, name: str, *parties: str) -> str:
    """Whether the file of a row of a read model tells a name, a column or a value, to `told_to`: see `values`.

    It tells everybody who may read it the names of its `parties`, columns of the row.
    """
    others = "".join(f" AND {name} IS DISTINCT FROM {row}.{party}" for party in parties)
    return (
        "NOT (EXISTS (SELECT FROM views.withheld AS v"
        f" WHERE v.ledger = %(ledger)s AND v.name = {name}) AND {name} <> ALL (%(told_to)s){others}"
        f" AND NOT {_KEPT.format(stream=f'{row}.stream')}"
        f" AND EXISTS (WITH RECURSIVE before (stream) AS (SELECT {row}.stream"
        f" UNION SELECT n.stream FROM before AS b CROSS JOIN LATERAL ({_CAME_FROM}) AS n) SELECT FROM before AS b"
        f" JOIN views.withheld AS w ON w.ledger = %(ledger)s AND w.stream = b.stream AND w.name = {name}))"
    )


def values(ledger: str, told_to: Sequence[str]) -> dict[str, Any]:
    """What the conditions here are asked with."""
    return {"ledger": ledger, "told_to": list(told_to), "keeper": told_to[0]}
