"""Other processes follow segments of a ledger in the database; what they find is what one alone finds."""

from __future__ import annotations

import psycopg
import pytest

from ledger.application import LedgerApplication
from ledger.audit import Progress, Signed, audit
from ledger.postgres.connect import connect
from ledger.proof.chain import Chain
from ledger.sealing import beside
from ledger.sealing.beside import Beside
from ledger.sealing.source import DatabaseSource
from ledger.verify.verdict import Wrong
from tests.ledger.conftest import NewLedger
from tests.ledger.office import NOON, item, request


@pytest.fixture
def grown(new_ledger: NewLedger, monkeypatch: pytest.MonkeyPatch) -> LedgerApplication:
    """A ledger of 201 entries on 7 streams, of which segments have 32."""
    monkeypatch.setattr(beside, "LENGTH", 32)
    log = new_ledger("simulated")
    log.append([request(item(f"case/{n % 7}", n // 7, subject=f"organ-{n}")) for n in range(200)], NOON)
    return log


def audited(dsn: str, ledger: str, processes: int) -> tuple[int, bytes, dict[bytes, tuple[int, bytes]]]:
    progress = Progress(Chain(ledger))
    with connect(dsn, "reader") as connection, Beside(dsn, ledger, processes) as others:
        size = audit(DatabaseSource(connection, ledger), None, Signed(), progress, lambda *_: None, others)
    return size, progress.frontier.root(), progress.chain.heads


def test_several_processes_come_to_the_same_root_and_heads(dsn: str, grown: LedgerApplication) -> None:
    alone = Progress(Chain(grown.ledger))
    with connect(dsn, "reader") as connection:
        size = audit(DatabaseSource(connection, grown.ledger), None, Signed(), alone, lambda *_: None)
    for processes in (1, 3):
        assert audited(dsn, grown.ledger, processes) == (size, alone.frontier.root(), alone.chain.heads) != (0, b"", {})


def test_what_is_wrong_in_a_segment_is_named_where_it_is(
    dsn: str, grown: LedgerApplication, admin: psycopg.Connection
) -> None:
    with admin.transaction():
        admin.execute("ALTER TABLE ledger.entries DISABLE TRIGGER ALL")
        admin.execute(
            "UPDATE ledger.entries SET entry = overlay(entry placing 'x' from length(entry) - 3)"
            " WHERE ledger = %s AND position = 150",
            [grown.ledger],
        )
        admin.execute("ALTER TABLE ledger.entries ENABLE ALWAYS TRIGGER never, ENABLE ALWAYS TRIGGER only_by_pen")
    with pytest.raises(Wrong) as wrong:
        audited(dsn, grown.ledger, 2)
    assert (wrong.value.exit, wrong.value.position) == (10, 150)
