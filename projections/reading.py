"""From rows of the log to folded files: what every read model is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import psycopg

from domain.kinds import KINDS, kind_of
from domain.procedure.recorded import Recorded
from domain.procedure.state import recorded
from domain.regime.loader import from_content
from domain.regime.model import Regime
from ledger.entry import glance
from ledger.mapper import LedgerMapper, UnknownFact
from ledger.proof.chain import BrokenLog
from projections.room import Folded

Connection = psycopg.Connection[Any]


def away(error: Exception) -> bool:
    """Whether an error says that the database is away or busy, and nothing of what was to be projected.

    A value that is too long for an index is counted among the former by its class, and is none of them.
    """
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not isinstance(
        error, psycopg.errors.ProgramLimitExceeded
    )


def other(stream: str) -> bool:
    """Whether a stream is none of a proceeding, but what a ledger holds beside them."""
    return stream == "ledger" or stream.startswith("register/")


MOVED: Final = (
    "SELECT e.entry FROM ledger.entries AS e"
    " JOIN (SELECT DISTINCT m.stream FROM ledger.entries AS m"
    " WHERE m.ledger = %(ledger)s AND m.position >= %(since)s AND m.position < %(upto)s"
    " AND m.stream <> 'ledger' AND NOT starts_with(m.stream, 'register/')) AS moved"
    " ON moved.stream = e.stream WHERE e.ledger = %(ledger)s AND e.position < %(upto)s ORDER BY e.stream, e.version"
)
BETWEEN: Final = (
    "SELECT e.entry FROM ledger.entries AS e WHERE e.ledger = %(ledger)s"
    " AND e.stream >= %(first)s AND e.stream <= %(last)s AND e.position < %(upto)s ORDER BY e.stream, e.version"
)


class Reader:
    """Reads the files of one ledger."""

    def __init__(self, connection: Connection, ledger: str, mapper: LedgerMapper) -> None:
        """`connection` is of a role that reads entries and law texts."""
        self._connection = connection
        self._ledger = ledger
        self._mapper = mapper
        self.regime: Callable[[str], Regime] = cache(self._regime)

    def moved(self, since: int, upto: int) -> Iterator[Folded]:
        """The files that have an entry at a position from `since` to before `upto`, as they stand at the latter.

        Raises:
            UnknownFact: the catalogue does not know a fact, or the kinds not the stream.
            EntryError, CanonicalError, CodecError: an entry cannot be read.
            LookupError: the ledger does not keep the law that a file stands under.
        """
        return self._folded(MOVED, {"since": since, "upto": upto})

    def between(self, first: str, last: str, upto: int) -> Iterator[Folded]:
        """The files from one stream to another, by name, as they stand before a position; see `moved`."""
        return self._folded(BETWEEN, {"first": first, "last": last, "upto": upto})

    def _folded(self, query: str, values: dict[str, Any]) -> Iterator[Folded]:
        with self._connection.cursor(binary=True) as cursor:
            rows = cursor.execute(query, {"ledger": self._ledger, **values}).fetchall()
        return self.fold(entry for (entry,) in rows)

    def fold(self, entries: Iterable[bytes]) -> Iterator[Folded]:
        """Files out of entries by stream and version; the ledger's own streams are none."""
        for stream, group in groupby(map(glance, entries), key=_STREAM):
            kind = kind_of(stream)
            if other(stream):
                continue
            if kind is None:
                raise UnknownFact(f"no kind of proceeding is called {stream.partition('/')[0]}")
            log = tuple(Recorded(*self._mapper.look(each)) for each in group)
            for before, each in enumerate(log):
                if each.version != before + 1:
                    raise BrokenLog("version-skipped", each.position, stream, version=each.version, before=before)
            file = recorded(kind, (each.happening for each in log))
            yield Folded(stream, file, log, self.regime(file.regime_digest))

    def _regime(self, digest: str) -> Regime:
        row = self._connection.execute(
            "SELECT content FROM ledger.law_texts WHERE ledger = %s AND digest = %s",
            [self._ledger, bytes.fromhex(digest)],
        ).fetchone()
        if row is None:
            raise LookupError(f"the ledger keeps no law text {digest}")
        return from_content(bytes(row[0]))


_STREAM: Final = itemgetter(2)
ALL_KINDS: Final = frozenset(KINDS)
