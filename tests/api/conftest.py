"""What the tests of the ways in share: one running service on one database, and ledgers in it with law adopted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient

from api.http.app import create_app
from api.play import found
from api.service import Service
from api.settings import Settings
from ledger.postgres.embedded import Server
from tests.api.office import KARAMAY, MASTER, Clerk, sources

NewClerk = Callable[[], Clerk]
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def dsn(server: Server) -> Iterator[str]:
    """The superuser's connection string of the database that the tests of the ways in share."""
    with psycopg.connect(server.dsn, autocommit=True) as admin:
        admin.execute("CREATE DATABASE test_api TEMPLATE template0")
        yield make_conninfo(server.dsn, dbname="test_api")
        admin.execute("DROP DATABASE test_api WITH (FORCE)")


@pytest.fixture(scope="session")
def service(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(dsn, tmp_path_factory.mktemp("service")) as made:
        yield made


@contextmanager
def running(dsn: str, folder: Path) -> Iterator[Service]:
    """A service on a database, its time, chance and master key those of the tests."""
    key = folder / "master.key"
    key.touch(0o600)
    key.write_bytes(MASTER)
    with Service(
        Settings.of({"CASELEDGER_DSN": dsn, "CASELEDGER_MASTER_KEY_FILE": str(key)}, folder), sources()
    ) as made:
        yield made


@pytest.fixture(scope="session")
def client(service: Service) -> TestClient:
    return TestClient(create_app(service))


@pytest.fixture(scope="session")
def new_clerk(service: Service, client: TestClient) -> NewClerk:
    """A function that opens a simulated ledger under the law of January 2024, and gives it a clerk."""

    def new() -> Clerk:
        ledger = f"cn-{next(_NUMBERS)}-demo"
        service.create(ledger)
        found(service.desk(ledger), date(2024, 1, 8), [KARAMAY])
        return Clerk(client, ledger)

    return new


@pytest.fixture(scope="module")
def clerk(new_clerk: NewClerk) -> Clerk:
    """A clerk with a ledger that the tests of a module share, each with cases of its own."""
    return new_clerk()


@pytest.fixture
def case(clerk: Clerk) -> str:
    """A case at version 2, with an act registered."""
    return clerk.new_case("act")


@pytest.fixture(scope="session")
def admin(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection
