"""A ledger written under the previous schema goes on under the newest one, every entry as it was."""

from __future__ import annotations

import psycopg

from ledger.application import LedgerApplication
from ledger.postgres.connect import open_ledger
from ledger.postgres.migrate import current, upgrade
from tests.conftest import NewDatabase
from tests.ledger.office import MAPPER, NOON, item, opening, request


def rows(dsn: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT * FROM ledger.entries ORDER BY ledger, position").fetchall()


def test_a_ledger_of_the_previous_version_goes_on_under_the_newest(new_database: NewDatabase) -> None:
    dsn = new_database()
    upgrade(dsn, to="0001")
    open_ledger(dsn, "cn-000000-demo", "simulated")
    with LedgerApplication(dsn, "cn-000000-demo", MAPPER) as log:
        log.append([opening("simulated"), request(item("case/1", 0))], NOON)
    before = rows(dsn)
    upgrade(dsn)
    assert current(dsn) != "0001"
    assert rows(dsn) == before
    with LedgerApplication(dsn, "cn-000000-demo", MAPPER) as log:
        log.append([request(item("case/1", 1))], NOON)
        assert [entry.originator_version for entry in log.read("case/1")] == [1, 2]
