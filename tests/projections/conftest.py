"""What the tests of the read models share: a service whose ledger holds every packaged case of one city."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from api.play import play
from api.scenario import of_regime
from api.service import Service
from api.settings import Settings
from ledger.postgres.embedded import Server

LEDGER = "cn-650200-demo"
BRANCHES = [b for s in of_regime("karamay-2022") for b in s.branches() if b.ledger == LEDGER and s.kind == "case"]
MOVES = [move for branch in BRANCHES for move in branch.moves]
CASES = len(BRANCHES) + sum(move.do == "open" and str(move.in_).startswith("case/") for move in MOVES)


@pytest.fixture(scope="session")
def service(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    dsn = make_conninfo(server.dsn, dbname="test_projections")
    with psycopg.connect(server.dsn, autocommit=True) as admin:
        admin.execute("CREATE DATABASE test_projections TEMPLATE template0")
    with Service(Settings.of({"CASELEDGER_DSN": dsn}, folder)) as running:
        running.create(LEDGER)
        results = play(BRANCHES, running.desk(LEDGER))
        assert len(results) == len(BRANCHES) > 20
        yield running
