"""What the tests of the ledger share: a migrated database for a module, and ledgers in it that are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count

import psycopg
import pytest

from ledger.application import LedgerApplication
from ledger.postgres.connect import open_ledger
from ledger.postgres.migrate import upgrade
from ledger.requests import Appended
from tests.conftest import NewDatabase
from tests.ledger.office import MAPPER, NOON, opening

NewLedger = Callable[[str], LedgerApplication]
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def dsn(new_module_database: NewDatabase) -> str:
    """The superuser's connection string of a migrated database."""
    made = new_module_database()
    upgrade(made)
    return made


@pytest.fixture
def admin(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def new_ledger(dsn: str) -> Iterator[NewLedger]:
    """A function that opens a ledger with a clock, `wall` or `simulated`, and writes its entry 0."""
    with ExitStack() as stack:

        def new(clock: str) -> LedgerApplication:
            ledger = f"cn-{next(_NUMBERS)}" + ("-demo" if clock == "simulated" else "")
            open_ledger(dsn, ledger, clock)
            application = stack.enter_context(LedgerApplication(dsn, ledger, MAPPER))
            now = NOON if clock == "simulated" else datetime.now(UTC)
            assert isinstance(application.append([opening(clock)], now)[0], Appended)
            return application

        yield new


@pytest.fixture
def demo(new_ledger: NewLedger) -> LedgerApplication:
    """A ledger with simulated time, opened at noon (UTC 04:00) of 2024-02-05; its next position is 1."""
    return new_ledger("simulated")
