"""A ledger in memory that grows as told, and a sealer with its folder, for the tests of sealing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger import canonical
from ledger.entry import Header, encode, parse
from ledger.hashing import NO_LEAF, leaf_hash
from ledger.proof.checkpoint import origin
from ledger.proof.note import SIGNS, SigningKey
from ledger.sealing.record import SealRecord
from ledger.sealing.sealer import Sealer
from ledger.sealing.site import Site

LEDGER = "cn-000000"
KEY = SigningKey(origin(LEDGER), SIGNS, bytes(range(32)))
MORNING = datetime(2024, 2, 5, 1, tzinfo=UTC)


@dataclass
class Entries:
    """The entries of a ledger as a database has them: a list, which anybody may change."""

    rows: list[bytes] = field(default_factory=list)
    laws: dict[str, bytes] = field(default_factory=dict)

    def size(self) -> int:
        return len(self.rows)

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        return iter(self.rows[first:end])

    def typed(self, type_: str) -> Iterator[bytes]:
        return (row for row in self.rows if parse(row).header.type == type_)

    def stream(self, stream: str, end: int) -> list[bytes]:
        return [row for row in self.rows[:end] if parse(row).header.stream == stream]

    def of_kinds(self, kinds: Collection[str], end: int) -> Iterator[bytes]:
        mine = [(parse(row).header, row) for row in self.rows[:end]]
        by_stream = sorted(mine, key=lambda each: (each[0].stream, each[0].version))
        return (row for header, row in by_stream if header.stream.partition("/")[0] in kinds)

    def heads(self, end: int) -> Iterator[tuple[str, int, bytes]]:
        last = {parse(row).header.stream: row for row in self.rows[:end]}
        return ((stream, parse(row).header.version, leaf_hash(row)) for stream, row in sorted(last.items()))

    def law(self, digest: str) -> bytes | None:
        return self.laws.get(digest)

    def append(self, *streams: str, at: datetime = MORNING, type_: str = "case.opened/1", **body: Any) -> None:
        """Record an entry on each stream, at a time or a microsecond after the last."""
        for stream in streams:
            on = [parse(row).header for row in self.rows]
            mine = [header for header in on if header.stream == stream]
            prev = leaf_hash(self.rows[mine[-1].position]).hex() if mine else NO_LEAF
            when = max(at, on[-1].recorded_at + timedelta(microseconds=1)) if on else at
            header = Header(LEDGER, len(on), stream, len(mine) + 1, type_, when, prev)
            self.rows.append(encode(header, canonical.encode({"n": len(on), **body})))


def sealer(source: Entries, folder: Path, record: SealRecord, *, simulated: bool = False) -> Sealer:
    return Sealer(LEDGER, source, record, Site(folder), [KEY], simulated)
