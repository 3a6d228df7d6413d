"""Making read models anew: every file folded, its rows copied and indexed, beside reading the same entries."""

from __future__ import annotations

import os
from functools import partial
from typing import Any, Final

import psycopg

from api.bench.figures import Figure, figure, in_turn
from ledger.postgres.connect import connect
from projections.rebuild import Rebuilder
from projections.rooms import ROOMS

RAW: Final = "raw binary SELECT"
_ENTRIES: Final = "SELECT entry FROM ledger.entries WHERE ledger = %s ORDER BY position"


def rebuild(dsn: str, ledger: str, rounds: int) -> list[Figure]:
    """Measure the rebuild of each read model by itself, and of all together.

    Args:
        dsn: of its database.
        ledger: its id.
        rounds: how often each is done, in turn.

    Returns:
        Entries a second, for each read model and for all.

    Raises:
        RebuildStopped: an entry cannot be read.
        DatabaseUnavailable: no server answers.
    """
    names = [room.name for room in ROOMS]
    with connect(dsn, "reader") as connection, Rebuilder(dsn, os.cpu_count() or 1) as processes:
        (size,) = connection.execute("SELECT size FROM ledger.ledgers WHERE ledger = %s", [ledger]).fetchone() or (0,)
        rates = in_turn(
            rounds,
            size,
            partial(read, connection, ledger),
            *(partial(processes.rebuild, ledger, [name], _untold) for name in names),
            partial(processes.rebuild, ledger, names, _untold),
        )
    raw, *made = rates
    return [
        figure(f"rebuild/{name}", "entries/s", RAW, each, raw) for name, each in zip([*names, "all"], made, strict=True)
    ]


def read(connection: psycopg.Connection[Any], ledger: str) -> None:
    """Read every entry of a ledger, in order, in binary, a part at a time."""
    with connection.transaction(), connection.cursor("bench", binary=True) as cursor:
        cursor.itersize = 10_000
        cursor.execute(_ENTRIES, [ledger])
        for _ in cursor:
            pass


def _untold(_: int, __: int) -> None:
    """Progress is nobody's matter here."""
