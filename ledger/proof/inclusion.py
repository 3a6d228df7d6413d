"""Proofs as files, checked offline: that an entry is in the ledger (C2SP tlog-proof v1), that a head is its last.

The proof of a head has the same form under another first line; in the place of a checkpoint stands the note of heads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from ledger import hashing
from ledger.proof.merkle import check_inclusion
from ledger.proof.note import Note, NoteError, b64, unb64

LONGEST: Final = 63
"""How many hashes a path has at the most."""

_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Where a leaf stands, the path from it to the root, and the note that has this root."""

    FIRST: ClassVar[str] = "c2sp.org/tlog-proof@v1"

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """From the bytes of the file; extra data is passed over, since nobody has signed it.

        Raises:
            NoteError: it is not of the format.
        """
        head, blank, note = content.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise NoteError("proof-not-ascii") from error
        if lines[0] != cls.FIRST or not blank:
            raise NoteError("proof-form", first=cls.FIRST)
        lines = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
        match = _INDEX.fullmatch(lines[0]) if lines else None
        if match is None:
            raise NoteError("proof-no-index")
        return cls(int(match[1]), path_of(lines[1:]), Note.parse(note))

    def __bytes__(self) -> bytes:
        lines = (self.FIRST, f"index {self.index}", *map(b64, self.path), "")
        return "".join(f"{line}\n" for line in lines).encode() + bytes(self.checkpoint)

    def check(self, leaf: bytes, size: int, root: bytes) -> None:
        """Whether this leaf stands there, in the tree of this size and root.

        Raises:
            ProofError: it does not.
        """
        check_inclusion(leaf, self.index, size, self.path, root)


class HeadProof(InclusionProof):
    """The same of a head, in the tree over the heads of a ledger."""

    FIRST: ClassVar[str] = "caseledger/head-proof@v1"


def path_of(lines: list[str]) -> tuple[bytes, ...]:
    """The hashes of a path, one a line.

    Raises:
        NoteError: a line is not a hash, or there are more than any tree is high.
    """
    path = tuple(map(unb64, lines))
    if len(path) > LONGEST or any(len(each) != hashing.SIZE for each in path):
        raise NoteError("path-form", most=LONGEST, size=hashing.SIZE)
    return path
