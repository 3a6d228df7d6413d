"""The running installation, wired in one place: database, ledgers, desks, projections."""

from __future__ import annotations

import os
import secrets
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from api.accesses import digest_accesses
from api.asking import Sources
from api.execute import Desk
from api.failures import DatabaseDown, Malformed, SignInMissing, UnknownLedger
from api.settings import Settings, SettingsError
from api.vault import Vault, master_key
from domain.catalogue import TYPES
from ledger.application import LedgerApplication
from ledger.evidence.disk import DiskShelf
from ledger.evidence.errors import EvidenceError
from ledger.evidence.s3 import S3Shelf
from ledger.evidence.store import Store
from ledger.faults import FileFault
from ledger.mapper import LedgerMapper
from ledger.postgres.connect import connect, conninfo, open_ledger
from ledger.postgres.datastore import PATIENCE, LedgerDatastore
from ledger.postgres.embedded import resolve
from ledger.postgres.migrate import upgrade
from ledger.sealed import KEY_SIZE, SealError, unwrap
from ledger.sealing.source import DatabaseSource
from projections.rooms import ROOMS
from projections.tables import prepare

WRITERS: Final = 16
"""Connections that write, at most; the ledgers of an installation share them, however many there are."""


def real_sources() -> Sources:
    """The clock of this machine, random ids and random bytes."""
    return Sources(now=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex[:12], chance=secrets.token_bytes)


class Service:
    """Everything that runs: a context manager that starts what is needed and stops what it started."""

    def __init__(self, settings: Settings, sources: Sources | None = None) -> None:
        self.settings = settings
        self.sources = sources or real_sources()
        self.mapper = LedgerMapper(TYPES)
        self._stack = ExitStack()
        self._desks: dict[str, Desk] = {}
        self._lock = threading.Lock()
        self.recorded = threading.Event()
        """Set whenever this process has recorded something."""
        self.dsn = ""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.dsn = stack.enter_context(resolve(self.settings.dsn, self.settings.data / "postgres"))
            upgrade(self.dsn)
            with connect(self.dsn, "projector") as projector:
                prepare(projector, ROOMS)
            self._pool: ConnectionPool[psycopg.Connection[Any]] = stack.enter_context(
                ConnectionPool(
                    conninfo(self.dsn, "reader"),
                    min_size=1,
                    max_size=4,
                    open=True,
                    kwargs={"autocommit": True},
                    check=ConnectionPool.check_connection,  # one that was lost meanwhile is nobody's error
                    reconnect_timeout=0.5,  # a database that is back is used at once, see LedgerDatastore
                )
            )
            self._writers: ConnectionPool[psycopg.Connection[Any]] = stack.enter_context(
                ConnectionPool(
                    conninfo(self.dsn, "writer"),
                    min_size=0,
                    max_size=4,
                    open=True,
                    kwargs={"autocommit": True},
                    check=ConnectionPool.check_connection,
                    reconnect_timeout=0.5,
                )
            )
            self._appending = LedgerDatastore(self.dsn, "writer", pool_size=WRITERS)
            stack.callback(self._appending.close)
            self._vault = Vault(self._master_key(), self.sources.chance)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def _master_key(self) -> bytes:
        """The master key, if it is the one that the texts of this database are sealed under.

        A wrong one would not be noticed until somebody reads an old text, and new texts would be lost to the right one.
        """
        path = self.settings.master_key
        with connect(self.dsn, "writer") as connection:
            sealed = connection.execute("SELECT wrapped FROM ledger.data_keys LIMIT 1").fetchone()
        if sealed and not path.exists():
            raise SettingsError("master-key-missing", path=path)
        try:
            key = master_key(path, self.sources.chance)
            if sealed:
                unwrap(key, sealed[0])
        except SealError:
            raise SettingsError("master-key-other", path=path) from None
        except OSError as error:
            raise SettingsError("master-key-file", path=path, why=FileFault.of(error)) from None
        except ValueError:
            raise SettingsError("master-key-length", path=path, size=KEY_SIZE) from None
        return key

    @cached_property
    def evidence(self) -> Store:
        """The store of evidence; `SettingsError` where the settings name none that can be used."""
        return store_of(self.settings)

    # --- ledgers ---------------------------------------------------------------------------------------------------

    def ledgers(self) -> list[dict[str, Any]]:
        """Every ledger of the database: id, clock, size, time of its last entry."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT ledger, clock, size, CASE WHEN size > 0 THEN last_recorded_at END FROM ledger.ledgers"
                " ORDER BY ledger"
            ).fetchall()
        return [dict(zip(("ledger", "clock", "size", "last_recorded_at"), row, strict=True)) for row in rows]

    def create(self, ledger: str) -> None:
        """Make a ledger known to the database; its first entry is the desk's to write. Doing it again is harmless."""
        try:
            open_ledger(self.dsn, ledger, "simulated" if ledger.endswith("-demo") else "wall")
        except psycopg.DataError:
            raise Malformed(why=f"ledger “{ledger}”") from None

    def desk(self, ledger: str) -> Desk:
        """The desk of a ledger; `UnknownLedger` if there is none."""
        with self._lock:
            if ledger not in self._desks:
                if ledger not in {row["ledger"] for row in self.ledgers()}:
                    raise UnknownLedger(ledger=ledger)
                application = self._stack.enter_context(
                    LedgerApplication(self.dsn, ledger, self.mapper, told=self.recorded.set, datastore=self._appending)
                )
                self._desks[ledger] = Desk(application, self.sources, self._vault)
            return self._desks[ledger]

    def master(self) -> bytes:
        """The master key of this installation, for who seals texts with another source of chance."""
        return self._master_key()

    def demonstrations(self) -> list[dict[str, Any]]:
        """The ledgers, as `ledgers` has them, that the fixed accounts of the demonstration may use."""
        return [row for row in self.ledgers() if _for_demonstration(row["ledger"])]

    def demonstration(self, ledger: str) -> str:
        """The ledger, if the fixed accounts of the demonstration may use it; real ones need sign-in."""
        if not _for_demonstration(ledger):
            raise SignInMissing(ledger=ledger)
        return self.desk(ledger).log.ledger

    # --- read models -----------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that can only read; `DatabaseDown` when there is none to be had."""
        try:
            with self._pool.connection(timeout=PATIENCE) as connection:
                yield connection
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise DatabaseDown from error

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of the writing role, for the index over sealed texts; `DatabaseDown` as for `reading`."""
        try:
            with self._writers.connection(timeout=PATIENCE) as connection:
                yield connection
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise DatabaseDown from error

    def digest_accesses(self, ledger: str) -> int:
        """Have the ledger say the digest of the record of accesses up to its legal day; how many rows it is of."""
        desk = self.desk(ledger)
        with self.reading() as connection:
            return digest_accesses(desk, DatabaseSource(connection, ledger))


def _for_demonstration(ledger: str) -> bool:
    return ledger.endswith("-demo")


def store_of(settings: Settings) -> Store:
    """The store of evidence that the settings name; nothing is asked of it yet.

    Raises:
        SettingsError: it cannot be used.
    """
    place = settings.evidence
    try:
        shelf = DiskShelf(place) if isinstance(place, Path) else S3Shelf(place, settings.data / "incoming")
    except EvidenceError as error:
        raise SettingsError("store-unusable", why=error) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("store-unusable", why=FileFault.of(error)) from None
    return Store(shelf, settings.evidence_most)


def settings() -> Settings:
    """The settings of this process."""
    return Settings.of(os.environ)
