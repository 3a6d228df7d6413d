"""The index over sealed texts in the database (密封内容索引): what waits for it, putting tokens in, finding them.

The rows lie beside the texts and are deleted in the transaction that deletes those. Connections are of the writer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from eventsourcing.persistence import StoredEvent

from ledger.mapper import Envelope, LedgerMapper

Connection = psycopg.Connection[Any]

_MARK: Final = (
    "SELECT l.size, coalesce(m.position, 0) FROM ledger.ledgers AS l LEFT JOIN ledger.search_marks AS m USING (ledger)"
    " WHERE l.ledger = %s"
)
_WAITING: Final = (
    "SELECT e.position, e.stream, e.version, e.type, e.entry FROM (SELECT DISTINCT v.position FROM ledger.sealed_values"
    " AS v WHERE v.ledger = %(ledger)s AND v.position >= %(mark)s AND v.position < %(size)s ORDER BY v.position"
    " LIMIT %(limit)s) AS w JOIN ledger.entries AS e ON e.ledger = %(ledger)s AND e.position = w.position"
    " ORDER BY e.position"
)
_KEEP: Final = "SELECT ledger.index_texts(%s, %s, %s, %s::bigint[], %s::text[], %s::text[])"
_FIND: Final = (
    "SELECT s.stream, array_agg(DISTINCT s.position) FROM ledger.search_tokens AS s WHERE s.ledger = %(ledger)s"
    " AND s.stream > %(after)s AND s.tokens @> %(tokens)s::bigint[] GROUP BY s.stream ORDER BY s.stream LIMIT %(limit)s"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entries whose texts have no tokens yet, and between which positions they lie."""

    mark: int
    upto: int
    entries: tuple[Envelope, ...]


def waiting(connection: Connection, ledger: str, mapper: LedgerMapper, limit: int) -> Waiting | None:
    """What is to be indexed next, at most `limit` entries; None where nothing is.

    Raises:
        EntryError, CanonicalError, CodecError, UnknownFact: an entry cannot be read.
    """
    size, mark = connection.execute(_MARK, [ledger]).fetchone() or (0, 0)
    if mark >= size:
        return None
    values = {"ledger": ledger, "mark": mark, "size": size, "limit": limit}
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(_WAITING, values).fetchall()
    upto = rows[-1][0] + 1 if len(rows) == limit else size
    stored = (StoredEvent(stream, version, type_, bytes(entry)) for _, stream, version, type_, entry in rows)
    return Waiting(mark, upto, tuple(map(mapper.to_domain_event, stored)))


def keep(
    connection: Connection, ledger: str, mark: int, upto: int, texts: Sequence[tuple[int, str, Sequence[int]]]
) -> bool:
    """Keep the tokens of texts, each with its position and field; False if another process was quicker.

    Of a text that was erased meanwhile nothing is kept.
    """
    columns = (
        [position for position, _, _ in texts],
        [field for _, field, _ in texts],
        [f"{{{','.join(map(str, tokens))}}}" for _, _, tokens in texts],
    )
    row = connection.execute(_KEEP, [ledger, mark, upto, *columns]).fetchone()
    return row is not None and bool(row[0])


def forget(connection: Connection, ledger: str) -> None:
    """Throw the tokens of a ledger away, to be made anew."""
    connection.execute("SELECT ledger.forget_index(%s)", [ledger])


def find(
    connection: Connection,
    ledger: str,
    tokens: Sequence[int],
    *,
    limit: int,
    after: str = "",
    organ: str | None = None,
) -> list[tuple[str, list[int]]]:
    """Files that have a text with all these tokens, by name, each with the positions of those texts.

    Args:
        connection: of the writer.
        ledger: its id.
        tokens: of the words that are looked for.
        limit: at most so many files.
        after: the last file already seen.
        organ: whose files, which keeps them; None for all. How long that takes depends on that organ's files alone.
    """
    values = {"ledger": ledger, "tokens": list(tokens), "limit": limit, "after": after, "organ": organ}
    return connection.execute(_FIND if organ is None else _FIND_KEPT, values).fetchall()


# The index by token would lead through what others have as well: that a word occurs there would show in the time that
# it takes. So the tokens are told in a form that it does not serve.
_FIND_KEPT: Final = (
    "WITH mine AS MATERIALIZED (SELECT p.stream FROM views.parties AS p WHERE p.ledger = %(ledger)s"
    " AND p.party = %(organ)s AND p.standing IN ('supervisor', 'agent') AND p.stream > %(after)s)"
    " SELECT s.stream, array_agg(DISTINCT s.position) FROM mine JOIN ledger.search_tokens AS s"
    " ON s.ledger = %(ledger)s AND s.stream = mine.stream"
    " WHERE s.tokens || '{}'::bigint[] @> %(tokens)s::bigint[] GROUP BY s.stream ORDER BY s.stream LIMIT %(limit)s"
)
