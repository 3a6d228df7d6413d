"""The tables of the read models: made and thrown away by version, a part of each for every ledger, exchanged whole.

Each ledger's rows lie in a table of their own, attached to the one that queries name. So rows can be made anew beside
those that are read, and take their place in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from importlib.resources import files
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.types.json import Json

from ledger.faults import Fault
from projections.room import Projection

SCHEMA: Final = "views"
_LOCK: Final = 0x726F6F6D
"""Advisory lock of whoever makes tables; the number spells "room"."""
_IMPATIENCE: Final = "900ms"
"""How long an exchange waits for readers before it lets them pass and tries again: less than what the server takes to
see a deadlock, so that it is never a reader who loses one."""
EXCHANGES: Final = 200

Connection = psycopg.Connection[Any]


class NewerRoom(Fault):
    """The tables are of a version that this program is too old for."""


def prepare(connection: Connection, projections: Sequence[Projection]) -> None:
    """Make the tables of read models that are not there, or are of an earlier version; their rows start from nothing.

    Args:
        connection: of the projecting role, in autocommit.
        projections: all that this program knows.

    Raises:
        NewerRoom: a newer program has made tables that this one cannot fill.
    """
    if _versions(connection) == {each.name: each.version for each in projections}:
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute("SELECT FROM views.rooms ORDER BY projection FOR UPDATE")  # see `held`
        there = _versions(connection)
        for each in projections:
            if there.get(each.name, 0) > each.version:
                raise NewerRoom("newer-room", name=each.name, version=there[each.name], own=each.version)
            if there.get(each.name) != each.version:
                _make(connection, each)


def held(connection: Connection, projections: Iterable[Projection]) -> list[str]:
    """The read models whose tables are of this program's version, and stay so until the end of the transaction.

    Whoever puts rows into tables asks this before any other lock. A program of another version may have made them anew
    meanwhile: rows of this one would stand among them as if they were theirs.
    """
    own = {each.name: each.version for each in projections}
    rows = connection.execute(
        "SELECT projection FROM views.rooms WHERE projection = ANY (%s) AND version = (%s::jsonb ->> projection)::int"
        " ORDER BY projection FOR SHARE",
        [list(own), Json(own)],
    ).fetchall()
    return [name for (name,) in rows]


def hold(connection: Connection, projections: Sequence[Projection]) -> None:
    """The same for whoever needs all of them.

    Raises:
        NewerRoom: another program has made tables that this one cannot fill.
    """
    names = held(connection, projections)
    for each in projections:
        if each.name not in names:
            raise NewerRoom(
                "newer-room", name=each.name, version=_versions(connection).get(each.name, 0), own=each.version
            )


def _versions(connection: Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT projection, version FROM views.rooms").fetchall())


def _make(connection: Connection, projection: Projection) -> None:
    discard_builds(connection, projection=projection.name)
    row = connection.execute("SELECT tables FROM views.rooms WHERE projection = %s", [projection.name]).fetchone()
    for table in row[0] if row else ():
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(SCHEMA, table)))
    connection.execute(files(f"projections.{projection.name}").joinpath("table.sql").read_bytes())
    for table in projection.tables:
        grant = "GRANT SELECT ON {} TO caseledger_reader, caseledger_writer"
        connection.execute(sql.SQL(grant).format(sql.Identifier(SCHEMA, table)))
    connection.execute("DELETE FROM views.marks WHERE projection = %s", [projection.name])
    connection.execute(
        "INSERT INTO views.rooms (projection, version, tables) VALUES (%s, %s, %s) ON CONFLICT (projection)"
        " DO UPDATE SET version = excluded.version, tables = excluded.tables",
        [projection.name, projection.version, list(projection.tables)],
    )


# --- the part of a ledger -----------------------------------------------------------------------------------------


def whole(table: str) -> sql.Identifier:
    """A table with the rows of all ledgers."""
    return sql.Identifier(SCHEMA, table)


def part(table: str, ledger: str, build: int) -> sql.Identifier:
    """The table that holds the rows of one ledger, as one build has made them; 0 where they were kept up from none."""
    return sql.Identifier(SCHEMA, f"{table}~{blake2b(ledger.encode(), digest_size=8).hexdigest()}~{build}")


def make_part(connection: Connection, table: str, ledger: str) -> None:
    """Make the empty part of a ledger, and attach it. To be done once, under a lock that keeps others from doing it."""
    name = part(table, ledger, 0)
    connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(name, whole(table)))
    _attach(connection, table, name, ledger)


def make_bare(connection: Connection, table: str, ledger: str, build: int) -> None:
    """Make the table that a build fills: with no index yet, and attached to nothing."""
    name = part(table, ledger, build)
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
    connection.execute(sql.SQL("CREATE TABLE {} (LIKE {})").format(name, whole(table)))


def discard_builds(connection: Connection, projection: str | None = None, ledger: str | None = None) -> None:
    """Give up what is being made of a read model, with others that are made together with it, or of a ledger."""
    builds = connection.execute(
        "WITH gone AS (DELETE FROM views.rebuilds WHERE %(projection)s = ANY (projections) OR ledger = %(ledger)s"
        " RETURNING ledger, build, projections)"
        " SELECT ledger, build, tables FROM gone JOIN views.rooms AS r ON r.projection = ANY (gone.projections)",
        {"projection": projection, "ledger": ledger},
    ).fetchall()
    for made_of, build, made in builds:
        for table in made:
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(part(table, made_of, build)))


def finish(connection: Connection, table: str, ledger: str, build: int) -> None:
    """Give a table that was filled its key and its indexes.

    In the transaction of the caller: an interrupted build has all of it or nothing.
    """
    name = part(table, ledger, build)
    if _keys(connection, name):
        return
    [key] = _keys(connection, whole(table))
    mine = sql.SQL("CHECK (ledger = {})").format(sql.Literal(ledger))
    connection.execute(sql.SQL("ALTER TABLE {} ADD {}, ADD {}").format(name, sql.SQL(key), mine))
    made = connection.execute(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass AND NOT indisprimary",
        [whole(table).as_string()],
    ).fetchall()
    for (definition,) in made:
        _, _, how = definition.partition(" USING ")
        connection.execute(sql.SQL("CREATE INDEX ON {} USING {}").format(name, sql.SQL(how)))


def settle(connection: Connection, table: str, ledger: str, build: int) -> None:
    """Give it what the planner goes by, so that whoever reads it first is answered as quickly as everybody after.

    Without the map of what is visible to all, which only a vacuum draws, counting by an index looks at every row too.
    """
    connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(part(table, ledger, build)))


def _keys(connection: Connection, name: sql.Identifier) -> list[str]:
    query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'"
    return [definition for (definition,) in connection.execute(query, [name.as_string()])]


def exchange(connection: Connection, tables: Sequence[str], ledger: str, build: int) -> None:
    """Put what a build has made in the place of what is read, inside the caller's transaction.

    Raises:
        psycopg.errors.LockNotAvailable: somebody reads for too long; to be tried again.
    """
    connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(_IMPATIENCE)))
    for table in tables:
        for (old,) in _attached(connection, table, ledger):
            name = sql.Identifier(SCHEMA, old)
            connection.execute(sql.SQL("ALTER TABLE {} DETACH PARTITION {}").format(whole(table), name))
            connection.execute(sql.SQL("DROP TABLE {}").format(name))
        _attach(connection, table, part(table, ledger, build), ledger)


def _attach(connection: Connection, table: str, name: sql.Identifier, ledger: str) -> None:
    statement = sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES IN ({})")
    connection.execute(statement.format(whole(table), name, sql.Literal(ledger)))


def _attached(connection: Connection, table: str, ledger: str) -> list[tuple[str]]:
    return connection.execute(
        "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = %s::regclass"
        " AND pg_get_expr(c.relpartbound, c.oid) = format('FOR VALUES IN (%%L)', %s::text)",
        [whole(table).as_string(), ledger],
    ).fetchall()
