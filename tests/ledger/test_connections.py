"""Connections that break at the worst moment: what is asked again is recorded once, and nobody is told a falsehood."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ledger.application import LedgerApplication
from ledger.postgres.connect import DatabaseUnavailable, connect, conninfo
from ledger.requests import Appended
from tests.ledger.conftest import NewLedger
from tests.ledger.office import MAPPER, item, request


class Wire:
    """A wire between client and server that can be cut, at once or between a question and its answer.

    Used as a context manager, once or several times; it keeps its port.
    """

    def __init__(self, dsn: str) -> None:
        given = conninfo_to_dict(dsn)
        self._server = str(Path(str(given["host"])) / f".s.PGSQL.{given.get('port') or 5432}")
        self._port = 0
        self._dsn = dsn
        self.lose_answer_to: bytes | None = None
        """A question that has this in it is carried to the server; its connection breaks before the answer."""

    @property
    def dsn(self) -> str:
        """The connection string through the wire."""
        return make_conninfo(self._dsn, host="127.0.0.1", port=self._port, sslmode="disable", gssencmode="disable")

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for end in self._ends:
            _hang_up(end)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                self._ends += [client, server]
                server.connect(self._server)
                asked = threading.Event()
                threading.Thread(target=self._ask, args=(client, server, asked)).start()
                threading.Thread(target=self._answer, args=(server, client, asked)).start()

    def _ask(self, client: socket.socket, server: socket.socket, asked: threading.Event) -> None:
        with client, suppress(OSError):
            while content := client.recv(65_536):
                if self.lose_answer_to and self.lose_answer_to in content:
                    self.lose_answer_to = None
                    asked.set()
                server.sendall(content)
        _hang_up(server)

    def _answer(self, server: socket.socket, client: socket.socket, asked: threading.Event) -> None:
        with server, suppress(OSError):
            while (content := server.recv(65_536)) and not asked.is_set():
                client.sendall(content)
        _hang_up(client)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def test_an_acknowledgement_that_is_lost_is_not_taken_for_a_conflict(new_ledger: NewLedger, dsn: str) -> None:
    """The server commits, the answer never comes: asked again under the same key, the log gives its first answer."""
    ledger = new_ledger("wall").ledger
    with Wire(dsn) as wire, LedgerApplication(wire.dsn, ledger, MAPPER) as log:
        wire.lose_answer_to = b"case/1"
        (outcome,) = log.append([request(item("case/1", 0))], datetime.now(UTC))
        assert isinstance(outcome, Appended)
        assert outcome.replayed
        assert log.recorder.max_notification_id() == 2


def test_the_library_is_told_of_its_success_when_the_acknowledgement_is_lost(new_ledger: NewLedger, dsn: str) -> None:
    ledger = new_ledger("wall").ledger
    with Wire(dsn) as wire, LedgerApplication(wire.dsn, ledger, MAPPER) as log:
        wire.lose_answer_to = b"case/1"
        assert list(log.recorder.insert_events([StoredEvent("case/1", 1, "case.opened/1", b"{}")])) == [2]
        assert wire.lose_answer_to is None


def test_a_backend_that_is_killed_while_it_waits_is_asked_again(
    new_ledger: NewLedger, admin: psycopg.Connection, dsn: str
) -> None:
    log = new_ledger("wall")
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%ledger.append%'"
    with ThreadPoolExecutor(1) as thread, psycopg.connect(dsn, autocommit=True) as watch:
        with admin.transaction():
            admin.execute("SELECT 1 FROM ledger.ledgers WHERE ledger = %s FOR UPDATE", [log.ledger])
            asked = thread.submit(log.append, [request(item("case/1", 0))], datetime.now(UTC))
            while (found := watch.execute(waiting).fetchone()) is None:
                time.sleep(0.01)
            watch.execute("SELECT pg_terminate_backend(%s, 5000)", found)
        (outcome,) = asked.result()
    assert isinstance(outcome, Appended)
    assert not outcome.replayed
    assert log.recorder.max_notification_id() == 2


def test_connections_that_died_while_nobody_used_them_are_not_noticed(
    new_ledger: NewLedger, admin: psycopg.Connection
) -> None:
    log = new_ledger("wall")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: log.read("ledger"), range(16)))
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    admin.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}".encode())
    assert len(log.read("ledger")) == 1
    assert isinstance(log.append([request(item("case/1", 0))], datetime.now(UTC))[0], Appended)


def test_a_database_that_is_away_is_unavailable_and_one_that_is_back_is_used(new_ledger: NewLedger, dsn: str) -> None:
    ledger = new_ledger("wall").ledger
    wire = Wire(dsn)
    with wire:
        log = LedgerApplication(wire.dsn, ledger, MAPPER, patience=1.0)
        assert len(log.read("ledger")) == 1
    with log:
        since = time.monotonic()
        with pytest.raises(DatabaseUnavailable):
            log.read("ledger")
        assert time.monotonic() - since < 5
        with wire:
            assert len(log.read("ledger")) == 1


def test_who_waits_for_a_database_that_comes_back_is_served_by_it(new_ledger: NewLedger, dsn: str) -> None:
    """The pool gives up connecting sooner than its client gives up waiting; the client then asks it again."""
    ledger = new_ledger("wall").ledger
    wire = Wire(dsn)
    with wire:
        log = LedgerApplication(wire.dsn, ledger, MAPPER, pool_size=1)
        assert len(log.read("ledger")) == 1
    with log, ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(log.append, [request(item("case/1", 0))], datetime.now(UTC))
        time.sleep(2 * log.recorder.datastore.pool.reconnect_timeout)
        with wire:
            (outcome,) = waiting.result()
    assert isinstance(outcome, Appended)


def test_a_closed_application_says_so_at_once(new_ledger: NewLedger, dsn: str) -> None:
    log = LedgerApplication(dsn, new_ledger("wall").ledger, MAPPER)
    assert len(log.read("ledger")) == 1
    log.close()
    since = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        log.read("ledger")
    assert time.monotonic() - since < 1


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(DatabaseUnavailable):
        connect("host=127.0.0.1 port=1 user=nobody", "reader")
    nowhere = LedgerApplication("host=127.0.0.1 port=1 user=nobody", "cn-1", MAPPER, patience=0.2)
    with nowhere as log, pytest.raises(DatabaseUnavailable):
        log.append([request(item("case/1", 0))], datetime.now(UTC))


def test_a_connection_keeps_the_options_it_was_given(dsn: str) -> None:
    with psycopg.connect(conninfo(make_conninfo(dsn, options="-c work_mem=5MB"), "reader")) as connection:
        row = connection.execute("SELECT current_user, current_setting('work_mem'), current_setting('timezone')")
        assert row.fetchone() == ("caseledger_reader", "5MB", "UTC")
