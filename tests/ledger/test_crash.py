"""The server is killed while entries are appended: every acknowledged one is found again, and the chain holds."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger import entry, hashing
from ledger.application import LedgerApplication
from ledger.postgres.connect import DatabaseUnavailable, open_ledger
from ledger.postgres.embedded import Server
from ledger.postgres.migrate import upgrade
from ledger.requests import Appended, Request
from tests.ledger.office import MAPPER, item, opening, request

ENTRIES, WRITERS, KILLS = 1_000, 4, (200, 600)


@pytest.fixture
def durable() -> Iterator[Server]:
    """A server of its own, whose commits survive."""
    with tempfile.TemporaryDirectory(prefix="caseledger-") as folder, Server(Path(folder), fsync=True) as running:
        yield running


def test_every_acknowledged_entry_is_found_after_the_server_was_killed(durable: Server) -> None:
    upgrade(durable.dsn)
    open_ledger(durable.dsn, "cn-000000", "wall")
    acknowledged: dict[int, bytes] = {}
    reached = {count: threading.Event() for count in KILLS}

    def write(writer: int) -> None:
        log = LedgerApplication(durable.dsn, "cn-000000", MAPPER, pool_size=1, patience=60)
        with log:
            for n in range(ENTRIES // WRITERS):
                outcome = persist(log, request(item(f"case/{writer}", n)))
                acknowledged[outcome.first] = outcome.leaves[0]
                for count, event in reached.items():
                    if len(acknowledged) >= count:
                        event.set()

    with LedgerApplication(durable.dsn, "cn-000000", MAPPER) as log:
        acknowledged[0] = persist(log, opening("wall")).leaves[0]
    writers = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in writers:
        thread.start()
    for event in reached.values():
        assert event.wait(120)
        os.kill(durable.pid, signal.SIGKILL)
        durable.start()
    for thread in writers:
        thread.join()

    with LedgerApplication(durable.dsn, "cn-000000", MAPPER) as log:
        stored = log.recorder.select_notifications(None, 10_000)
    assert len(acknowledged) == ENTRIES + 1
    assert {n.id - 1: hashing.leaf_hash(n.state) for n in stored} == acknowledged
    heads: dict[str, str] = {}
    for notification in stored:
        header = entry.parse(notification.state).header
        assert header.prev == heads.get(header.stream, hashing.NO_LEAF)
        heads[header.stream] = hashing.leaf_hash(notification.state).hex()


def persist(log: LedgerApplication, asked: Request) -> Appended:
    """Ask until there is an answer, with the clock of each time of asking."""
    while True:
        try:
            (outcome,) = log.append([asked], datetime.now(UTC))
        except DatabaseUnavailable:
            continue
        assert isinstance(outcome, Appended), outcome
        return outcome
