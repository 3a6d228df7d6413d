"""Making read models anew (重建) beside those that are read, which they then replace in one transaction.

Every file is folded once, in as many processes as there are processors, into tables that nobody reads yet. What is done
is kept, so that an interrupted rebuild goes on where it stopped. In the end the tables are brought up to where those
that are read have come, and exchanged with them: whoever reads finds the old rows until then, and never half of each.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar

import psycopg
from psycopg import sql

from domain.catalogue import TYPES
from ledger.faults import Fault
from ledger.mapper import LedgerMapper
from ledger.postgres.connect import connect
from projections import tables
from projections.reading import Reader, away, other
from projections.room import Folded, Projection
from projections.rooms import ROOMS
from projections.runner import BATCH, insert, replace

CHUNK: Final = 4_000
"""Entries, about, of the streams that are folded in one transaction."""
ALONE: Final = 30_000
"""Entries for which other processes are not worth their start."""
_PAUSE: Final = 0.05

T = TypeVar("T")
Connection = psycopg.Connection[Any]
Work = Callable[[Connection, Reader, "Build", T], None]
Told = Callable[[int, int], None]
"""Is told how many entries are done, and of how many."""


class RebuildStopped(Fault):
    """The read models cannot be made anew; those that are read stay as they are."""


@dataclass(frozen=True, slots=True)
class Span:
    """Streams from `first` to `last`, by name, and about how many entries they hold."""

    first: str
    last: str
    entries: int


@dataclass(frozen=True, slots=True)
class Build:
    """What is being made: which read models of which ledger, from the positions below `target`."""

    ledger: str
    number: int
    target: int
    names: tuple[str, ...]
    resumed: bool = False

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The read models."""
        return tuple(each for each in ROOMS if each.name in self.names)

    @property
    def into(self) -> dict[str, sql.Identifier]:
        """The table that takes the rows, for each table of these read models."""
        return {table: tables.part(table, self.ledger, self.number) for table in self.tables}

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table of these read models."""
        return tuple(table for each in self.projections for table in each.tables)


@dataclass(slots=True)
class Rebuilder:
    """Processes that fold spans of streams; kept for as long as rebuilds follow each other."""

    dsn: str
    processes: int
    _pool: ProcessPoolExecutor | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def rebuild(self, ledger: str, names: Sequence[str], told: Told) -> int:
        """Make read models anew.

        Args:
            ledger: its id.
            names: of the read models; they have their tables (`tables.prepare`).
            told: of progress.

        Returns:
            The position that they rest on: everything below it.

        Raises:
            RebuildStopped: another rebuild is under way, or a file cannot be folded.
            NewerRoom: a program of another version has made the tables meanwhile.
            DatabaseUnavailable, psycopg.OperationalError: the database is away; the next rebuild goes on from here.
        """
        with connect(self.dsn, "projector") as connection:
            lock = "SELECT pg_try_advisory_lock(hashtextextended('caseledger rebuild ' || %s, 0))"
            if connection.execute(lock, [ledger]).fetchone() != (True,):
                raise RebuildStopped("rebuild-under-way", ledger=ledger)
            build = _begin(connection, ledger, tuple(sorted(names)))
            spans = list(_spans(connection, ledger))
            done, total = 0, sum(span.entries for span in spans)
            alone = self.processes == 1 or total < ALONE
            for span in self._shared(connection, build, _fold, spans, alone=alone):
                done += span.entries
                told(done, total)
            for _ in self._shared(connection, build, _finish, build.tables, alone=alone):
                pass
            return _take_over(connection, build)

    def _shared(
        self, connection: Connection, build: Build, work: Work[T], tasks: Sequence[T], *, alone: bool
    ) -> Iterator[T]:
        """Do a piece of work for each of its tasks, in the other processes unless `alone`; the tasks, as they end."""
        if alone:
            reader = Reader(connection, build.ledger, LedgerMapper(TYPES))
            for task in tasks:
                work(connection, reader, build, task)
                yield task
            return
        if self._pool is None:
            context = multiprocessing.get_context("spawn")  # a fork would take the connections along
            self._pool = ProcessPoolExecutor(self.processes, context, _start, (self.dsn,))
        try:
            yield from self._pool.map(_work, [(work, build, task) for task in tasks])
        except BrokenProcessPool as error:
            self._pool = None
            raise RebuildStopped("rebuild-process-lost") from error
        except BaseException:  # nobody goes on folding once the lock is given back: another rebuild may begin
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
            raise


# --- in a process of its own --------------------------------------------------------------------------------------

_here: dict[str, Any] = {}


def _start(dsn: str) -> None:
    gc.disable()  # a folded file refers to nothing that refers back, and looking for that took a quarter of the time
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    _here["connection"] = connect(dsn, "projector")


def _end_with_the_first() -> None:
    """End when the process that started this one is gone, killed perhaps: it would wait for work for ever."""
    first = multiprocessing.parent_process()
    assert first is not None
    first.join()
    os._exit(1)


def _work(given: tuple[Work[T], Build, T]) -> T:
    work, build, task = given
    connection = _here["connection"]
    if _here.get("ledger") != build.ledger:
        _here.update(ledger=build.ledger, reader=Reader(connection, build.ledger, LedgerMapper(TYPES)))
    work(connection, _here["reader"], build, task)
    return task


def _fold(connection: Connection, reader: Reader, build: Build, span: Span) -> None:
    with connection.transaction():
        tables.hold(connection, build.projections)
        try:
            _put(connection, list(reader.between(span.first, span.last, build.target)), build)
        except Exception as error:
            if away(error):
                raise
            why = f"{type(error).__name__}: {error}"  # as text: it may have to come from another process
            raise RebuildStopped("rebuild-stopped", first=span.first, last=span.last, why=why) from error
        # From here a crash is safe: rows and the word that they are there commit together.
        connection.execute(
            "INSERT INTO views.rebuilt (ledger, first, last) VALUES (%s, %s, %s)", [build.ledger, span.first, span.last]
        )


def _finish(connection: Connection, _: Reader, build: Build, table: str) -> None:
    with connection.transaction():
        tables.hold(connection, build.projections)
        tables.finish(connection, table, build.ledger, build.number)
    tables.settle(connection, table, build.ledger, build.number)


def _put(connection: Connection, files: Sequence[Folded], build: Build) -> None:
    for projection in build.projections:
        if build.resumed:  # what was brought up before the interruption has rows of later files
            replace(connection, build.ledger, [projection], files, build.into)
        else:
            mine = (folded for folded in files if folded.kind in projection.kinds)
            insert(connection, build.ledger, projection, mine, build.into)


# --- beginning and end --------------------------------------------------------------------------------------------


def _begin(connection: Connection, ledger: str, names: tuple[str, ...]) -> Build:
    """The build to go on with: the interrupted one if it is of the same read models, else a new one."""
    versions = [each.version for each in sorted(ROOMS, key=lambda each: each.name) if each.name in names]
    with connection.transaction():
        tables.hold(connection, [each for each in ROOMS if each.name in names])
        row = connection.execute(
            "SELECT build, target, projections, versions FROM views.rebuilds WHERE ledger = %s", [ledger]
        ).fetchone()
        if row is not None and (tuple(row[2]), row[3]) == (names, versions):
            return Build(ledger, row[0], row[1], names, resumed=True)
        tables.discard_builds(connection, ledger=ledger)
        number, target = connection.execute(
            "INSERT INTO views.rebuilds (ledger, target, projections, versions)"
            " SELECT ledger, size, %s, %s FROM ledger.ledgers WHERE ledger = %s RETURNING build, target",
            [list(names), versions, ledger],
        ).fetchone() or (0, 0)
        build = Build(ledger, number, target, names)
        for table in build.tables:
            tables.make_bare(connection, table, ledger, number)
        return build


def _spans(connection: Connection, ledger: str) -> Iterator[Span]:
    """The streams that are left to fold, in spans; the ledger's own streams lie in none."""
    rows = connection.execute(
        "SELECT h.stream, h.version FROM ledger.heads AS h WHERE h.ledger = %s AND NOT EXISTS (SELECT FROM"
        " views.rebuilt AS r WHERE r.ledger = h.ledger AND h.stream BETWEEN r.first AND r.last) ORDER BY h.stream",
        [ledger],
    ).fetchall()
    first, last, entries = "", "", 0
    for stream, version in rows:
        beside = other(stream)
        if entries and (beside or entries >= CHUNK):
            yield Span(first, last, entries)
            entries = 0
        if not beside:
            first, last, entries = stream if not entries else first, stream, entries + version
    if entries:
        yield Span(first, last, entries)


def _take_over(connection: Connection, build: Build) -> int:
    """Bring the new tables up to where the old ones have come, and exchange them; the position reached."""
    reader = Reader(connection, build.ledger, LedgerMapper(TYPES))
    reached = build.target
    for attempt in range(tables.EXCHANGES):
        try:
            (size,) = connection.execute(
                "SELECT size FROM ledger.ledgers WHERE ledger = %s", [build.ledger]
            ).fetchone() or (0,)
            while reached < size:
                reached = _bring_up(connection, reader, build, reached, min(size, reached + BATCH))
            with connection.transaction():
                tables.hold(connection, build.projections)
                mark = _lock_marks(connection, build)
                while reached < mark:
                    reached = _bring_up(connection, reader, build, reached, min(mark, reached + BATCH))
                tables.exchange(connection, build.tables, build.ledger, build.number)
                connection.execute(
                    "UPDATE views.marks SET position = %s, stopped_at = NULL, reason = NULL"
                    " WHERE ledger = %s AND projection = ANY (%s)",
                    [reached, build.ledger, list(build.names)],
                )
                connection.execute("DELETE FROM views.rebuilds WHERE ledger = %s", [build.ledger])
        except psycopg.errors.LockNotAvailable:  # somebody reads: they first
            time.sleep(_PAUSE * min(attempt + 1, 20))
            reached = _reached(connection, build)
        else:
            return reached
    raise RebuildStopped("rebuild-always-read", ledger=build.ledger)


def _bring_up(connection: Connection, reader: Reader, build: Build, since: int, upto: int) -> int:
    with connection.transaction():
        tables.hold(connection, build.projections)
        replace(connection, build.ledger, build.projections, list(reader.moved(since, upto)), build.into)
        connection.execute("UPDATE views.rebuilds SET target = %s WHERE ledger = %s", [upto, build.ledger])
    return upto


def _reached(connection: Connection, build: Build) -> int:
    row = connection.execute("SELECT target FROM views.rebuilds WHERE ledger = %s", [build.ledger]).fetchone()
    assert row is not None, "it goes only with the exchange, which did not come about"
    return int(row[0])


def _lock_marks(connection: Connection, build: Build) -> int:
    """How far the read models have come that are to be replaced; nobody moves them until the end of the transaction."""
    connection.execute(
        "INSERT INTO views.marks (ledger, projection, position) SELECT %s, name, 0 FROM unnest(%s::text[]) AS name"
        " ORDER BY name ON CONFLICT DO NOTHING",
        [build.ledger, list(build.names)],
    )
    rows = connection.execute(
        "SELECT position FROM views.marks WHERE ledger = %s AND projection = ANY (%s) ORDER BY projection FOR UPDATE",
        [build.ledger, list(build.names)],
    ).fetchall()
    return max((position for (position,) in rows), default=0)
