"""Reading evidence as what its digest says, or not to the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ledger import hashing
from ledger.evidence.errors import Damaged

BLOCK: Final = 1 << 20
"""Bytes that are in memory at a time, more or less."""


def checked(blocks: Iterable[bytes], digest: str) -> Iterator[bytes]:
    """Hand bytes on, and the last block only when all of them are what the digest says.

    They are hashed on their way, not read once before: bytes that were whole a moment ago prove nothing about those
    that are handed over now, and a second reading of a large file is what nobody would wait for. So whoever reads gets
    an error before the end or the true content, and never an altered one that seems complete.

    Raises:
        Damaged: they are not.
    """
    hashed, held = hashing.running(), b""
    for block in filter(None, blocks):
        hashed.update(block)
        if held:
            yield held
        held = block
    if hashed.hexdigest() != digest:
        raise Damaged("evidence-damaged", digest=digest)
    if held:
        yield held
