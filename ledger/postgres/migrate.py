"""Migrations: the database's schema, made and moved forward by Alembic from plain SQL files, for ever additive."""

from __future__ import annotations

from importlib.resources import files
from threading import Lock
from typing import Final

import psycopg

from ledger.postgres.connect import CONNECT_SECONDS, DatabaseUnavailable

LOCK: Final = 0x63617365
"""Advisory lock of whoever migrates a database; the number spells "case"."""

NEWEST: Final = "0005"
"""The revision that this program is written for."""

_ONE_AT_A_TIME: Final = Lock()
"""Alembic keeps its context in globals, so the threads of a process must wait for each other."""


def upgrade(dsn: str, to: str = NEWEST) -> None:
    """Bring the schema to a revision, in one transaction; whoever comes second waits, and finds nothing to do.

    Args:
        dsn: of the superuser; or of the database's owner, who may create roles or is a member of `caseledger_owner`,
            `caseledger_pen` and `caseledger_projector`. Where nothing is to be done, any login that may read will do.
        to: a revision.

    Raises:
        DatabaseUnavailable: no server answers.
        psycopg.Error: the login may not do this, or the database is not in UTF8.
    """
    if current(dsn) == to:
        return
    from alembic import command  # noqa: PLC0415  # a third of a second, for what is done once
    from alembic.config import Config  # noqa: PLC0415  # see above
    from sqlalchemy import create_engine  # noqa: PLC0415  # see above
    from sqlalchemy.pool import NullPool  # noqa: PLC0415  # see above

    with _ONE_AT_A_TIME, _connect(dsn) as connection:
        # The lock goes with the connection, which SQLAlchemy closes; it rolls back before it begins.
        connection.autocommit = True
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        connection.execute("CREATE SCHEMA IF NOT EXISTS ledger")  # for Alembic's own table
        connection.autocommit = False
        engine = create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=NullPool)
        config = Config()
        config.set_main_option("script_location", str(files("ledger.postgres") / "migrations"))
        with engine.connect() as config.attributes["connection"]:
            command.upgrade(config, to)


def current(dsn: str) -> str | None:
    """The schema's revision, None where there is no schema.

    Raises:
        DatabaseUnavailable: no server answers.
    """
    with _connect(dsn) as connection:
        found = connection.execute("SELECT to_regclass('ledger.alembic_version')::text").fetchone()
        if found == (None,):
            return None
        row = connection.execute("SELECT version_num FROM ledger.alembic_version").fetchone()
    return row[0] if row else None


def _connect(dsn: str) -> psycopg.Connection:
    try:
        return psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(str(error)) from error
