"""The library's connection pool, in a role, for a database that may go away and come back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.numeric import Int8BinaryDumper
from psycopg_pool import PoolClosed

from ledger.postgres.connect import DatabaseUnavailable, Role, conninfo

T = TypeVar("T")

PATIENCE: Final = 5.0
"""How long to go on asking a database that does not answer, in seconds."""


class LedgerDatastore(PostgresDatastore):
    """A pool of connections in autocommit.

    Args:
        dsn: libpq connection string.
        role: of every connection.
        pool_size: at most so many connections at once. One is kept open, and as long as it does for everybody it is the
            only one: a server process that is always asked answers a fifth faster than several that take turns.
        patience: seconds until a database that does not answer is reported.
    """

    def __init__(self, dsn: str, role: Role, *, pool_size: int = 8, patience: float = PATIENCE) -> None:
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            connect_timeout=patience,
            idle_in_transaction_session_timeout=5,
            pool_size=1,
            max_overflow=pool_size - 1,
            originator_id_type="text",
        )
        self.patience = patience
        self.pool.conninfo = conninfo(dsn, role)
        self.pool.kwargs = {"row_factory": dict_row}
        # Once connecting fails for this long the pool forgets the connection and makes a new one when asked, instead
        # of waiting longer after every failure: a database that is back is used at once.
        self.pool.reconnect_timeout = 0.5
        # Whoever waits for a connection meanwhile asks again as well: the pool makes none for those it let down before.
        self.pool.timeout = min(0.5, patience)

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """What is done to a new connection: whole numbers go as bigint, so that a statement is prepared once."""
        configure = super().after_connect_func()

        def after_connect(connection: Connection[Any]) -> None:
            configure(connection)
            connection.adapters.register_dumper(int, Int8BinaryDumper)

        return after_connect

    def register_type_adapters(self) -> None:
        """Nothing: our SQL has no composite parameters, and no connection is made before there is something to ask."""

    def persistently(self, work: Callable[[Connection[Any]], T]) -> T:
        """Do some work on a connection; where the connection is lost, do it again on another.

        So the work must be such that doing it twice is doing it once: reading, or appending under idempotency keys.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        until = time.monotonic() + self.patience
        while True:
            try:
                with self.get_connection() as connection:
                    return work(connection)
            except (InterfaceError, OperationalError) as error:
                if time.monotonic() >= until or isinstance(error.__cause__, PoolClosed):
                    raise DatabaseUnavailable(str(error)) from error
                time.sleep(0.05)
