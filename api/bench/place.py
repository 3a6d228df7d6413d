"""Where it is measured: a database of its own, on the configured server or an embedded one, gone when it is done."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.service import Service
from api.settings import Settings


@contextmanager
def place(settings: Settings) -> Iterator[Service]:
    """A service of its own: fresh database, fresh keys. Nothing of the installation is touched.

    Raises:
        ServerError, psycopg.Error: there is no server, or its login may not make a database.
    """
    with tempfile.TemporaryDirectory(prefix="caseledger-bench-") as folder, _database(settings.dsn) as dsn:
        data = Path(folder)
        with Service(replace(settings, data=data, dsn=dsn, master_key=data / "master.key")) as service:
            yield service


@contextmanager
def _database(dsn: str | None) -> Iterator[str | None]:
    """A database on that server; with no server named the embedded one has nothing else in it anyway."""
    if dsn is None:
        yield None
        return
    database = f"caseledger_bench_{secrets.token_hex(6)}"
    name = sql.Identifier(database)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(name))
    try:
        yield make_conninfo(dsn, dbname=database)
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
