"""From the log to the read models, in batches (投影): rows and the mark of how far they go commit together.

A projection of cases is one pure function, the rows of one case from its folded state. A batch takes the cases that
moved between two positions, folds each up to the second, and puts the rows in the place of the old ones. So a row
depends on the log and the position alone: not on batch boundaries, clocks or serials, and a rebuild gives equal tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg import sql

from domain.case.kind import CASE
from domain.procedure.happening import Happening
from domain.procedure.state import File, evolve
from domain.regime.model import Regime
from ledger.mapper import LedgerMapper

BATCH = 2_000  # positions


@dataclass(frozen=True, slots=True)
class Folded:
    """A case as it stands at a position of the log."""

    id: str
    case: File
    position: int
    regime: Regime


class Projection(Protocol):
    """One read model: its table, whose key leads with (ledger, case_id), and the rows of a case."""

    @property
    def name(self) -> str:
        """The name under which its progress is kept."""

    @property
    def table(self) -> str:
        """Its table in schema `views`."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns that `rows` fills, after ledger and case_id."""

    def rows(self, folded: Folded) -> Iterator[tuple[Any, ...]]:
        """The rows of one case."""


class Runner:
    """Drives one projection of one ledger. Several runners may run at once: the mark is locked, none works twice."""

    def __init__(
        self,
        connection: psycopg.Connection[tuple[Any, ...]],
        ledger: str,
        projection: Projection,
        mapper: LedgerMapper,
        regime: Callable[[str], Regime],
    ) -> None:
        """`regime` gives an adopted regime by its digest; `connection` is in autocommit and of the projecting role."""
        self._connection = connection
        self._ledger = ledger
        self._projection = projection
        self._mapper = mapper
        self._regime = regime

    def step(self, batch: int = BATCH) -> int:
        """Project the next `batch` positions at most; how many were left to project before it. 0 means up to date."""
        with self._connection.transaction():
            mark, size = self._mark()
            if mark < size:
                upto = min(size, mark + batch)
                self._replace(list(self._moved(mark, upto)))
                self._advance(upto)
            return size - mark

    def catch_up(self) -> int:
        """Project until nothing is left; the number of positions projected."""
        done = 0
        while (left := self.step()) > 0:
            done += min(left, BATCH)
        return done

    def rebuild(self, batch: int = BATCH) -> int:
        """Forget every row and project the log again, in one transaction: readers keep the old rows until then."""
        done = 0
        with self._connection.transaction():
            self._mark()
            self._connection.execute(self._sql("DELETE FROM {table} WHERE ledger = %s"), (self._ledger,))
            self._advance(0)
            while (left := self.step(batch)) > 0:
                done += min(left, batch)
        return done

    def _mark(self) -> tuple[int, int]:
        self._connection.execute(
            "INSERT INTO views.marks (ledger, projection, position) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING",
            (self._ledger, self._projection.name),
        )
        row = self._connection.execute(
            "SELECT m.position, l.size FROM views.marks AS m JOIN ledger.ledgers AS l USING (ledger)"
            " WHERE m.ledger = %s AND m.projection = %s FOR UPDATE OF m",
            (self._ledger, self._projection.name),
        ).fetchone()
        assert row is not None, f"ledger {self._ledger} does not exist"
        return row[0], row[1]

    def _advance(self, position: int) -> None:
        self._connection.execute(
            "UPDATE views.marks SET position = %s WHERE ledger = %s AND projection = %s",
            (position, self._ledger, self._projection.name),
        )

    def _moved(self, mark: int, upto: int) -> Iterator[Folded]:
        rows = self._connection.execute(
            "SELECT e.stream, e.version, e.type, e.entry, e.position FROM ledger.entries AS e WHERE e.ledger = %s"
            " AND e.position < %s AND e.stream IN (SELECT DISTINCT m.stream FROM ledger.entries AS m"
            " WHERE m.ledger = %s AND m.position >= %s AND m.position < %s AND m.stream LIKE 'case/%%')"
            " ORDER BY e.stream, e.version",
            (self._ledger, upto, self._ledger, mark, upto),
            binary=True,
        )
        for stream, entries in groupby(rows, key=lambda row: str(row[0])):
            case, position = File(CASE), 0
            for _, version, type_, entry, position in entries:  # noqa: B007  # the last position is wanted
                envelope = self._mapper.to_domain_event(StoredEvent(stream, version, type_, entry))
                case = evolve(case, Happening(version, envelope.occurred_on, envelope.fact))
            assert case.opened is not None
            yield Folded(stream.removeprefix("case/"), case, position, self._regime(case.regime_digest))

    def _replace(self, moved: Sequence[Folded]) -> None:
        self._connection.execute(
            self._sql("DELETE FROM {table} WHERE ledger = %s AND case_id = ANY(%s)"),
            (self._ledger, [folded.id for folded in moved]),
        )
        copy = self._sql("COPY {table} ({columns}) FROM STDIN")
        with self._connection.cursor() as cursor, cursor.copy(copy) as out:
            for folded in moved:
                for row in self._projection.rows(folded):
                    out.write_row((self._ledger, folded.id, *row))

    def _sql(self, statement: str) -> sql.Composed:
        columns = ("ledger", "case_id", *self._projection.columns)
        return sql.SQL(statement).format(
            table=sql.Identifier("views", self._projection.table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        )
