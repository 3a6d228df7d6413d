"""Segments of a ledger followed by other processes (并行核验), each with a connection of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType
from typing import Final, Self

from ledger.postgres.connect import connect
from ledger.proof.chain import BrokenLog, Segment, segment
from ledger.sealing.source import PORTION, DatabaseSource

LENGTH: Final = 4 * PORTION
"""Entries of a segment: enough that what is handed over, a head for each stream in it, is little beside the work."""

_source: DatabaseSource


@dataclass(slots=True)
class Beside:
    """Other processes that follow segments of a ledger: a context manager. No more of them wait than are at work.

    Args:
        dsn: whose login may act as the reader.
        ledger: its id.
        processes: how many.
    """

    dsn: str
    ledger: str
    processes: int
    _pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        context = get_context("spawn")  # a fork would share the connection of whoever asks
        self._pool = ProcessPoolExecutor(self.processes, context, _begin, (self.dsn, self.ledger))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._pool is not None
        self._pool.shutdown(cancel_futures=True)

    def __call__(self, first: int, end: int) -> Iterator[Segment | None]:
        """See `ledger.audit.Segments`.

        Raises:
            DatabaseUnavailable, psycopg.OperationalError: a process lost the database.
            BrokenProcessPool: a process was killed.
        """
        assert self._pool is not None, "processes are there within the context"
        waiting: deque[Future[Segment | None]] = deque()
        for start in range(first, end, LENGTH):
            if len(waiting) > self.processes:
                yield waiting.popleft().result()
            waiting.append(self._pool.submit(_followed, start, min(start + LENGTH, end)))
        while waiting:
            yield waiting.popleft().result()


def _begin(dsn: str, ledger: str) -> None:
    global _source  # noqa: PLW0603  # a process of a pool has no other place for its connection
    _source = DatabaseSource(connect(dsn, "reader"), ledger)


def _followed(first: int, end: int) -> Segment | None:
    try:
        found = segment(_source.ledger, first, _source.rows(first, end))
    except (BrokenLog, StopIteration):
        return None
    return found if found.end == end else None
