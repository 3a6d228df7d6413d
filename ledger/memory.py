"""A log in memory: the append of LOG.md in plain Python, the oracle that the one in SQL is held against.

It also plays scenarios where only the law is in question. It keeps nothing beyond its process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from eventsourcing.persistence import StoredEvent

from ledger.access import Access
from ledger.entry import EntryError, Header, encode
from ledger.hashing import NO_LEAF, digest, leaf_hash
from ledger.mapper import Envelope, LedgerMapper
from ledger.requests import (
    Appended,
    ClockWrong,
    Erasure,
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
from ledger.sealed import SealedValue

TOLERANCE: Final = timedelta(seconds=5)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass
class MemoryLog:
    """A simulated ledger in memory (see `ledger.log.Log`)."""

    ledger: str
    mapper: LedgerMapper
    simulated: bool = True
    entries: list[bytes] = field(default_factory=list)
    accesses: list[Access] = field(default_factory=list)
    _headers: list[Header] = field(default_factory=list)
    _streams: dict[str, list[int]] = field(default_factory=dict)
    _requests: dict[bytes, Known] = field(default_factory=dict)
    _keys: dict[bytes, WrappedKey] = field(default_factory=dict)
    _sealed: dict[int, tuple[SealedValue, ...]] = field(default_factory=dict)
    _laws: dict[bytes, bytes] = field(default_factory=dict)

    def read(self, stream: str, since: int = 0) -> Sequence[Envelope]:
        """See `Log`."""
        return [self._envelope(position) for position in self._streams.get(stream, ())[since:]]

    def streams(self, kind: str) -> Sequence[str]:
        """See `Log`."""
        return sorted(stream for stream in self._streams if stream.startswith(f"{kind}/"))

    def recorded(self, types: Sequence[str], since: int) -> tuple[Sequence[Envelope], int]:
        """See `Log`."""
        end = len(self._headers)
        wanted = [position for position in range(since, end) if self._headers[position].type in types]
        return [self._envelope(position) for position in wanted], end

    def append(self, requests: Sequence[Request], now: datetime) -> Sequence[Outcome]:
        """See `Log`; `now` is the clock, which is right or wrong for the whole call."""
        last = self.last_recorded_at()
        wrong = last is not None and now < last - TOLERANCE
        return [self._append(request, now, wrong=wrong) for request in requests]

    def erase(self, request: Request, erasure: Erasure, now: datetime) -> Outcome:
        """See `ledger.erasure.erase`."""
        mine = {key.key_id for key in self._keys.values() if key.subject == erasure.subject}
        held = {(p, v.field) for p in self._streams.get(erasure.subject, ()) for v in self._sealed.get(p, ())}
        told = [*erasure.goes, *erasure.shut, *((position, value.field) for position, value in erasure.stays)]
        if request.key not in self._requests and (len(told) != len(held) or set(told) != held):
            return Stale(erasure.subject, len(told), len(held))
        outcome = self.append([request], now)[0]
        if isinstance(outcome, Appended) and not outcome.replayed:
            gone = set(erasure.goes)
            anew = {(position, value.field): value for position, value in erasure.stays}
            for position, values in self._sealed.items():
                kept = [value for value in values if (position, value.field) not in gone]
                self._sealed[position] = tuple(anew.get((position, value.field), value) for value in kept)
            for key_id in mine:
                del self._keys[key_id]
            if erasure.key is not None:
                self._keys[erasure.key.key_id] = erasure.key
        return outcome

    def record_access(self, stream: str, body: bytes, now: datetime) -> int:
        """See `Log`."""
        last = self.accesses[-1].at if self.accesses else None
        at = now.astimezone(UTC) if last is None else max(now.astimezone(UTC), last + _MICROSECOND)
        access = Access(self.ledger, len(self.accesses), stream, at, body)
        self.accesses.append(access)
        return access.number

    def known(self, key: bytes) -> Known | None:
        """See `Log`."""
        found = self._requests.get(key)
        return replace(found, appended=replace(found.appended, replayed=True)) if found else None

    def law_text(self, digest: bytes) -> bytes | None:
        """See `Log`."""
        return self._laws.get(digest)

    def last_recorded_at(self) -> datetime | None:
        """See `Log`."""
        return self._headers[-1].recorded_at if self._headers else None

    def data_keys(self, subject: str) -> Sequence[tuple[bytes, bytes]]:
        """See `Log`."""
        return [(key.key_id, key.wrapped) for key in self._keys.values() if key.subject == subject]

    def sealed_values(self, positions: Sequence[int]) -> Sequence[tuple[int, bytes | None, SealedValue]]:
        """See `Log`."""
        return [
            (position, self._keys[value.key_id].wrapped if value.key_id in self._keys else None, value)
            for position in positions
            for value in self._sealed.get(position, ())
        ]

    def _envelope(self, position: int) -> Envelope:
        header = self._headers[position]
        return self.mapper.to_domain_event(
            StoredEvent(header.stream, header.version, header.type, self.entries[position])
        )

    def _append(self, request: Request, now: datetime, *, wrong: bool) -> Outcome:
        found = self._requests.get(request.key)
        if found is not None:
            return replace(found.appended, replayed=True) if found.digest == request.digest else KeyReused()
        why = malformed(request)
        if why is not None:
            return Malformed(why)
        if wrong:
            return ClockWrong()
        built: list[tuple[Header, bytes]] = []
        for item in request.items:
            version, prev = self._head(item.stream, built)
            if version != item.expected:
                return Stale(item.stream, item.expected, version)
            header = self._next(item, prev, now, built)
            try:
                built.append((header, encode(header, item.body)))
            except EntryError as error:
                return TooLarge() if "at most" in str(error) else Malformed(str(error))
        if any(self._keys.get(key.key_id, key) != key for key in request.data_keys):
            return Malformed("data key")
        keys = self._keys.keys() | {key.key_id for key in request.data_keys}
        if any(value.key_id not in keys for item in request.items for value in item.sealed):
            return Malformed("sealed value")
        return self._record(request, built)

    def _head(self, stream: str, built: Sequence[tuple[Header, bytes]]) -> tuple[int, str]:
        for header, entry in reversed(built):
            if header.stream == stream:
                return header.version, leaf_hash(entry).hex()
        positions = self._streams.get(stream)
        return (len(positions), leaf_hash(self.entries[positions[-1]]).hex()) if positions else (0, NO_LEAF)

    def _next(self, item: Item, prev: str, now: datetime, built: Sequence[tuple[Header, bytes]]) -> Header:
        last = built[-1][0].recorded_at if built else self.last_recorded_at()
        at = now.astimezone(UTC) if last is None else max(now.astimezone(UTC), last + _MICROSECOND)
        position = len(self.entries) + len(built)
        return Header(self.ledger, position, item.stream, item.expected + 1, item.type, at, prev)

    def _record(self, request: Request, built: Sequence[tuple[Header, bytes]]) -> Appended:
        first = len(self.entries)
        for item, (header, entry) in zip(request.items, built, strict=True):
            self._streams.setdefault(header.stream, []).append(header.position)
            self._headers.append(header)
            self.entries.append(entry)
            self._sealed[header.position] = item.sealed
        self._keys |= {key.key_id: key for key in request.data_keys}
        self._laws |= {digest(text): text for text in request.law_texts}
        leaves = tuple(leaf_hash(entry) for _, entry in built)
        appended = Appended(first, leaves, tuple(header.recorded_at for header, _ in built))
        self._requests[request.key] = Known(request.digest, appended)
        return appended
