"""When the database is away every way in says so, nothing is half written, and work goes on when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from starlette.testclient import TestClient

from api.http.app import create_app
from api.play import found
from api.service import Service
from api.settings import Settings
from api.tending import POLL, tended
from ledger.postgres.connect import DatabaseUnavailable
from ledger.postgres.embedded import Server
from tests.api.conftest import running
from tests.api.office import KARAMAY, OPENING, Clerk, problem, written
from tests.conftest import NewDatabase

LEDGER = "cn-000000-demo"


@contextmanager
def away(server: Server, dsn: str) -> Iterator[None]:
    """The database lets nobody in, and throws out who is there."""
    name = str(conninfo_to_dict(dsn)["dbname"])
    with psycopg.connect(server.dsn, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


def test_a_database_that_is_away_is_a_problem_and_a_step_asked_again_is_recorded_once(
    server: Server, new_database: NewDatabase, tmp_path: Path
) -> None:
    dsn = new_database()
    with running(dsn, tmp_path) as service:
        service.create(LEDGER)
        found(service.desk(LEDGER), date(2024, 1, 8), [KARAMAY])
        clerk = Clerk(TestClient(create_app(service)), LEDGER)
        case = clerk.new_case("act")
        with psycopg.connect(dsn, autocommit=True) as admin:
            before = written(admin, LEDGER)

        with tended(service), away(server, dsn), ThreadPoolExecutor(9) as threads:
            asked = [
                threads.submit(clerk.step, case, "assign-handlers", 2, key="again", persons=["person-a"]),
                threads.submit(clerk.post, "/cases", dict(OPENING)),
                threads.submit(clerk.get, f"/cases/{case}"),
                threads.submit(clerk.get, f"/cases/{case}/history"),
                threads.submit(clerk.get, "/cases"),
                threads.submit(clerk.get, "/deadlines"),
                threads.submit(clerk.client.get, "/api/v1/ledgers"),
                threads.submit(clerk.client.get, f"/ledgers/{LEDGER}"),
                threads.submit(clerk.client.get, f"/ledgers/{LEDGER}/cases/{case}"),
            ]
            for awaited in asked:
                said = problem(awaited.result(), 503, "database-down")
                assert "psycopg" not in str(said)
                assert LEDGER not in str(said)

        with psycopg.connect(dsn, autocommit=True) as admin:
            assert written(admin, LEDGER) == before
        with tended(service):
            answer = clerk.step(case, "assign-handlers", 2, key="again", persons=["person-a"])
            assert (answer.status_code, answer.json()["replayed"]) == (201, False)
            until = monotonic() + 20 * POLL
            while (rows := clerk.get("/cases").json()) == [] or rows[0]["version"] != 3:
                assert monotonic() < until
                sleep(POLL / 5)
        again = clerk.step(case, "assign-handlers", 2, key="again", persons=["person-a"])
        assert again.json() == {**answer.json(), "replayed": True}


def test_a_connection_that_was_lost_meanwhile_is_nobodys_error(clerk: Clerk, admin: psycopg.Connection) -> None:
    case = clerk.new_case("act")
    for version in (2, 3):
        admin.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert clerk.get("/cases").status_code == 200
        assert clerk.shown(case)["version"] == version
        assert clerk.step(case, "hear-statement", version, by="person-a").status_code == 201


def test_a_service_does_not_start_without_its_database(tmp_path: Path) -> None:
    dead = make_conninfo("", host="127.0.0.1", port=9, dbname="nothing", user="nobody", connect_timeout=2)
    with pytest.raises(DatabaseUnavailable), Service(Settings.of({"CASELEDGER_DSN": dead}, tmp_path)):
        pass
