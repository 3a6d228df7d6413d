"""Connections to the database, each in a role: what a process may do is settled when it connects.

The login of a connection string needs no rights of its own; it is a member of the roles it may take. So one string
serves the embedded server, whose login is the superuser, and a production login that may write but not migrate.
"""

from __future__ import annotations

from typing import Final, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ledger.faults import Fault

Role = Literal["owner", "writer", "reader", "projector"]

CONNECT_SECONDS: Final = 5
"""How long a server may take to answer, where the connection string says nothing else."""


_ROLE: Final = (
    "SELECT session_user, to_regrole(%(role)s) IS NOT NULL,"
    " coalesce(pg_has_role(to_regrole(%(role)s), 'MEMBER'), false)"
)


class DatabaseUnavailable(ConnectionError):  # noqa: N818  # named for the state of the database, no fault of the caller
    """The database does not answer, or went away. Nothing is wrong with what was asked: ask again later."""


class NotMigrated(Fault):
    """The database answers, and is none of ours or not yet."""


class RoleDenied(Fault):
    """The login has not the right to act in a role."""


def conninfo(dsn: str, role: Role) -> str:
    """The connection string that connects in a role, with times in UTC.

    Args:
        dsn: libpq connection string or URI; its own `options` are kept.
        role: without the prefix `caseledger_`.
    """
    given = conninfo_to_dict(dsn)
    options = f"{given.get('options') or ''} -c role=caseledger_{role} -c timezone=UTC".strip()
    return make_conninfo(dsn, options=options, connect_timeout=given.get("connect_timeout") or CONNECT_SECONDS)


def connect(dsn: str, role: Role) -> psycopg.Connection:
    """A connection in a role, in autocommit: a transaction is asked for by name (`with connection.transaction()`).

    Raises:
        DatabaseUnavailable: no server answers, or it does not let the login in.
        NotMigrated: there is no such role.
        RoleDenied: the login may not take it.
    """
    try:
        return psycopg.connect(conninfo(dsn, role), autocommit=True)
    except psycopg.errors.ConnectionTimeout as error:
        raise DatabaseUnavailable(str(error)) from error
    except psycopg.OperationalError as error:
        raise _refusal(dsn, f"caseledger_{role}") or DatabaseUnavailable(str(error)) from error


def _refusal(dsn: str, role: str) -> Fault | None:
    """Why a connection in a role was refused; None if not for the role. The server's own words are in any language."""
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
            login, there, may = connection.execute(_ROLE, {"role": role}).fetchone() or ("", True, True)
    except psycopg.Error:
        return None
    if not there:
        return NotMigrated("not-migrated")
    return None if may else RoleDenied("role-denied", login=login, role=role)


def open_ledger(dsn: str, ledger: str, clock: str) -> None:
    """Open a ledger to its first entry, once and for all; again changes nothing. For the owner's members only.

    Args:
        dsn: of a migrated database.
        ledger: 1 to 64 lower-case letters, digits and hyphens.
        clock: `simulated` if, and only if, the name ends in `-demo`; otherwise `wall`.

    Raises:
        DatabaseUnavailable: no server answers, or it does not let the login act as the owner.
        psycopg.DataError: name and clock do not go together, or the name is not one for a ledger.
    """
    with connect(dsn, "owner") as connection:
        connection.execute("SELECT ledger.open_ledger(%s, %s)", [ledger, clock])
