"""An append is cut between every two of its steps, on either side: asked again, it has happened once, or happens once.

The server is held within the append by what only a superuser could put there: a lock on the ledger's row, triggers
that wait before and after each table that the append writes, one at the commit, and a standby that never answers, for
which a commit that is durable waits before it is acknowledged. Then one of the processes is killed.
"""

from __future__ import annotations

import os
import re
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest

from ledger import recorder
from ledger.application import LedgerApplication
from ledger.audit import Progress, Signed, audit
from ledger.hashing import leaf_hash
from ledger.postgres.connect import connect, open_ledger
from ledger.postgres.embedded import Server
from ledger.postgres.migrate import upgrade
from ledger.proof.chain import Chain
from ledger.requests import Appended, Request, WrappedKey
from ledger.sealed import SealedValue
from ledger.sealing.source import DatabaseSource
from tests.ledger.crash.knife import apart
from tests.ledger.office import MAPPER, item, opening, request
from tests.ledger.processes import PROCESSES
from tests.ledger.test_crash import persist

LEDGER = "cn-000000"
TABLES = ("entries", "heads", "requests", "ledgers", "sealed_values", "data_keys", "law_texts")
HOLDS = (
    "at the lock",
    *(f"{when} {table}" for table in TABLES for when in ("before", "after")),
    "at the commit",
    "after the commit",
)
HELD = 7
"""The advisory lock that a held append waits for."""


@dataclass
class Office:
    """A server of its own with a ledger in it, and how it is held."""

    server: Server
    asked: int = 0

    @contextmanager
    def admin(self) -> Iterator[psycopg.Connection]:
        """A superuser, whose own commits wait for nobody."""
        with closing(psycopg.connect(self.server.dsn, autocommit=True, options=LOCAL)) as connection:
            yield connection

    def request(self) -> Request:
        """One that writes to every table: two entries, a sealed value with its data key, a law text."""
        self.asked += 1
        stream, key = f"case/{self.asked}", b"%016d" % self.asked
        value = SealedValue("subject", key, bytes(12), b"ciphertext")
        first = replace(item(stream, 0), sealed=(value,))
        law = b"law %d" % self.asked
        return request(first, item(stream, 1), data_keys=(WrappedKey(key, stream, b"wrapped"),), law_texts=(law,))

    def entries(self) -> int:
        """How many there are; every one of them is in its place, and follows the one before."""
        with connect(self.server.dsn, "reader") as reader:
            return audit(DatabaseSource(reader, LEDGER), None, Signed(), Progress(Chain(LEDGER)), lambda *_: None)

    @contextmanager
    def held(self, where: str) -> Iterator[psycopg.Connection]:
        """Until the block ends, an append stops at a step."""
        with self.admin() as holder, self.admin() as admin:
            when, _, table = where.partition(" ")
            if where == "at the lock":
                holder.autocommit = False
                holder.execute("SELECT FROM ledger.ledgers WHERE ledger = %s FOR UPDATE", (LEDGER,))
            elif where == "after the commit":
                admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
                admin.execute("SELECT pg_reload_conf()")
            else:
                holder.execute("SELECT pg_advisory_lock(%s)", (HELD,))
                statement = AT_COMMIT if where == "at the commit" else AT_TABLE.format(when=when, table=table)
                admin.execute(statement.encode())
            yield admin

    def let_go(self) -> None:
        """Take away what held, from whatever server there is now; it may still recover from the blow."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with self.admin() as admin:
                    admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
                    admin.execute("SELECT pg_reload_conf()")
                    for table in TABLES:
                        admin.execute(f"DROP TRIGGER IF EXISTS held ON ledger.{table}".encode())
            except psycopg.OperationalError:
                assert time.monotonic() < end, "the server does not come back"
                time.sleep(0.05)
            else:
                return


LOCAL = "-c synchronous_commit=local"
PATIENCE = 60  # seconds, after which what is waited for counts as lost
WAIT = f"""
    CREATE FUNCTION public.held() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_catalog.pg_advisory_xact_lock_shared({HELD});
        RETURN NULL;
    END $$
"""
AT_TABLE = """
    CREATE TRIGGER held {when} INSERT OR UPDATE ON ledger.{table} FOR EACH STATEMENT EXECUTE FUNCTION public.held();
    ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER held
"""
AT_COMMIT = """
    CREATE CONSTRAINT TRIGGER held AFTER INSERT ON ledger.entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.held()
"""
WAITING = """
    SELECT pid FROM pg_stat_activity WHERE query LIKE '%%ledger.append(%%' AND pid <> pg_backend_pid()
    AND wait_event IN ('advisory', 'transactionid', 'tuple', 'SyncRep')
"""


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Without fsync: what a killed process has written the system keeps."""
    with tempfile.TemporaryDirectory(prefix="caseledger-") as folder, Server(Path(folder), fsync=False) as server:
        upgrade(server.dsn)
        open_ledger(server.dsn, LEDGER, "wall")
        made = Office(server)
        with made.admin() as admin, LedgerApplication(server.dsn, LEDGER, MAPPER) as log:
            persist(log, opening("wall"))
            admin.execute(WAIT.encode())
        yield made


def test_every_table_that_an_append_writes_is_among_the_steps(office: Office) -> None:
    with office.admin() as admin:
        (source,) = admin.execute("SELECT prosrc FROM pg_proc WHERE oid = 'ledger.append'::regproc").fetchone() or ("",)
        assert set(re.findall(r"(?:INSERT INTO|UPDATE|DELETE FROM) ledger\.(\w+)", source)) == set(TABLES)
        append(office.server.dsn, office.request())
        for table in TABLES:
            assert admin.execute(f"SELECT FROM ledger.{table}".encode()).fetchone() is not None, "it writes to each"


@pytest.mark.parametrize("victim", ["backend", "postmaster"])
@pytest.mark.parametrize("where", HOLDS)
def test_a_server_killed_at_any_step_has_recorded_all_or_nothing(office: Office, where: str, victim: str) -> None:
    asked, before = office.request(), office.entries()
    with ThreadPoolExecutor(1) as writer:
        with office.held(where) as admin:
            answer = writer.submit(append, office.server.dsn, asked)
            backend = waiting(admin)
            os.kill(office.server.pid if victim == "postmaster" else backend, signal.SIGKILL)
        if victim == "postmaster":
            office.server.start()
        office.let_go()
        first = answer.result(120)
    assert first.replayed == (where == "after the commit"), "the writer asked again by itself; was it there already?"
    assert once(office, asked, before) == replace(first, replayed=True)


@pytest.mark.parametrize("where", ["before it is sent", *HOLDS, "after it is read"])
def test_a_writer_killed_at_any_step_finds_out_what_became_of_it(office: Office, tmp_path: Path, where: str) -> None:
    asked, before, said = office.request(), office.entries(), tmp_path / "said"
    if where in HOLDS:
        with office.held(where) as admin:
            writer = PROCESSES.Process(target=acknowledged, args=(office.server.dsn, asked, said))
            writer.start()
            waiting(admin)
            writer.kill()
            writer.join()
        office.let_go()
    else:
        assert apart(cut, office.server.dsn, asked, said, where) == -signal.SIGKILL
        assert office.entries() == before + 2 * (where == "after it is read")
    assert not said.exists()
    first = append(office.server.dsn, asked)
    assert first.replayed == (where != "before it is sent"), "what was sent is recorded, though nobody waits for it"
    assert once(office, asked, before) == replace(first, replayed=True)


def append(dsn: str, asked: Request) -> Appended:
    """Ask until there is an answer, as somebody who is new."""
    with LedgerApplication(dsn, LEDGER, MAPPER, pool_size=1, patience=60) as log:
        return persist(log, asked)


def acknowledged(dsn: str, asked: Request, said: Path) -> None:
    append(dsn, asked)
    said.touch()


def cut(dsn: str, asked: Request, said: Path, where: str) -> None:
    """The same in a process that ends before it sends, or after it has read."""
    rows = recorder._rows

    def ending(connection: psycopg.Connection, query: bytes, params: Sequence[Any]) -> NoReturn:
        if where == "after it is read":
            rows(connection, query, params)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    recorder._rows = ending
    acknowledged(dsn, asked, said)


def waiting(admin: psycopg.Connection) -> int:
    """The process of the server in which an append is held."""
    end = time.monotonic() + PATIENCE
    while (found := admin.execute(WAITING).fetchone()) is None:
        assert time.monotonic() < end, "no append has come to this step"
        time.sleep(0.01)
    return int(found[0])


def once(office: Office, asked: Request, before: int) -> Appended:
    """The answer when it is asked for once more; its entries are there, and no others."""
    again = append(office.server.dsn, asked)
    assert again.first == before
    assert office.entries() == before + len(again.leaves) == before + 2
    with connect(office.server.dsn, "reader") as reader:
        stored = DatabaseSource(reader, LEDGER).entries(before, before + 2)
        assert tuple(map(leaf_hash, stored)) == again.leaves
    return again
