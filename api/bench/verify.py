"""Verification of a whole ledger: leaf, tree, chain, position, time and columns, beside reading the same rows.

What is read is read alike: the same columns, in binary, in the same portions, over the same connection.
"""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg

from api.bench.figures import Figure, figure, in_turn
from ledger.audit import Progress, Segments, Signed, audit
from ledger.postgres.connect import connect
from ledger.proof.chain import Chain
from ledger.sealing.beside import Beside
from ledger.sealing.source import DatabaseSource

RAW: Final = "raw binary SELECT"


def verify(dsn: str, ledger: str, rounds: int) -> list[Figure]:
    """Measure the audit of a ledger.

    Args:
        dsn: of its database.
        ledger: its id.
        rounds: how often each is done, in turn.

    Returns:
        Entries verified a second, and the most memory that a process verifying them takes.

    Raises:
        Wrong: an entry does not hold.
        DatabaseUnavailable: no server answers.
    """
    processes = os.cpu_count() or 1
    with connect(dsn, "reader") as connection, Beside(dsn, ledger, processes) as beside:
        size = DatabaseSource(connection, ledger).size()
        raw, alone, together = in_turn(
            rounds,
            size,
            lambda: _read(connection, ledger),
            lambda: _audited(connection, ledger),
            lambda: _audited(connection, ledger, beside),
        )
    peaks = [_peak(work, dsn, ledger) for work in (_read, _audited)]
    return [
        figure(f"verify/processes={processes}", "entries/s", RAW, together, raw),
        figure("verify/processes=1", "entries/s", RAW, alone, raw),
        figure("verify/memory", "KiB", RAW, [peaks[1]], [peaks[0]]),
    ]


def _read(connection: psycopg.Connection[Any], ledger: str) -> None:
    source = DatabaseSource(connection, ledger)
    for _ in source.rows(0, source.size()):
        pass


def _audited(connection: psycopg.Connection[Any], ledger: str, segments: Segments | None = None) -> None:
    source = DatabaseSource(connection, ledger)
    audit(source, None, Signed(), Progress(Chain(ledger)), lambda *_: None, segments)


def _peak(work: Callable[[psycopg.Connection[Any], str], None], dsn: str, ledger: str) -> float:
    """The most memory of a process that does it and nothing else, in KiB."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_alone, args=(work, dsn, ledger, there), daemon=True)
    process.start()
    there.close()
    peak: float = here.recv()
    process.join()
    return peak


def _alone(work: Callable[[psycopg.Connection[Any], str], None], dsn: str, ledger: str, to: Any) -> None:
    with connect(dsn, "reader") as connection:
        work(connection, ledger)
    status = Path("/proc/self/status").read_text(
        "ascii"
    )  # getrusage would tell the peak of the parent, if it is higher
    to.send(float(re.findall(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)[0]))
