"""What every entry must be, seen from the one before it: next in its ledger, next in its stream, later in time.

The same walk serves the sealer before it signs, an audit of a whole ledger and the check of a bundle. It looks at the
bytes alone, and takes nobody's word for a leaf.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ledger import hashing
from ledger.entry import LIMIT, EntryError, format_time, parse
from ledger.faults import FaultAt

_DIGITS: Final = bytes.maketrans(b"0123456789", b"0" * 10)
_TIME: Final = b"0000-00-00T00:00:00.000000Z"
_FORMAT: Final = b"caseledger/1"


class BrokenLog(FaultAt):
    """The first entry that cannot stand where it stands."""


Head = tuple[int, bytes]
"""Where a stream ends: its last version, and the leaf of its last entry. A plain tuple: one is made for every entry."""

Row = tuple[bytes, int, str, int, str, datetime, bytes]
"""An entry, and what a database keeps beside it: position, stream, version, type, recorded_at, leaf."""

_NO_HEAD: Final[Head] = (0, bytes(hashing.SIZE))


@dataclass(frozen=True, slots=True)
class Segment:
    """Entries from position `first` to before `end` that follow each other, whatever was before them.

    `assumed` is what they take for granted of every stream in them: where it ended before. They follow what was before
    them if that ends so, and their first time, `first_at`, is later than its last.
    """

    first: int
    end: int
    first_at: bytes
    last_at: bytes
    assumed: dict[bytes, Head]
    heads: dict[bytes, Head]
    leaves: bytes


@dataclass(slots=True)
class Chain:
    """How far a ledger has been followed: `size` entries, the newest recorded at `last_at`, streams ending in `heads`.

    `last_at` and the streams are spelled as in the entries; `last_at` is empty before the first.
    """

    ledger: str
    size: int = 0
    last_at: bytes = b""
    heads: dict[bytes, Head] = field(default_factory=dict)
    _types: set[bytes | str] = field(default_factory=set)
    _assumed: dict[bytes, Head] | None = None

    def follow(self, entries: Iterable[bytes]) -> list[bytes]:
        """Take in the next entries, in their order.

        Returns:
            Their leaves.

        Raises:
            BrokenLog: at the first that cannot stand there; those before it are taken in.
        """
        ledger, heads, types, leaf_hash = self.ledger.encode(), self.heads, self._types, hashing.leaf_hash
        leaves: list[bytes] = []
        for entry in entries:
            try:
                format_, of, position, stream, version, type_, at, prev = entry[: entry.find(b"\n")].split(b" ")
            except ValueError:
                raise self._broken(entry) from None
            last, head = heads.get(stream, _NO_HEAD)
            size = self.size
            if (
                position != b"%d" % size
                or at <= self.last_at
                or version != b"%d" % (last + 1)
                or prev != head.hex().encode()
                or of != ledger
                or format_ != _FORMAT
                or at.translate(_DIGITS) != _TIME
                or len(entry) > LIMIT
            ):
                raise self._broken(entry)
            if not last or type_ not in types:
                self._spelled(entry)
                types.add(type_)
            leaf = leaf_hash(entry)
            heads[stream] = (last + 1, leaf)
            self.size = size + 1
            self.last_at = at
            leaves.append(leaf)
        return leaves

    def follow_rows(self, rows: Iterable[Row]) -> list[bytes]:
        """Take in the next entries with what a database keeps beside each, which must say what the entry says.

        The header that an entry must have follows from the columns and the entries before it. So it is put together and
        compared, which costs half of taking each entry apart; one that differs is taken apart to see what is wrong.

        Returns:
            Their leaves.

        Raises:
            BrokenLog: at the first that cannot stand there, or whose columns are not its own.
        """
        heads, types, leaf_hash = self.heads, self._types, hashing.leaf_hash
        before, size, last_at = f"caseledger/1 {self.ledger} ", self.size, self.last_at.decode()
        leaves: list[bytes] = []
        for entry, position, stream, version, type_, recorded_at, kept in rows:
            name, at, leaf = stream.encode(), format_time(recorded_at), leaf_hash(entry)
            last, head = heads.get(name) or self._before(name, entry)
            header = f"{before}{position} {stream} {version} {type_} {at} {head.hex()}\n"
            follows = position == size and at > last_at and version == last + 1 and len(entry) <= LIMIT
            if not (follows and leaf == kept and entry.startswith(header.encode())):
                self.size, self.last_at = size, last_at.encode()
                self.follow((entry,))
                raise BrokenLog("columns-differ", size, stream)
            if not last or type_ not in types:
                self.size, self.last_at = size, last_at.encode()
                self._spelled(entry)
                types.add(type_)
            heads[name] = (version, leaf)
            size += 1
            last_at = at
            leaves.append(leaf)
        self.size, self.last_at = size, last_at.encode()
        return leaves

    def join(self, segment: Segment) -> bool:
        """Take in a segment, if it follows; otherwise nothing changes, and following its entries tells why."""
        heads = self.heads
        follows = segment.first == self.size and segment.first_at > self.last_at
        if not follows or any(heads.get(name, _NO_HEAD) != head for name, head in segment.assumed.items()):
            return False
        heads.update(segment.heads)
        self.size, self.last_at = segment.end, segment.last_at
        return True

    def _before(self, stream: bytes, entry: bytes) -> Head:
        """Where a stream that is met for the first time ended before: nowhere, or in a segment, where the entry says.

        What an entry says there that is no version or leaf is held against what is there, and differs from it.
        """
        if self._assumed is None:
            return _NO_HEAD
        try:
            *_, version, _, _, prev = entry[: entry.find(b"\n")].decode("ascii").split(" ")
            self._assumed[stream] = head = int(version) - 1, bytes.fromhex(prev)
        except ValueError:
            return _NO_HEAD
        return head

    def _spelled(self, entry: bytes) -> None:
        """The slow look at an entry, once for each stream and type: names have one spelling."""
        try:
            parse(entry)
        except EntryError as error:
            raise BrokenLog("no-entry-here", self.size, why=error) from error

    def _broken(self, entry: bytes) -> BrokenLog:
        """What is wrong with an entry that the quick look did not pass."""
        try:
            header = parse(entry).header
        except EntryError as error:
            return BrokenLog("no-entry-here", self.size, why=error)
        version, leaf = self.heads.get(header.stream.encode(), _NO_HEAD)
        if header.ledger != self.ledger:
            return BrokenLog("other-ledger", self.size, header.stream, ledger=header.ledger)
        if header.position != self.size:
            return BrokenLog("other-position", self.size, header.stream, found=header.position)
        if header.version != version + 1:
            return BrokenLog("version-skipped", self.size, header.stream, version=header.version, before=version)
        if header.prev != leaf.hex():
            return BrokenLog("prev-differs", self.size, header.stream, version=header.version, before=version)
        at = format_time(header.recorded_at)
        return BrokenLog("time-not-later", self.size, header.stream, at=at, before=self.last_at.decode())


def segment(ledger: str, first: int, rows: Iterable[Row]) -> Segment:
    """Follow entries from a position on by themselves, with what a database keeps beside each.

    Args:
        ledger: its id.
        first: the position of the first of them.
        rows: at least one.

    Raises:
        BrokenLog: one cannot stand where it stands.
    """
    assumed: dict[bytes, Head] = {}
    chain = Chain(ledger, first, _assumed=assumed)
    rows = iter(rows)
    leaves = chain.follow_rows([next(rows)])
    first_at = chain.last_at
    leaves += chain.follow_rows(rows)
    return Segment(first, chain.size, first_at, chain.last_at, assumed, chain.heads, b"".join(leaves))
