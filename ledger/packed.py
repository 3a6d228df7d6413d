"""Many entries in a few files (成包条目), as a bundle for a report over many files holds them, and the list of heads.

`entries/N.entries`: each entry behind its length in two bytes, the largest first, as C2SP has it in its entry bundles;
by the bytes of the names of streams, and within one by version. `streams/N.list`: a line for each stream of the ledger,
by the bytes of its name: `stream version leaf`, the last version and the leaf of its entry in hexadecimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ledger.bundle import Bundle, BundleError
from ledger.entry import STREAM

PART: Final = 16 << 20
"""Bytes after which the next file is begun."""

_HEAD: Final = re.compile(rf"({STREAM}) ([1-9][0-9]{{0,18}}) ([0-9a-f]{{64}})", re.ASCII)

Head = tuple[str, int, bytes]
"""A stream, its last version, the leaf of its last entry."""


def packed(entries: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The files of entries, with their names in a bundle."""
    for number, part in enumerate(_parts(len(entry).to_bytes(2) + entry for entry in entries), 1):
        yield f"entries/{number:06}.entries", part


def unpacked(bundle: Bundle) -> Iterator[bytes]:
    """The entries of a bundle; `BundleError` where a file ends within one."""
    for name, part in bundle.below("entries").items():
        at = 0
        while at < len(part):
            end = at + 2 + int.from_bytes(part[at : at + 2])
            if end > len(part):
                raise BundleError("part-cut-short", name=f"entries/{name}")
            yield part[at + 2 : end]
            at = end


def listed(heads: Iterable[Head]) -> Iterator[tuple[str, bytes]]:
    """The files of the list of heads, with their names in a bundle."""
    lines = (f"{stream} {version} {leaf.hex()}\n".encode() for stream, version, leaf in heads)
    for number, part in enumerate(_parts(lines), 1):
        yield f"streams/{number:06}.list", part


def heads_in(bundle: Bundle) -> Iterator[Head]:
    """The list of heads of a bundle; `BundleError` where a line is none."""
    for name, part in bundle.below("streams").items():
        if not part.endswith(b"\n"):
            raise BundleError("part-cut-short", name=f"streams/{name}")
        for line in part[:-1].split(b"\n"):
            found = _HEAD.fullmatch(line.decode("ascii", "replace"))
            if found is None:
                raise BundleError("not-a-head", name=f"streams/{name}", line=line.decode("ascii", "replace"))
            yield found[1], int(found[2]), bytes.fromhex(found[3])


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for piece in pieces:
        if len(part) + len(piece) > PART:
            yield bytes(part)
            part.clear()
        part += piece
    if part:
        yield bytes(part)
