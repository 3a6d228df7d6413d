"""One ledger, as the eventsourcing library's application and as the log of a desk (`ledger.log.Log`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from eventsourcing.application import Application
from eventsourcing.persistence import BaseInfrastructureFactory
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment, EnvType

from ledger import wire
from ledger.mapper import Envelope, LedgerMapper
from ledger.postgres.datastore import PATIENCE, LedgerDatastore
from ledger.recorder import LedgerRecorder
from ledger.requests import Known, Outcome, Request
from ledger.sealed import SealedValue


class LedgerFactory(PostgresFactory):
    """The library's factory, handed what the library would look for in environment variables."""

    datastore: LedgerDatastore

    def __init__(self, env: Environment, datastore: LedgerDatastore, ledger: str, *, shared: bool) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        self.datastore = datastore
        self._ledger = ledger
        self._shared = shared

    def application_recorder(self) -> LedgerRecorder:
        """The recorder of the ledger."""
        return LedgerRecorder(self.datastore, self._ledger)

    def close(self) -> None:
        """Close the connections, unless other ledgers use them as well."""
        if not self._shared:
            super().close()


class LedgerApplication(Application[str]):
    """A ledger in PostgreSQL: a context manager, whose connections close at its end.

    `repository.get(stream, projector_func=...)` folds the envelopes of a stream; `append` is the way in.

    Args:
        dsn: libpq connection string of a migrated database; its login may take the role of the writer.
        ledger: the ledger's id; it has been opened (`ledger.postgres.connect.open_ledger`).
        mapper: knows every stored name that the ledger may hold.
        pool_size: at most so many connections at once.
        patience: seconds until a database that does not answer is reported.
        told: is called, after the commit, whenever something was recorded.
        datastore: connections that several ledgers share, to be closed by whoever made them; None for some of its own.
    """

    mapper: LedgerMapper
    recorder: LedgerRecorder

    def __init__(
        self,
        dsn: str,
        ledger: str,
        mapper: LedgerMapper,
        *,
        pool_size: int = 8,
        patience: float = PATIENCE,
        told: Callable[[], object] = lambda: None,
        datastore: LedgerDatastore | None = None,
    ) -> None:
        self._ledger = ledger
        self._mapper = mapper
        self._told = told
        self._shared = datastore is not None
        self._datastore = datastore or LedgerDatastore(dsn, "writer", pool_size=pool_size, patience=patience)
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Nothing: settings come as arguments, and variables of the process change nothing."""
        return Environment(name, env or {})

    def construct_factory(self, env: Environment) -> LedgerFactory:  # type: ignore[override]  # tracks nothing
        """The factory of the ledger."""
        return LedgerFactory(env, self._datastore, self._ledger, shared=self._shared)

    def construct_mapper(self) -> LedgerMapper:
        """The mapper it was given."""
        return self._mapper

    @property
    def ledger(self) -> str:
        """The ledger's id."""
        return self._ledger

    @property
    def simulated(self) -> bool:
        """Whether the caller gives the time; the database opens no ledger whose name says otherwise."""
        return self._ledger.endswith("-demo")

    def append(self, requests: Sequence[Request], now: datetime) -> tuple[Outcome, ...]:
        """Append requests, each whole or not at all; see `LedgerRecorder.append`."""
        outcomes = self.recorder.append(requests, now)
        self._told()
        return outcomes

    def record_access(self, stream: str, body: bytes, now: datetime) -> int:
        """Put down that somebody reads sealed texts of a stream: durable when this returns; the number of the row.

        A lost answer may leave two rows of one reading: once too often is better than not at all.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        params = [self._ledger, now, stream, body.decode()]
        [(number,)] = self.recorder.select(wire.RECORD_ACCESS, params)
        return int(number)

    def known(self, key: bytes) -> Known | None:
        """What an idempotency key stands for; see `LedgerRecorder.known`."""
        return self.recorder.known(key)

    def read(self, stream: str, since: int = 0) -> tuple[Envelope, ...]:
        """The entries of a stream after version `since`, in order; none if there is no such stream.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
            EntryError, CanonicalError, CodecError, UnknownFact: an entry cannot be read.
        """
        return tuple(map(self.mapper.to_domain_event, self.recorder.select_events(stream, gt=since)))

    def streams(self, kind: str) -> tuple[str, ...]:
        """The streams of a kind, by name.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        return tuple(stream for (stream,) in self.recorder.select(wire.STREAMS, [self._ledger, f"{kind}/", f"{kind}0"]))

    def recorded(self, types: Sequence[str], since: int) -> tuple[tuple[Envelope, ...], int]:
        """The entries of some types from a position on, in order; and the position after all that was looked at.

        Positions have no gap and become visible in their order, so whoever goes on from there misses none.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
            EntryError, CanonicalError, CodecError, UnknownFact: an entry cannot be read.
        """
        end = self.recorder.max_notification_id() or 0
        if end <= since:
            return (), since
        found = self.recorder.select_notifications(since + 1, end - since, end, types)
        return tuple(map(self.mapper.to_domain_event, found)), end

    def last_recorded_at(self) -> datetime | None:
        """When the newest entry was recorded; None in an empty ledger.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        for (at,) in self.recorder.select(wire.LAST_RECORDED_AT, [self._ledger]):
            return at.astimezone(UTC)  # type: ignore[no-any-return]  # a timestamptz
        return None

    def law_text(self, digest: bytes) -> bytes | None:
        """A law text that the ledger keeps, by its digest.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        for (content,) in self.recorder.select(wire.LAW_TEXT, [self._ledger, digest]):
            return bytes(content)
        return None

    def data_keys(self, subject: str) -> list[tuple[bytes, bytes]]:
        """The data keys that seal a subject's texts: id and wrapped key, always in the same order.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        return [(key_id, wrapped) for key_id, wrapped in self.recorder.select(wire.DATA_KEYS, [self._ledger, subject])]

    def sealed_values(self, positions: Sequence[int]) -> list[tuple[int, bytes | None, SealedValue]]:
        """The sealed values of entries: position, wrapped data key (None: it is lost), value. Not what was erased.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        if not positions:
            return []
        rows = self.recorder.select(wire.SEALED_VALUES, [self._ledger, list(positions)])
        return [(position, wrapped, SealedValue(*value)) for position, wrapped, *value in rows]
