"""Checkpoints (检查点): how large a ledger is and what its root is, signed. C2SP tlog-checkpoint v1.0.0.

Beside each stands a second note, of the heads: which streams there are at that size and where each ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from ledger import hashing
from ledger.proof.note import NoteError, b64, unb64

_PREFIX: Final = "caseledger/"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def origin(ledger: str) -> str:
    """The first line of a ledger's checkpoints, which is the name of its key as well."""
    return _PREFIX + ledger


def heads_origin(ledger: str) -> str:
    """The first line of the notes of its heads."""
    return f"{origin(ledger)}/heads"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of a ledger at one size."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """A checkpoint from the text of a note. Ours have no further lines, and one that has some is refused.

        Raises:
            NoteError: it is not a checkpoint.
        """
        first, size, root = _lines(text, 3)
        return cls(first, _number(size), _root(root))

    def text(self) -> bytes:
        """The text to be signed."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n".encode()


@dataclass(frozen=True, slots=True)
class Heads:
    """The streams of a ledger at one size: how many there are, and the root over the heads, sorted by their names."""

    origin: str
    size: int
    root: bytes
    streams: int
    heads_root: bytes

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """From the text of a note.

        Raises:
            NoteError: it is not a note of heads.
        """
        first, size, root, streams, heads_root = _lines(text, 5)
        return cls(first, _number(size), _root(root), _number(streams), _root(heads_root))

    def text(self) -> bytes:
        """The text to be signed."""
        lines = (self.origin, self.size, b64(self.root), self.streams, b64(self.heads_root))
        return "".join(f"{line}\n" for line in lines).encode()


def head_leaf(stream: str, version: int, head: bytes) -> bytes:
    """The leaf of one stream in the tree over the heads: its name, its last version, the leaf of its last entry."""
    return hashing.leaf_hash(f"{stream}\n{version}\n{head.hex()}".encode())


def _lines(text: bytes, count: int) -> list[str]:
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError as error:
        raise NoteError("note-not-utf8") from error
    if len(lines) != count + 1 or not all(lines[:-1]) or lines[-1]:
        raise NoteError("note-lines", count=count)
    return lines[:-1]


def _number(line: str) -> int:
    if not _NUMBER.fullmatch(line):
        raise NoteError("not-a-size", text=line)
    return int(line)


def _root(line: str) -> bytes:
    root = unb64(line)
    if len(root) != hashing.SIZE:
        raise NoteError("root-length", wanted=hashing.SIZE, found=len(root))
    return root
