"""The entries of a ledger out of PostgreSQL, for who only reads: the sealer, an audit, an export."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from ledger.faults import Fault

PORTION: Final = 4_096
"""How many entries are fetched at a time: long enough for the round trip not to count, short enough for the cache."""

_SIZE: Final = b"SELECT size FROM ledger.ledgers WHERE ledger = %s"
_ROWS: Final = (
    # A time that no entry can say is brought to one that can be read: it differs from what its entry says.
    b"SELECT entry, position, stream, version, type,"
    b" least(greatest(recorded_at, '0001-01-02 00:00Z'), '9999-12-30 00:00Z'), leaf FROM ledger.entries"
    b" WHERE ledger = %s AND position >= %s AND position < %s ORDER BY position"
)
_ENTRIES: Final = (
    b"SELECT entry FROM ledger.entries WHERE ledger = %s AND position >= %s AND position < %s ORDER BY position"
)

_TYPED: Final = b"SELECT entry FROM ledger.entries WHERE ledger = %s AND stream = %s AND type = %s ORDER BY version"
_STREAM: Final = (
    b"SELECT entry FROM ledger.entries WHERE ledger = %s AND stream = %s AND position < %s ORDER BY version"
)
_OF_KINDS: Final = (
    b"SELECT stream, version, entry FROM ledger.entries WHERE ledger = %s AND (stream, version) > (%s, %s)"
    b" AND position < %s AND split_part(stream, '/', 1) = ANY (%s) ORDER BY stream, version LIMIT %s"
)
_HEADS: Final = (
    b"SELECT DISTINCT ON (stream) stream, version, leaf FROM ledger.entries"
    b" WHERE ledger = %s AND position < %s ORDER BY stream, version DESC"
)
_COUNTED: Final = (
    b"SELECT (SELECT count(*) FROM ledger.entries WHERE ledger = %s),"
    b" (SELECT count(*) FROM ledger.heads WHERE ledger = %s)"
)
_KEPT: Final = (
    b"SELECT stream, version, leaf FROM ledger.heads WHERE ledger = %s AND stream > %s ORDER BY stream LIMIT %s"
)
_FACTS: Final = (
    b"SELECT entry FROM ledger.entries WHERE ledger = %s"
    b" AND split_part(split_part(type, '.', 2), '/', 1) = ANY(%s) ORDER BY position"
)
_LAW: Final = b"SELECT content FROM ledger.law_texts WHERE ledger = %s AND encode(digest, 'hex') = %s"

_ACCESSES: Final = (
    b"SELECT entry FROM ledger.accesses WHERE ledger = %s AND number >= %s AND number < %s ORDER BY number"
)
_ACCESSES_OF: Final = b"SELECT entry FROM ledger.accesses WHERE ledger = %s AND stream = %s ORDER BY number"
_BEYOND: Final = b"SELECT count(*), min(at) FROM ledger.accesses WHERE ledger = %s AND number >= %s"
_LEFT: Final = (
    b"SELECT e.version || '.' || v.field FROM ledger.entries AS e JOIN ledger.sealed_values AS v"
    b" ON v.ledger = e.ledger AND v.position = e.position"
    b" WHERE e.ledger = %s AND e.stream = %s AND e.version || '.' || v.field = ANY (%s) ORDER BY v.position, v.field"
)
_ACCESSED: Final = b"SELECT number + 1 FROM ledger.accesses WHERE ledger = %s AND at < %s ORDER BY number DESC LIMIT 1"


class LedgerMissing(Fault):
    """The database has no such ledger, none at all, or several of which none was named."""


@dataclass(frozen=True, slots=True)
class DatabaseSource:
    """One ledger, over a connection in the role of the reader. Nothing is held between two portions."""

    connection: psycopg.Connection[Any]
    ledger: str

    def size(self) -> int:
        """How many entries the database counts.

        Raises:
            LedgerMissing: it knows no such ledger.
        """
        row = self.connection.execute(_SIZE, (self.ledger,)).fetchone()
        if row is None:
            raise LedgerMissing("ledger-unknown", ledger=self.ledger)
        return int(row[0])

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        """The entries from one position up to another; it ends early where one is missing."""
        for (entry,) in self._select(_ENTRIES, first, end):
            yield entry

    def typed(self, type_: str) -> Iterator[bytes]:
        """The entries of one type on the stream of the ledger itself."""
        stream = type_.partition(".")[0]
        with self.connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            for (entry,) in cursor.execute(_TYPED, (self.ledger, stream, type_)):
                yield entry

    def recording(self, facts: Sequence[str]) -> Iterator[bytes]:
        """The entries on all streams that record one of these facts, in whatever version of it."""
        with self.connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            for (entry,) in cursor.execute(_FACTS, (self.ledger, list(facts))):
                yield entry

    def rows(self, first: int, end: int) -> Iterator[tuple[Any, ...]]:
        """The same with what the database keeps beside each: position, stream, version, type, recorded_at, leaf."""
        return self._select(_ROWS, first, end)

    def stream(self, stream: str, end: int) -> list[bytes]:
        """The entries of a stream among the first `end`, by version."""
        with self.connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            return [entry for (entry,) in cursor.execute(_STREAM, (self.ledger, stream, end))]

    def of_kinds(self, kinds: Collection[str], end: int) -> Iterator[bytes]:
        """The entries of all streams of some kinds among the first `end`: by the bytes of stream names, by version."""
        stream, version = "", 0
        with self.connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            asked = (sorted(kinds), PORTION)
            while rows := cursor.execute(_OF_KINDS, (self.ledger, stream, version, end, *asked)).fetchall():
                yield from (entry for _, _, entry in rows)
                stream, version, _ = rows[-1]

    def heads(self, end: int) -> Iterator[tuple[str, int, bytes]]:
        """Every stream among the first `end` entries with its last version and leaf, by the bytes of its name."""
        with self.connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            yield from cursor.execute(_HEADS, (self.ledger, end))

    def counted(self) -> tuple[int, int]:
        """How many rows of entries there are, and how many streams the table of heads has."""
        row = self.connection.execute(_COUNTED, (self.ledger, self.ledger)).fetchone()
        assert row is not None, "a count is always answered"
        return row[0], row[1]

    def kept_heads(self) -> Iterator[tuple[str, int, bytes]]:
        """The table of heads: stream, version, leaf; a part at a time."""
        after = ""
        with self.connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            while rows := cursor.execute(_KEPT, (self.ledger, after, PORTION)).fetchall():
                yield from rows
                after = rows[-1][0]

    def accesses(self, first: int, end: int) -> Iterator[bytes]:
        """The rows of the record of accesses from one number up to another; it ends early where one is missing."""
        for (row,) in self._select(_ACCESSES, first, end):
            yield row

    def accesses_of(self, stream: str) -> list[bytes]:
        """The rows about one stream."""
        with self.connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            return [row for (row,) in cursor.execute(_ACCESSES_OF, (self.ledger, stream))]

    def accesses_beyond(self, number: int) -> tuple[int, datetime | None]:
        """How many rows of the record of accesses there are from a number on, and when the first of them was made."""
        row = self.connection.execute(_BEYOND, (self.ledger, number)).fetchone()
        assert row is not None, "a count is always answered"
        return row[0], row[1]

    def texts_left(self, stream: str, fields: Sequence[str]) -> list[str]:
        """Those of these fields of a stream, each as version and name, under which a sealed text lies."""
        rows = self.connection.execute(_LEFT, (self.ledger, stream, list(fields)))
        return [field for (field,) in rows]

    def accesses_until(self, moment: datetime) -> int:
        """How many rows of the record of accesses there are up to a moment."""
        row = self.connection.execute(_ACCESSED, (self.ledger, moment)).fetchone()
        return int(row[0]) if row else 0

    def law(self, digest: str) -> bytes | None:
        """A text of law that the ledger keeps."""
        row = self.connection.execute(_LAW, (self.ledger, digest)).fetchone()
        return bytes(row[0]) if row else None

    def _select(self, query: bytes, first: int, end: int) -> Iterator[tuple[Any, ...]]:
        with self.connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            for start in range(first, end, PORTION):
                rows = cursor.execute(query, (self.ledger, start, min(end, start + PORTION)), prepare=True).fetchall()
                if not rows:
                    return
                yield from rows
