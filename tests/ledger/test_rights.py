"""Who may do what to the tables: the roles by right, and the owner of the tables stopped by triggers."""

from __future__ import annotations

import psycopg
import pytest

from ledger.application import LedgerApplication
from ledger.postgres.connect import Role, connect, open_ledger
from tests.ledger.office import NOON

TABLES = ("ledgers", "entries", "heads", "requests", "data_keys", "sealed_values", "law_texts", "accesses")
CHANGES = (
    "INSERT INTO ledger.{} SELECT * FROM ledger.{}",
    "UPDATE ledger.{} SET ledger = ledger",
    "DELETE FROM ledger.{}",
    "TRUNCATE ledger.{}",
)


def refusal(dsn: str, role: Role, statement: str) -> str:
    """The message with which the database refuses a statement of a role."""
    with connect(dsn, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
        connection.execute(statement)
    return str(caught.value)


@pytest.mark.parametrize("role", ["writer", "reader", "projector"])
@pytest.mark.parametrize("table", TABLES)
def test_no_role_of_the_service_may_change_a_table(dsn: str, demo: LedgerApplication, role: Role, table: str) -> None:
    for change in CHANGES:
        assert f"permission denied for table {table}" in refusal(dsn, role, change.format(table, table))


@pytest.mark.parametrize("table", TABLES)
def test_the_owner_of_the_tables_is_stopped_by_triggers(dsn: str, demo: LedgerApplication, table: str) -> None:
    for change in CHANGES:
        assert "what is recorded stays" in refusal(dsn, "owner", change.format(table, table))


def test_the_triggers_fire_for_a_superuser_too_and_in_a_replica(
    demo: LedgerApplication, admin: psycopg.Connection
) -> None:
    for setting in ("origin", "replica", "local"):
        admin.execute(f"SET session_replication_role = {setting}".encode())
        for change in CHANGES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
                admin.execute(change.format("entries", "entries").encode())


def test_a_row_is_not_changed_by_inserting_it_again(demo: LedgerApplication, dsn: str) -> None:
    assert "what is recorded stays" in refusal(
        dsn,
        "owner",
        "INSERT INTO ledger.heads SELECT * FROM ledger.heads ON CONFLICT (ledger, stream) DO UPDATE SET version = 9",
    )


@pytest.mark.parametrize("role", ["reader", "projector"])
def test_who_only_reads_sees_the_log_and_no_sealed_text(dsn: str, demo: LedgerApplication, role: Role) -> None:
    with connect(dsn, role) as connection:
        for table in ("ledgers", "entries", "heads", "law_texts"):
            connection.execute(f"SELECT * FROM ledger.{table}".encode())
    for table in ("requests", "data_keys", "sealed_values"):
        assert f"permission denied for table {table}" in refusal(dsn, role, f"SELECT * FROM ledger.{table}")


def test_only_the_writer_appends_and_only_the_owner_opens(dsn: str) -> None:
    append = "SELECT ledger.append('cn-1-demo', now(), '{}', '{}', '{}', '{}', '{}', '{}', '{}')"
    roles: tuple[Role, ...] = ("owner", "reader", "projector")
    for role in roles:
        assert "permission denied for function append" in refusal(dsn, role, append)
    roles = ("writer", "reader", "projector")
    for role in roles:
        assert "permission denied for function open_ledger" in refusal(
            dsn, role, "SELECT ledger.open_ledger('x', 'wall')"
        )
    open_ledger(dsn, "cn-opened", "wall")
    open_ledger(dsn, "cn-opened", "wall")


def test_a_login_without_a_role_has_nothing(dsn: str, admin: psycopg.Connection) -> None:
    admin.execute("CREATE ROLE nobody_in_particular NOLOGIN")
    try:
        admin.execute("SET ROLE nobody_in_particular")
        for statement in ("SELECT * FROM ledger.entries", "SELECT ledger.open_ledger('x', 'wall')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for schema ledger"):
                admin.execute(statement.encode())
    finally:
        admin.execute("RESET ROLE")
        admin.execute("DROP ROLE nobody_in_particular")


def test_a_search_path_of_the_caller_changes_nothing(dsn: str, demo: LedgerApplication) -> None:
    """The function runs with rights of its own, so it must look up every name where it was meant."""
    with connect(dsn, "writer") as connection, connection.transaction(force_rollback=True):
        connection.execute("CREATE TEMP TABLE stolen (entry bytea)")
        connection.execute("CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT ''x''::bytea'")
        connection.execute("SET LOCAL search_path = pg_temp, pg_catalog")
        row = connection.execute(
            "SELECT outcome, length(leaves[1]) FROM ledger.append(%s, %s, '{k}', '{d}', '{1}', '{case/1}', '{0}',"
            " '{a.b/1}', ARRAY['{}'])",
            [demo.ledger, NOON],
        ).fetchone()
    assert row == ("appended", 32)
