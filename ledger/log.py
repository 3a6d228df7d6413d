"""What a log offers to the desk: `ledger.application` keeps it in PostgreSQL, `ledger.memory` in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ledger.mapper import Envelope, LedgerMapper
from ledger.requests import Known, Outcome, Request
from ledger.sealed import SealedValue


class Log(Protocol):
    """The log of one ledger."""

    @property
    def ledger(self) -> str:
        """Its id."""

    @property
    def simulated(self) -> bool:
        """Whether the caller gives the time."""

    @property
    def mapper(self) -> LedgerMapper:
        """What turns envelopes into bodies and entries into envelopes."""

    def read(self, stream: str, since: int = 0) -> Sequence[Envelope]:
        """The entries of a stream after version `since`, in order; empty if there is none."""

    def streams(self, kind: str) -> Sequence[str]:
        """The streams of a kind, `case/...`, by name."""

    def recorded(self, types: Sequence[str], since: int) -> tuple[Sequence[Envelope], int]:
        """The entries of some types from a position on, in order; and the position after all that was looked at."""

    def append(self, requests: Sequence[Request], now: datetime) -> Sequence[Outcome]:
        """Append requests, each whole or not at all; one outcome each, in order."""

    def record_access(self, stream: str, body: bytes, now: datetime) -> int:
        """Put down that somebody reads sealed texts of a stream; the number of the row."""

    def known(self, key: bytes) -> Known | None:
        """What an idempotency key stands for: the digest of what was asked, and the answer."""

    def law_text(self, digest: bytes) -> bytes | None:
        """A law text that the ledger keeps."""

    def last_recorded_at(self) -> datetime | None:
        """When the newest entry was recorded; None in an empty ledger."""

    def data_keys(self, subject: str) -> Sequence[tuple[bytes, bytes]]:
        """The data keys of a subject: id and wrapped key."""

    def sealed_values(self, positions: Sequence[int]) -> Sequence[tuple[int, bytes | None, SealedValue]]:
        """The sealed values of entries that are not erased: position, wrapped key or None if it is lost, value."""
