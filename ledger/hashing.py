"""The one seam for hash functions: SHA-256 (FIPS 180-4) today; SM3 (GB/T 32905) for a second tree later.

Nothing else in the ledger names a hash function. In the database `ledger.append` is the same seam, with `sha256()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, Protocol

SIZE: Final = 32
"""Length of every digest, in bytes."""

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves: RFC 9162, section 2.1.1 (`MTH({}) = HASH()`)."""

NO_LEAF: Final = "0" * (2 * SIZE)
"""What an entry names as the leaf before it when it is the first of its stream, in hexadecimal."""


def digest(content: bytes) -> bytes:
    """The digest of a content that is kept elsewhere: an idempotency key, a command, a law text."""
    return sha256(content).digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf of the tree: RFC 9162, section 2.1.1 (`MTH({d[0]}) = HASH(0x00 || d[0])`)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node of the tree: RFC 9162, section 2.1.1 (`HASH(0x01 || left || right)`)."""
    return sha256(b"\x01" + left + right).digest()


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """One level up: the nodes over each two neighbours. A last one without neighbour has none, and is left out."""
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=False)]


def commit(salt: bytes, content: bytes) -> bytes:
    """The commitment to a content that stays sealed: hiding as long as the salt is secret, binding for ever."""
    return sha256(salt + content).digest()


class Running(Protocol):
    """A digest that grows with what is fed to it: for contents too large to be held."""

    def update(self, content: bytes, /) -> None:
        """Feed it the next bytes."""

    def hexdigest(self) -> str:
        """The digest of all that it was fed, in hexadecimal."""


def running() -> Running:
    """The digest of a content that comes in blocks; of the whole it is what `digest` says."""
    return sha256()
