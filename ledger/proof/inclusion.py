"""The proof that one entry is in the ledger, as a file that is checked offline. C2SP tlog-proof v1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from ledger import hashing
from ledger.proof.merkle import check_inclusion
from ledger.proof.note import Note, NoteError, b64, unb64

_FIRST: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
LONGEST: Final = 63
"""How many hashes a path has at the most."""


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Where an entry stands, the path from it to the root, and the checkpoint that has this root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """From the bytes of a `.tlog-proof`; extra data is passed over, since nobody has signed it.

        Raises:
            NoteError: it is not of the format.
        """
        head, blank, note = content.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise NoteError("the path of a proof is ASCII") from error
        if lines[0] != _FIRST or not blank:
            raise NoteError(f"a proof begins with {_FIRST} and has an empty line before its checkpoint")
        lines = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
        match = _INDEX.fullmatch(lines[0]) if lines else None
        if match is None:
            raise NoteError("a proof says the index of its entry")
        return cls(int(match[1]), path_of(lines[1:]), Note.parse(note))

    def __bytes__(self) -> bytes:
        lines = (_FIRST, f"index {self.index}", *map(b64, self.path), "")
        return "".join(f"{line}\n" for line in lines).encode() + bytes(self.checkpoint)

    def check(self, leaf: bytes, size: int, root: bytes) -> None:
        """Whether the entry with this leaf stands there, in the tree of this size and root.

        Raises:
            ProofError: it does not.
        """
        check_inclusion(leaf, self.index, size, self.path, root)


def path_of(lines: list[str]) -> tuple[bytes, ...]:
    """The hashes of a path, one a line.

    Raises:
        NoteError: a line is not a hash, or there are more than any tree is high.
    """
    path = tuple(map(unb64, lines))
    if len(path) > LONGEST or any(len(each) != hashing.SIZE for each in path):
        raise NoteError(f"a path has at most {LONGEST} hashes of {hashing.SIZE} bytes")
    return path
