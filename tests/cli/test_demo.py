"""`demo` and `serve`: what somebody sees who has just unpacked the thing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
from pathlib import Path
from time import sleep

import psycopg

from api.scenario import Branch, of_regime
from domain.regime.loader import packaged
from tests.cli.terminal import COMMAND, Said, caseledger, environment, serving
from tests.conftest import NewDatabase

CASE = "b-the-whole-way.as-shipped"


def samples() -> list[Branch]:
    return [branch for id_ in packaged() for scenario in of_regime(id_) for branch in scenario.branches()]


def test_the_demonstration_plays_every_sample_case_as_its_scenario_expects(played: Said) -> None:
    cases = {branch.id for branch in samples()}
    assert played.code == 0, played.err
    assert {line.split()[1] for line in played.out.splitlines()} == cases
    assert "✗" not in played.out


def test_a_second_demonstration_keeps_the_cases_of_the_first(data: Path) -> None:
    before = caseledger("status", "--json", "--data", data).json
    demonstrated = {branch.ledger for branch in samples()}
    again = caseledger("demo", "--no-serve", "--data", data)
    assert again.code == 0
    assert again.out.splitlines() == [
        f"{row['ledger']}: kept from an earlier run" for row in before if row["ledger"] in demonstrated
    ]
    assert caseledger("status", "--json", "--data", data).json == before


def test_a_demonstration_that_was_killed_is_completed_by_the_next(
    data: Path, tmp_path: Path, new_database: NewDatabase
) -> None:
    dsn = new_database()
    demo = ("demo", "--no-serve", "--data", str(tmp_path))
    with (
        subprocess.Popen(
            [*COMMAND, *demo], env=environment(DSN=dsn), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as first,
        psycopg.connect(dsn, autocommit=True) as admin,
    ):
        while not (held := entries(admin)):
            assert first.poll() is None
            sleep(0.05)
        first.kill()
    whole = {row["ledger"]: row["size"] for row in caseledger("status", "--json", "--data", data).json}
    again = caseledger(*demo, DSN=dsn)
    failed = [line for line in again.out.splitlines() if "✗" in line or line.startswith("  ")]
    assert (again.code, failed) == (0, []), again.err
    sizes = {row["ledger"]: row["size"] for row in caseledger("status", "--json", "--data", tmp_path, DSN=dsn).json}
    assert 0 < held < sum(sizes.values())
    assert sizes == {ledger: whole[ledger] for ledger in sizes}
    assert set(sizes) == {branch.ledger for branch in samples()}


def entries(admin: psycopg.Connection) -> int:
    """How many steps of cases the database holds; none where it has no log yet."""
    try:
        (row,) = admin.execute("SELECT count(*) FROM ledger.entries WHERE stream LIKE 'case/%'").fetchall()
    except psycopg.errors.Error:
        return 0
    return int(row[0])


def test_progress_is_for_terminals_only(played: Said) -> None:
    assert "\x1b" not in played.out + played.err
    assert "playing" not in played.out + played.err


def test_serve_answers_and_ends_in_order_when_told_to(data: Path) -> None:
    with serving("serve", "--port", "0", "--data", data) as pages:
        assert CASE in pages.get("ledgers/cn-650200-demo").decode()
        listed = json.loads(pages.get("api/v1/ledgers"))
        assert "cn-650200-demo" in [row["ledger"] for row in listed]
        assert pages.stop() == (0, "")


def test_serve_never_moves_to_another_port_by_itself(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = caseledger("serve", "--port", str(taken.getsockname()[1]), "--data", data)
    assert said.code == 2
    assert "in use" in said.err


def test_two_demonstrations_at_once_do_not_meet_and_leave_no_server_behind(data: Path) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="caseledger-") as other,
        socket.create_server(("127.0.0.1", 0)) as taken,
    ):
        port = str(taken.getsockname()[1])  # a demonstration takes another one then
        with (
            serving("demo", "--port", port, "--data", other) as first,
            serving("demo", "--port", port, "--data", data) as second,  # on a server that is not its own
        ):
            assert len({first.address, second.address, f"http://127.0.0.1:{port}/"}) == 3
            servers = [_postmaster(folder) for folder in (Path(other), data)]
            assert servers[0] != servers[1]
            assert first.stop() == (0, "")
            assert CASE in second.get("ledgers/cn-650200-demo").decode()
            assert [_runs(server) for server in servers] == [False, True]
            assert second.stop() == (0, "")
            assert _runs(servers[1])


def _postmaster(data: Path) -> int:
    return int((data / "postgres/cluster/postmaster.pid").read_text(encoding="utf-8").split()[0])


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
