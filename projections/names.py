"""Whom a list names to whom (为投诉举报人保密): who complained, to those who keep the file and to themselves.

Showing one file asks `api.reading.nameless`, which reads it and all that it came from; a list asks the same of many
files at once, from `views.withheld` of room `files`. Where rows are asked for or counted by a name, those in which it
is not told are left out: that they are there would tell whose name it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import psycopg

_KEEPS: Final = "{0}.standing IN ('supervisor', 'agent')"
_BOTH_KEPT: Final = (
    "EXISTS (SELECT FROM views.parties AS x JOIN views.parties AS y"
    " ON y.ledger = x.ledger AND y.party = x.party AND y.stream = {0} WHERE x.ledger = %(ledger)s"
    f" AND x.stream = b.stream AND {_KEEPS.format('x')} AND {_KEEPS.format('y')})"
)
"""Whether one organ keeps both files: who keeps only one of them does not decide what the other withholds."""
_CAME_FROM: Final = (
    "SELECT l.target AS stream FROM views.links AS l WHERE l.ledger = %(ledger)s AND l.stream = b.stream"
    f" AND l.relation IN ('source', 'absorbed') AND {_BOTH_KEPT.format('l.target')}"
    " UNION ALL SELECT l.stream FROM views.links AS l"
    " WHERE l.ledger = %(ledger)s AND l.target = b.stream AND l.relation = 'linked'"
    f" AND b.stream LIKE 'case/%%' AND l.stream LIKE 'lead/%%' AND {_BOTH_KEPT.format('l.stream')}"
)
_NAMES: Final = (
    "(NOT {0}.source OR NOT EXISTS (SELECT FROM views.files AS f WHERE f.ledger = %(ledger)s"
    " AND f.stream IN ({0}.name, 'lead/' || {0}.name)))"
)
"""A source names somebody where it names no file."""
_KEPT: Final = (
    "EXISTS (SELECT FROM views.parties AS k WHERE k.ledger = %(ledger)s AND k.stream = {0}"
    f" AND k.party = %(keeper)s AND {_KEEPS.format('k')})"
)
_WITHHELD: Final = (
    'WITH RECURSIVE before (root, stream) AS (SELECT s, s COLLATE "C" FROM unnest(%(streams)s::text[]) AS s'
    f" WHERE NOT {_KEPT.format('s')}"
    f" UNION SELECT b.root, n.stream FROM before AS b CROSS JOIN LATERAL ({_CAME_FROM}) AS n)"
    " SELECT DISTINCT b.root, w.name FROM before AS b JOIN views.withheld AS w"
    f" ON w.ledger = %(ledger)s AND w.stream = b.stream AND w.name <> ALL (%(told_to)s) AND {_NAMES.format('w')}"
)


def behind(connection: psycopg.Connection[Any], ledger: str, rooms: Iterable[str]) -> bool:
    """Whether room `files` has not come as far as others: it may be about to withhold a name that they hold."""
    row = connection.execute(
        "SELECT max(m.position) > coalesce(max(m.position) FILTER (WHERE m.projection = 'files'), 0)"
        " FROM views.marks AS m WHERE m.ledger = %s AND m.projection = ANY (%s)",
        [ledger, ["files", *rooms]],
    ).fetchone()
    assert row is not None
    return bool(row[0])


def withheld(
    connection: psycopg.Connection[Any], ledger: str, told_to: Sequence[str], streams: Iterable[str]
) -> Mapping[str, frozenset[str]]:
    """Whom files, by stream, do not name to somebody, `told_to` is their organ and person; only those that do not."""
    asked = values(ledger, told_to) | {"streams": sorted(set(streams))}
    found: dict[str, set[str]] = {}
    for stream, name in connection.execute(_WITHHELD, asked):
        found.setdefault(stream, set()).add(name)
    return {stream: frozenset(names) for stream, names in found.items()}


def told(row: str, name: str, *parties: str) -> str:
    """Whether the file of a row of a read model tells a name, a column or a value, to `told_to`: see `values`.

    It tells everybody who may read it the names of its `parties`, columns of the row.
    """
    others = "".join(f" AND {name} IS DISTINCT FROM {row}.{party}" for party in parties)
    return (
        "NOT (EXISTS (SELECT FROM views.withheld AS v"
        f" WHERE v.ledger = %(ledger)s AND v.name = {name}) AND {name} <> ALL (%(told_to)s){others}"
        f" AND NOT {_KEPT.format(f'{row}.stream')}"
        f" AND EXISTS (WITH RECURSIVE before (stream) AS (SELECT {row}.stream"
        f" UNION SELECT n.stream FROM before AS b CROSS JOIN LATERAL ({_CAME_FROM}) AS n) SELECT FROM before AS b"
        f" JOIN views.withheld AS w ON w.ledger = %(ledger)s AND w.stream = b.stream AND w.name = {name}"
        f" AND {_NAMES.format('w')}))"
    )


def values(ledger: str, told_to: Sequence[str]) -> dict[str, Any]:
    """What the conditions here are asked with."""
    return {"ledger": ledger, "told_to": list(told_to), "keeper": told_to[0]}
