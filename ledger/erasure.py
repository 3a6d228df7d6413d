"""Erasure (依法删除): the entry that says so comes, and the keys and texts go, in one transaction.

Only the owner's members may do it: the service appends and reads, and can destroy nothing.
"""

from __future__ import annotations

from datetime import datetime

import psycopg
from psycopg.rows import tuple_row

from ledger import wire
from ledger.postgres.connect import DatabaseUnavailable, connect
from ledger.requests import Erasure, Outcome, Request


def erase(dsn: str, ledger: str, request: Request, erasure: Erasure, now: datetime) -> Outcome:
    """Record an erasure and perform it.

    Args:
        dsn: libpq connection string whose login may act as the owner.
        ledger: the ledger's id.
        request: of one item, the `ledger.erasure-performed` on stream `ledger`.
        erasure: what becomes of every sealed text of the subject.
        now: the caller's clock; in a simulated ledger it is the clock.

    Returns:
        `Appended` when it is durable; `Stale` with the subject as its stream when what `erasure` tells is not what is
        there, and otherwise as `LedgerRecorder.append`. Whatever is not appended has destroyed nothing.

    Raises:
        DatabaseUnavailable: no server answers, or it does not let the login act as the owner. It may have been done:
            asking again under the same key tells.
    """
    params = [ledger, now, *wire.erasure(request, erasure)]
    try:
        with connect(dsn, "owner") as connection, connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            ((outcome, *answer),) = cursor.execute(wire.ERASE, params).fetchall()
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(str(error)) from error
    return wire.outcome(outcome, *answer)
