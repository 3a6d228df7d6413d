"""What every room's tests share: one PostgreSQL server for the session, fresh databases, and how long Hypothesis looks.

CASELEDGER_PG chooses the server (`machine`, `wheel` or a folder of programs), HYPOTHESIS_PROFILE how long properties
are tried (`default` or `soak`), CASELEDGER_SOAK_EXAMPLES on how many examples the soak tries them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg.conninfo import make_conninfo

from ledger.postgres.embedded import Server

# The same examples every time, so that a failure is the fault of the change at hand; the soak looks for new ones.
settings.register_profile("default", derandomize=True, database=None, deadline=None, max_examples=100)
EXAMPLES = int(os.environ.get("CASELEDGER_SOAK_EXAMPLES", "5000"))
settings.register_profile("soak", database=None, deadline=None, max_examples=EXAMPLES, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

NewDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests, in a folder of its own: pytest's `tmp_path` is closed to all but the user, and root's
    server runs as another."""
    with tempfile.TemporaryDirectory(prefix="caseledger-") as folder, Server(Path(folder), fsync=False) as running:
        yield running


@pytest.fixture
def new_database(server: Server) -> Iterator[NewDatabase]:
    """A function that makes an empty database and returns its connection string; gone when the test ends."""
    with _databases(server) as new:
        yield new


@pytest.fixture(scope="module")
def new_module_database(server: Server) -> Iterator[NewDatabase]:
    """The same for databases that all tests of a module share."""
    with _databases(server) as new:
        yield new


_NUMBERS = count(1)


@contextmanager
def _databases(server: Server) -> Iterator[NewDatabase]:
    made: list[str] = []
    with psycopg.connect(server.dsn, autocommit=True) as admin:

        def new() -> str:
            made.append(f"test_{next(_NUMBERS)}")
            admin.execute(f"CREATE DATABASE {made[-1]} TEMPLATE template0".encode())
            return make_conninfo(server.dsn, dbname=made[-1])

        yield new
        for name in made:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
