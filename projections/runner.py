"""Keeping read models up with the log (投影), in batches: rows and the mark of how far they go commit together.

A batch takes the files that moved between two positions, folds each up to the second, and puts its rows in the place of
the old ones. Read models that stand at one mark go together, so that a file is read once for all of them.

What cannot be projected stops its read model at that position, with the reason; the others go on, and nothing is left
out: it goes on from there once a program can read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from ledger.mapper import LedgerMapper
from projections.reading import Reader, away
from projections.room import Folded, Projection
from projections.tables import held, make_part, whole

BATCH: Final = 1_000
"""Positions that are projected at once."""
LONGEST: Final = 500
"""Characters of a reason that are kept."""

Connection = psycopg.Connection[Any]
Targets = Mapping[str, sql.Identifier]
"""The table that takes the rows, for each table of a read model."""


@dataclass(frozen=True, slots=True)
class _Cohort:
    """Read models that stand at one mark, and the size of the ledger."""

    members: tuple[Projection, ...]
    mark: int
    size: int


class Runner:
    """Keeps up the read models of one ledger. Several may run at once: marks are locked, and none works twice."""

    def __init__(
        self, connection: Connection, ledger: str, projections: Sequence[Projection], mapper: LedgerMapper
    ) -> None:
        """`connection` is of the projecting role, in autocommit; `projections` have their tables (`tables.prepare`)."""
        self._connection = connection
        self._ledger = ledger
        self._projections = {each.name: each for each in projections}
        self._reader = Reader(connection, ledger, mapper)

    def step(self, batch: int = BATCH) -> int:
        """Project the next positions, `batch` at most, of the read models that are furthest behind.

        Returns:
            How many were left to project before it. 0: nothing, or others are at it.

        Raises:
            psycopg.OperationalError: the database is away; nothing is half done.
        """
        while True:
            try:
                return self._advance(batch)
            except Exception as error:  # whatever an entry does to a read model is found, position by position
                if away(error):
                    raise
                if batch == 1:
                    return self._stop()
                batch = max(1, batch // 8)

    def catch_up(self, batch: int = BATCH) -> int:
        """Project until nothing is left that can be projected; the number of steps."""
        steps = 0
        while self.step(batch) > 0:
            steps += 1
        return steps

    def _advance(self, batch: int) -> int:
        with self._connection.transaction():
            cohort = self._cohort()
            if cohort is None:
                return 0
            upto = min(cohort.size, cohort.mark + batch)
            files = self._reader.moved(cohort.mark, upto)
            replace(self._connection, self._ledger, cohort.members, list(files))
            self._mark(cohort.members, upto)
            return cohort.size - cohort.mark

    def _stop(self) -> int:
        """Project the one next position each by itself, and stop those that cannot."""
        with self._connection.transaction():
            cohort = self._cohort()
            if cohort is None:
                return 0
            for each in cohort.members:
                try:
                    with self._connection.transaction():
                        files = self._reader.moved(cohort.mark, cohort.mark + 1)
                        replace(self._connection, self._ledger, [each], list(files))
                        self._mark([each], cohort.mark + 1)
                except Exception as error:  # see `step`: it is kept where people look for it
                    if away(error):
                        raise
                    reason = f"{type(error).__name__}: {error}".replace("\0", "")[:LONGEST]
                    self._connection.execute(
                        "UPDATE views.marks SET stopped_at = position, reason = %s"
                        " WHERE ledger = %s AND projection = %s",
                        [reason, self._ledger, each.name],
                    )
            return cohort.size - cohort.mark

    def revive(self) -> None:
        """Let those that stopped try again: this program may read what an earlier one could not."""
        self._connection.execute(
            "UPDATE views.marks SET stopped_at = NULL, reason = NULL WHERE ledger = %s AND stopped_at IS NOT NULL",
            [self._ledger],
        )

    def _cohort(self) -> _Cohort | None:
        """The read models that are furthest behind, locked; None where nothing is to be done, or others are at it."""
        own = held(self._connection, self._projections.values())
        self._begin(own)
        rows = self._connection.execute(
            "SELECT projection, position FROM views.marks WHERE ledger = %s AND projection = ANY (%s)"
            " AND stopped_at IS NULL ORDER BY projection FOR UPDATE SKIP LOCKED",
            [self._ledger, own],
        ).fetchall()
        (size,) = self._connection.execute(
            "SELECT size FROM ledger.ledgers WHERE ledger = %s", [self._ledger]
        ).fetchone() or (0,)
        mark = min((position for _, position in rows), default=size)
        if mark >= size:
            return None
        return _Cohort(tuple(self._projections[name] for name, position in rows if position == mark), mark, size)

    def _begin(self, names: Sequence[str]) -> None:
        """Give read models that this ledger has not had yet a mark, and their tables its part."""
        begun = self._connection.execute(
            "INSERT INTO views.marks (ledger, projection, position) SELECT %s, name, 0 FROM unnest(%s::text[]) AS name"
            " WHERE NOT EXISTS (SELECT FROM views.marks AS m WHERE m.ledger = %s AND m.projection = name)"
            " ORDER BY name ON CONFLICT DO NOTHING RETURNING projection",
            [self._ledger, names, self._ledger],
        ).fetchall()
        for (name,) in begun:
            for table in self._projections[name].tables:
                make_part(self._connection, table, self._ledger)

    def _mark(self, members: Iterable[Projection], position: int) -> None:
        self._connection.execute(
            "UPDATE views.marks SET position = %s WHERE ledger = %s AND projection = ANY (%s)",
            [position, self._ledger, [each.name for each in members]],
        )


def replace(
    connection: Connection,
    ledger: str,
    projections: Iterable[Projection],
    files: Sequence[Folded],
    into: Targets | None = None,
) -> None:
    """Put the rows of files in the place of their old ones, inside the caller's transaction."""
    for projection in projections:
        mine = [folded for folded in files if folded.kind in projection.kinds]
        for table in projection.tables:
            target = into[table] if into is not None else whole(table)
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE ledger = %s AND stream = ANY (%s)").format(target),
                [ledger, [folded.stream for folded in mine]],
            )
        insert(connection, ledger, projection, mine, into)


def insert(
    connection: Connection,
    ledger: str,
    projection: Projection,
    files: Iterable[Folded],
    into: Targets | None = None,
) -> None:
    """Add the rows of files that have none yet, inside the caller's transaction."""
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in projection.tables}
    for folded in files:
        for table, values in projection.rows(folded):
            rows[table].append((ledger, folded.stream, *values))
    for table, found in rows.items():
        if not found:
            continue
        columns = sql.SQL(", ").join(map(sql.Identifier, ("ledger", "stream", *projection.tables[table])))
        target = into[table] if into is not None else whole(table)
        with (
            connection.cursor() as cursor,
            cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(target, columns)) as out,
        ):
            for row in found:
                out.write_row(row)
