"""`init`: how a real ledger begins, and one for practice."""

from __future__ import annotations

from pathlib import Path

from domain.calendar import published
from tests.cli.terminal import caseledger


def status(data: Path, ledger: str) -> dict[str, object]:
    (row,) = (row for row in caseledger("status", "--json", "--data", data).json if row["ledger"] == ledger)
    return dict(row)


def test_a_real_ledger_begins_with_the_published_schedules_and_runs_on_real_time(data: Path) -> None:
    said = caseledger("init", "cn-000000", "--data", data)
    assert said.code == 0, said.err
    assert said.out.startswith("cn-000000: open, time is real\n")
    assert {f"cn-000000: adopted {notice.id}" for notice in published()} <= set(said.out.splitlines())
    row = status(data, "cn-000000")
    assert row["clock"] == "wall"
    lag = row["lag"]
    assert isinstance(lag, dict)
    assert set(lag.values()) == {0}

    again = caseledger("init", "cn-000000", "--data", data)
    assert (again.code, again.out) == (0, "cn-000000: open, time is real\n")
    assert status(data, "cn-000000") == row


def test_a_regulation_can_be_adopted_later(data: Path) -> None:
    assert caseledger("init", "cn-000000-demo", "--data", data).code == 0
    said = caseledger("init", "cn-000000-demo", "--regime", "karamay-2022", "--data", data)
    assert said.out.splitlines() == [
        "cn-000000-demo: open, time is simulated",
        "cn-000000-demo: adopted karamay-2022",
    ]
