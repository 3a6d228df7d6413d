"""Which notes of earlier sizes stay published (留存): those that some later proof needs, and the newest.

An export rests on the notes of the newest size that has heads; a change of keys is proved, for as long as there is
anybody who has the earlier key only, under the first checkpoint after it that the earlier key has signed. Nothing else
is asked of an earlier note: growth is proved out of the tiles, and who watches a ledger keeps the checkpoints they saw.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from ledger.entry import parse
from ledger.proof.note import Note, NoteError, SignatureError, VerifierKey
from ledger.sealing.site import Site
from ledger.verify.keys import ROTATED, rotation

NEWEST: Final = 64
"""How many of the newest sizes keep their notes: whoever is reading one has an hour, at a note of heads a minute."""


class Typed(Protocol):
    """What is read of a ledger."""

    def typed(self, type_: str) -> Iterator[bytes]:
        """The entries of one type on the stream of the ledger itself, in their order."""


def handovers(source: Typed, site: Site) -> Iterator[tuple[int, bytes, int, Note]]:
    """Each change of keys that can be proved.

    Returns:
        Its number, from 1; its entry; the size and the note of the first checkpoint after it that the earlier key has
        signed.
    """
    sizes = site.sizes()
    for number, entry in enumerate(source.typed(ROTATED), 1):
        keys = rotation(entry)
        if keys is None:
            continue
        position = parse(entry).header.position
        for size in sizes:
            note = _signed(site, size, keys[0]) if size > position else None
            if note is not None:
                yield number, entry, size, note
                break


def prune(source: Typed, site: Site) -> None:
    """Take away the notes of earlier sizes that no proof needs."""
    old = site.sizes()[:-NEWEST]
    if old:
        needed = {size for _, _, size, _ in handovers(source, site)}
        for size in old:
            if size not in needed:
                site.drop(size)


def _signed(site: Site, size: int, key: VerifierKey) -> Note | None:
    """The checkpoint of a size, if a key has signed it; one that is damaged proves nothing, and a later one may."""
    try:
        note = site.note(f"{site.at(size)}/checkpoint")
        return note if note is not None and key in note.checked([key]) else None
    except (NoteError, SignatureError):
        return None
