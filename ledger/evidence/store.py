"""A store of evidence by content (按内容寻址): a file is called by the digest of its bytes, and read only as those.

Beside the digest a name has the ledger and the organ that handed the bytes in. Whoever registers a digest reads what
their own organ has handed in under it and nothing else: a digest that somebody has heard of opens no other organ's
files, and nobody learns by trying whether another has handed in the same paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol, Self
from urllib.parse import quote, unquote

from ledger import entry
from ledger.evidence.checking import checked
from ledger.evidence.errors import NotKept
from ledger.evidence.incoming import Incoming
from ledger.evidence.named import DIGEST

_NAME: Final = re.compile(rf"({entry.LEDGER})/([^/]+)/({DIGEST})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """Where evidence lies: in which ledger, handed in by which organ, under which digest."""

    ledger: str
    organ: str
    digest: str

    @property
    def name(self) -> str:
        """The path below the root of the store. An organ is a single folder, whatever it is called."""
        organ = quote(self.organ, safe="")
        return f"{self.ledger}/{organ.replace('.', '%2E', 1) if organ.startswith('.') else organ}/{self.digest}"

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """The address of a path; None where no evidence has it."""
        found = _NAME.fullmatch(name)
        made = cls(found[1], unquote(found[2]), found[3]) if found else None
        return made if made is not None and made.name == name else None


class Shelf(Protocol):
    """Where the bytes lie. Every name is written once at a time and whole: a reader sees all of it or nothing."""

    spool: Path
    """A folder on a disk, for what is still coming in."""

    def keep(self, file: BinaryIO, path: Path, name: str) -> None:
        """Take over a file of the spool. When this returns, it is durable; the same name again is the same content.

        Raises:
            OSError, StoreDown: it could not be kept.
        """

    def size(self, name: str) -> int:
        """How many bytes there are under a name.

        Raises:
            FileNotFoundError: there is no such name.
            OSError, StoreDown: it cannot be told.
        """

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes under a name, as they lie there; raises like `size`."""

    def names(self, under: str = "") -> Iterator[tuple[str, int]]:
        """Every name below a folder, and how many bytes it has; raises like `keep`."""


class Kept(NamedTuple):
    """What was put: its digest, and how many bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """Evidence that is there: how long it is, and its bytes, which are checked while they are read."""

    shelf: Shelf
    address: Address
    size: int

    def blocks(self) -> Iterator[bytes]:
        """The bytes, the last of them only when all are what the digest says; see `checked`.

        Raises:
            Damaged: they are not.
            NotKept: they have gone meanwhile.
            OSError, StoreDown: they cannot be read.
        """
        try:
            yield from checked(self.shelf.blocks(self.address.name), self.address.digest)
        except FileNotFoundError:
            raise NotKept("evidence-gone", digest=self.address.digest) from None


@dataclass(frozen=True, slots=True)
class Store:
    """All evidence of an installation, at most `most` bytes each."""

    shelf: Shelf
    most: int

    def receiving(self) -> AbstractContextManager[Incoming]:
        """A place for bytes that come in; what is not kept by the end of the block was never there."""
        return Incoming.at(self.shelf.spool, self.most)

    def keep(self, incoming: Incoming, ledger: str, organ: str) -> Kept:
        """Keep what came in, durably, for an organ.

        Raises:
            OSError, StoreDown: it could not be kept.
        """
        kept = Kept(incoming.digest, incoming.size)
        self.shelf.keep(incoming.file, incoming.path, Address(ledger, organ, kept.digest).name)
        return kept

    def put(self, blocks: Iterable[bytes], ledger: str, organ: str) -> Kept:
        """Keep a stream of bytes.

        Raises:
            Oversized: there are more than the store takes of one.
            OSError, StoreDown: it could not be kept.
        """
        with self.receiving() as incoming:
            for block in blocks:
                incoming.write(block)
            return self.keep(incoming, ledger, organ)

    def open(self, address: Address) -> Content:
        """Evidence that is there.

        Raises:
            NotKept: it is not.
            OSError, StoreDown: that cannot be told.
        """
        try:
            return Content(self.shelf, address, self.shelf.size(address.name))
        except FileNotFoundError:
            raise NotKept("evidence-not-kept", digest=address.digest) from None

    def contents(self, ledger: str) -> Iterator[Content | str]:
        """All evidence of a ledger; a name that no evidence has is told as it is."""
        for name, size in self.shelf.names(ledger):
            address = Address.parse(name)
            yield Content(self.shelf, address, size) if address is not None else name
