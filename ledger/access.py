"""The record of accesses (查阅登记): who read which sealed texts, when and how. Pure.

It is not part of the log: who reads a file may be nobody's business but an auditor's. The log holds a digest of its
rows, day by day, so that none of them can be changed or taken out afterwards.

    row    = header LF body
    header = "caseledger-access/1" SP ledger SP number SP stream SP at
    body   = canonical JSON: person, organ, role, way (page, export ...), fields as `3.reason`
    leaf   = SHA-256(0x00 || row)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, Self

from domain.identity import Actor
from ledger import canonical, hashing
from ledger.entry import EntryError, format_time, parse, parse_time
from ledger.proof.merkle import Frontier
from ledger.verify.parts import members
from ledger.verify.verdict import Wrong

FORMAT: Final = "caseledger-access/1"
DIGESTED: Final = "ledger.access-digest/1"


@dataclass(frozen=True, slots=True)
class Access:
    """One time that somebody read sealed texts of a stream."""

    ledger: str
    number: int
    stream: str
    at: datetime
    body: bytes

    def __bytes__(self) -> bytes:
        """The row as it is kept and digested."""
        return f"{FORMAT} {self.ledger} {self.number} {self.stream} {format_time(self.at)}\n".encode() + self.body

    @classmethod
    def parse(cls, row: bytes) -> Self:
        """A row as it was kept; EntryError if it is not of the format."""
        header, _, body = row.partition(b"\n")
        try:
            format_, ledger, number, stream, at = header.decode("ascii").split(" ")
            access = cls(ledger, int(number), stream, parse_time(at), body)
        except ValueError as error:
            raise EntryError("access-unreadable", why=error) from error
        if format_ != FORMAT or bytes(access) != row:
            raise EntryError("access-form")
        return access

    def said(self) -> dict[str, Any]:
        """What its body says; CanonicalError if it cannot be read."""
        return dict(canonical.decode(self.body))


def body(who: Actor, way: str, fields: Sequence[str]) -> bytes:
    """The body of a row: who reads, in which way, which fields of the stream, each as its version and name."""
    told = {"person": who.person, "organ": who.organ, "role": who.role, "way": way, "fields": list(fields)}
    return canonical.encode(told)


def digest(rows: Iterable[bytes]) -> tuple[int, str]:
    """What the log says of rows: how many, and the Merkle root over them (RFC 6962, section 2.1), in hexadecimal."""
    tree = Frontier()
    tree.extend(map(hashing.leaf_hash, rows))
    return tree.size, tree.root().hex()


class Rows(Protocol):
    """The record of accesses of one ledger."""

    def accesses(self, first: int, end: int) -> Iterator[bytes]:
        """The rows from one number up to another; it ends early where one is missing."""


def check(ledger: str, digests: Iterable[bytes], kept: Rows) -> int:
    """Hold the record of accesses against the digests of it in the log.

    Args:
        ledger: its id.
        digests: the entries `ledger.access-digest`, in order.
        kept: the record.

    Returns:
        How many rows have a digest.

    Raises:
        Wrong: a row is gone, altered or of another ledger, or a digest does not follow the one before it.
    """
    done = 0
    for entry in digests:
        position, facts = parse(entry).header.position, members(parse(entry), "facts")
        first, count, said = _said(facts, position)
        if first != done:
            raise Wrong("access-left-out", position, number=done)
        rows = _numbered(ledger, done, position, kept.accesses(done, done + count))
        if digest(rows) != (count, said):
            raise Wrong("access-differs", position, first=done, last=done + count - 1)
        done += count
    return done


def _said(facts: dict[str, Any], position: int) -> tuple[int, int, str]:
    """What an entry says of a digest; who may append may have written anything."""
    told = [facts.get(name) for name in ("first", "count", "digest")]
    match told:
        case [int(first), int(count), str(said)] if count > 0:
            return first, count, said
    raise Wrong("access-digest-unreadable", position)


def _numbered(ledger: str, first: int, position: int, rows: Iterable[bytes]) -> Iterator[bytes]:
    for number, row in enumerate(rows, first):
        try:
            access = Access.parse(row)
        except EntryError as error:
            raise Wrong("access-row", position, number=number, why=error) from error
        if (access.ledger, access.number) != (ledger, number):
            raise Wrong("access-gone", position, number=number)
        yield row
