"""The recorder: what the eventsourcing library, and our service, ask of one ledger in the database.

Everything goes in through the SQL function `ledger.append`, in one round trip. A lost connection is survived by asking
again: what is read can be read twice, and what is appended is appended once by its key, so that an acknowledgement
lost on its way is not taken for a conflict.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    NotSupportedError,
    PersistenceError,
    StoredEvent,
    Subscription,
)
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger import hashing, wire
from ledger.postgres.datastore import LedgerDatastore
from ledger.requests import (
    Appended,
    ClockWrong,
    Item,
    KeyReused,
    Known,
    Malformed,
    Outcome,
    Request,
    Stale,
    TooLarge,
    WrappedKey,
    malformed,
)

__all__ = [
    "Appended",
    "ClockWrong",
    "Item",
    "KeyReused",
    "Known",
    "LedgerRecorder",
    "Malformed",
    "Outcome",
    "PollingSubscription",
    "RefusedError",
    "Request",
    "Stale",
    "StaleError",
    "TooLarge",
    "WrappedKey",
]

POLL_SECONDS: Final = 0.2
"""How often a subscription looks for new entries. Nothing is notified: a lost notification would block it for ever."""


class StaleError(IntegrityError):
    """The library's conflict, with our outcome."""

    def __init__(self, outcome: Stale) -> None:
        self.outcome = outcome
        super().__init__(f"{outcome.stream} is at version {outcome.actual}, not {outcome.expected}")


class RefusedError(PersistenceError):
    """The log refused the request for another reason than a conflict."""

    def __init__(self, outcome: KeyReused | TooLarge | Malformed | ClockWrong) -> None:
        self.outcome = outcome
        super().__init__(repr(outcome))


class LedgerRecorder(PostgresApplicationRecorder):
    """Appends to one ledger, and reads it.

    Args:
        datastore: connections in the role of the writer; those of a reader can read.
        ledger: the ledger's id; it has been opened.
    """

    datastore: LedgerDatastore

    def __init__(self, datastore: LedgerDatastore, ledger: str) -> None:
        super().__init__(datastore)
        self._ledger = ledger
        self._simulated = ledger.endswith("-demo")

    def create_table(self) -> None:
        """Not here: `ledger.postgres.migrate` makes the tables."""
        raise NotSupportedError("the tables of a ledger are made by migrations")

    # --- appending ---------------------------------------------------------------------------------------------------

    def append(self, requests: Sequence[Request], now: datetime) -> tuple[Outcome, ...]:
        """Append requests in their order; what becomes of one does not touch the others.

        When this returns, what is `Appended` is durable. When it raises, any of it may have been recorded: asking again
        under the same keys tells.

        Args:
            requests: of any callers.
            now: the caller's clock. It has to agree with the database's; in a simulated ledger it is the clock.

        Returns:
            One outcome for each request.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        outcomes: list[Outcome | None] = [Malformed(why) if (why := malformed(r)) else None for r in requests]
        sent = [index for index, outcome in enumerate(outcomes) if outcome is None]
        if sent:
            since = time.monotonic()
            query, params = wire.call([requests[index] for index in sent])

            def work(connection: Connection[Any]) -> list[tuple[Any, ...]]:
                # Waiting for a connection, or for the database to come back, makes nobody's clock wrong either.
                waited = timedelta(0) if self._simulated else timedelta(seconds=time.monotonic() - since)
                return _rows(connection, query, [self._ledger, now + waited, *params])

            for ordinal, *answer in self.datastore.persistently(work):
                outcomes[sent[ordinal - 1]] = wire.outcome(*answer)
        assert None not in outcomes  # the function answers every request, or raises
        return tuple(outcomes)  # type: ignore[arg-type]  # the line above says why

    def known(self, key: bytes) -> Known | None:
        """What a key stands for, if anything.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        for digest, first, at, leaves in self.select(wire.KNOWN, [self._ledger, key]):
            return Known(digest, wire.appended(first, at, leaves, replayed=True))
        return None

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """The library's way in: the events are one request.

        Args:
            stored_events: with bodies as their state.
            **kwargs: `now`, `key`, `digest`, `data_keys` and `law_texts` as in `append` and `Request`, and `sealed`,
                one tuple of sealed values for each event. A key is made up where none is given: such a request can be
                told from another by nobody else, and so cannot be sent again.

        Returns:
            The notification ids.

        Raises:
            StaleError: a stream is not at the version before the event's.
            RefusedError: the log refused for another reason.
            DatabaseUnavailable: the database did not answer in time.
        """
        if kwargs.get("tracking") is not None:
            raise NotSupportedError("a ledger tracks nothing: projections keep their own tracking")
        if not stored_events:
            return []
        sealed = kwargs.get("sealed") or [()] * len(stored_events)
        request = Request(
            kwargs.get("key") or secrets.token_bytes(hashing.SIZE),
            kwargs.get("digest") or hashing.digest(b"\n".join(event.state for event in stored_events)),
            tuple(
                Item(str(event.originator_id), event.originator_version - 1, event.topic, event.state, values)
                for event, values in zip(stored_events, sealed, strict=True)
            ),
            kwargs.get("data_keys") or (),
            kwargs.get("law_texts") or (),
        )
        match self.append([request], kwargs.get("now") or datetime.now(UTC))[0]:
            case Appended(first=first, leaves=leaves):
                return range(first + 1, first + 1 + len(leaves))
            case Stale() as outcome:
                raise StaleError(outcome)
            case outcome:
                raise RefusedError(outcome)

    # --- reading -----------------------------------------------------------------------------------------------------

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Entries of a stream, by version.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        query = wire.STREAM_BACKWARDS if desc else wire.STREAM
        rows = self.select(query, [self._ledger, str(originator_id), gt or 0, lte, limit])
        return [StoredEvent(*row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Entries of the ledger, by position. A notification's id is its position + 1.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        first = 1 if start is None else start if inclusive_of_start else start + 1
        rows = self.select(
            wire.LEDGER, [self._ledger, first - 1, stop, list(topics) or None, list(topics) or None, limit]
        )
        return [Notification(*row) for row in rows]

    def max_notification_id(self) -> int | None:
        """The last notification id, None of an empty ledger.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        [(last,)] = self.select(wire.LAST, [self._ledger])
        return last  # type: ignore[no-any-return]  # max() of a bigint column

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Entries from a notification id on, and then new ones as they are recorded."""
        return PollingSubscription(self, gt, topics)

    def select(self, query: bytes, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Rows of a statement that may be sent twice.

        Raises:
            DatabaseUnavailable: the database did not answer in time.
        """
        return self.datastore.persistently(lambda connection: _rows(connection, query, params))


def _rows(connection: Connection[Any], query: bytes, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor(binary=True, row_factory=tuple_row) as cursor:
        return cursor.execute(query, params, prepare=True).fetchall()


class PollingSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """The library's subscription, which pulls in a thread of its own, woken by the clock."""

    def _loop_on_pull(self) -> None:
        try:
            while not self._has_been_stopped:
                self._pull()
                self._has_been_notified.wait(POLL_SECONDS)
        except BaseException as error:  # noqa: BLE001  # it is raised where the subscription is read
            self._thread_error = error
            self.stop()
