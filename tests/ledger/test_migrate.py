"""From an empty database to the newest schema, by one or by many at once."""

from __future__ import annotations

import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from ledger.postgres.connect import DatabaseUnavailable, connect
from ledger.postgres.embedded import Server
from ledger.postgres.migrate import NEWEST, current, upgrade
from tests.conftest import NewDatabase


def test_the_newest_schema_is_the_last_file_of_migrations() -> None:
    folder = files("ledger.postgres.migrations") / "sql"
    assert max(file.name[:4] for file in folder.iterdir() if ".sql" in file.name) == NEWEST


def test_a_login_that_may_not_migrate_finds_nothing_to_do_in_the_newest_schema(new_database: NewDatabase) -> None:
    dsn = new_database()
    upgrade(dsn)
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("CREATE ROLE house_writer LOGIN IN ROLE caseledger_writer")
        try:
            upgrade(make_conninfo(dsn, user="house_writer"))
        finally:
            admin.execute("DROP ROLE house_writer")


def test_an_empty_database_is_brought_to_the_newest_schema(new_database: NewDatabase) -> None:
    dsn = new_database()
    assert current(dsn) is None
    upgrade(dsn)
    assert current(dsn) == NEWEST
    upgrade(dsn)
    assert current(dsn) == NEWEST
    with connect(dsn, "reader") as connection:
        assert connection.execute("SELECT count(*) FROM ledger.entries").fetchone() == (0,)


def test_two_who_migrate_at_once_do_not_collide(new_database: NewDatabase) -> None:
    dsn = new_database()
    spawn = multiprocessing.get_context("spawn")
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2, spawn) as processes:
        for done in [pool.submit(upgrade, dsn) for pool in (threads, processes, threads, processes)]:
            done.result()
    assert current(dsn) == NEWEST


def test_a_database_is_migrated_by_its_owner_without_a_superuser(new_database: NewDatabase) -> None:
    dsn = new_database()
    upgrade(dsn)  # so that the roles exist
    other = new_database()
    name = other.split("dbname=")[1].split()[0]
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("CREATE ROLE house_owner LOGIN")
        try:
            admin.execute("GRANT caseledger_owner, caseledger_pen, caseledger_projector TO house_owner")
            admin.execute(f"ALTER DATABASE {name} OWNER TO house_owner".encode())
            upgrade(make_conninfo(other, user="house_owner"))
            assert current(other) == NEWEST
        finally:
            admin.execute(f"ALTER DATABASE {name} OWNER TO CURRENT_USER".encode())
            with psycopg.connect(other, autocommit=True) as inside:
                inside.execute("REASSIGN OWNED BY house_owner TO CURRENT_USER")
                inside.execute("DROP OWNED BY house_owner")
            admin.execute("DROP ROLE house_owner")


def test_a_database_is_migrated_by_an_owner_who_makes_the_roles_itself() -> None:
    with tempfile.TemporaryDirectory(prefix="caseledger-") as folder, Server(Path(folder), fsync=False) as fresh:
        with psycopg.connect(fresh.dsn, autocommit=True) as admin:
            admin.execute("CREATE ROLE house_owner LOGIN CREATEROLE")
            admin.execute("CREATE DATABASE house OWNER house_owner TEMPLATE template0")
        dsn = make_conninfo(fresh.dsn, dbname="house", user="house_owner")
        upgrade(dsn)
        assert current(dsn) == NEWEST
        with psycopg.connect(dsn) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("SET ROLE caseledger_pen")


def test_a_database_in_another_encoding_is_refused(new_database: NewDatabase) -> None:
    dsn = new_database()
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("CREATE DATABASE in_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        try:
            with pytest.raises(psycopg.Error, match="needs a database in UTF8"):
                upgrade(make_conninfo(dsn, dbname="in_latin1"))
            assert current(make_conninfo(dsn, dbname="in_latin1")) is None
        finally:
            admin.execute("DROP DATABASE in_latin1 WITH (FORCE)")


def test_a_server_that_does_not_answer_is_said_to_be_unavailable() -> None:
    for ask in (upgrade, current):
        with pytest.raises(DatabaseUnavailable):
            ask("host=127.0.0.1 port=1 user=nobody dbname=nothing")
