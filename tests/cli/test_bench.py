"""Measuring at the command line: what the figures say, and that nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from api.bench.figures import figure, in_turn
from ledger.postgres.embedded import Server
from tests.cli.terminal import caseledger


@pytest.mark.parametrize("where", ["embedded", "configured"])
def test_verification_is_measured_beside_reading_and_nothing_stays(where: str, data: Path, tmp_path: Path) -> None:
    with Server(data / "postgres") as server, psycopg.connect(server.dsn, autocommit=True) as there:
        databases = there.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()
        settings = {"DSN": server.dsn} if where == "configured" else {}
        said = caseledger(
            "bench", "verify", "--events", "150", "--rounds", "2", "--json", "--data", tmp_path / "none", **settings
        ).json
        assert there.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall() == databases
    assert not (tmp_path / "none").exists()
    assert {"cpus", "python", "postgresql", "fsync", "synchronous_commit"} <= said["machine"].keys()
    speed, alone, memory = said["figures"]
    assert [each["name"].partition("=")[0] for each in (speed, alone)] == ["verify/processes"] * 2
    assert alone["name"] == "verify/processes=1"
    assert (speed["unit"], speed["limit"], speed["rounds"]) == ("entries/s", "raw binary SELECT", 2)
    assert speed["ratio"] == pytest.approx(speed["value"] / speed["limit_value"])
    assert speed["min"] <= speed["value"] <= speed["max"]
    assert (memory["name"], memory["unit"]) == ("verify/memory", "KiB")
    assert memory["value"] > 10_000


def test_what_is_compared_is_done_in_turn_and_the_first_round_does_not_count() -> None:
    done: list[str] = []
    rates = in_turn(3, 10, lambda: done.append("raw"), lambda: done.append("ours"))
    assert done == ["raw", "ours"] * 4
    assert [len(each) for each in rates] == [3, 3]


def test_a_figure_is_the_median_beside_the_median() -> None:
    made = figure("verify", "entries/s", "raw", [30.0, 10.0, 20.0], [40.0, 50.0, 45.0])
    assert (made.value, made.min, made.max, made.limit_value, made.rounds) == (20.0, 10.0, 30.0, 45.0, 3)
    assert made.ratio == 20 / 45
