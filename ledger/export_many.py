"""Making a bundle for a report over many files (报告取证): every stream that the report may rest on, whole.

One proof an entry would be larger than the entries. So the leaves of the whole ledger go with it, as hash tiles: who
checks it computes the root from them and finds each entry's leaf at its position. And so does the list of all heads,
whose root is in the signed note: no stream and no step can be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, Protocol

from ledger import hashing
from ledger.bundle import LARGEST, About, Bundle
from ledger.entry import EntryError, parse
from ledger.export import Entries, ExportRefused, published, texts_of
from ledger.packed import listed, packed
from ledger.proof.checkpoint import head_leaf
from ledger.proof.merkle import root
from ledger.proof.note import Note
from ledger.proof.tiles import split, tiles_of
from ledger.sealing.site import Site
from ledger.verify.parts import laws_of

MOST: Final = 16 * LARGEST
"""Bytes of all files of a bundle, as who reads it has it."""


class ManyEntries(Entries, Protocol):
    """What such an export reads of the database besides."""

    def of_kinds(self, kinds: Collection[str], end: int) -> Iterator[bytes]:
        """The entries of all streams of some kinds among the first `end`: by stream, by version."""


def export_many(
    ledger: str, about: About, kinds: Collection[str], source: ManyEntries, site: Site, *, since: Note | None = None
) -> Bundle:
    """The bundle for a report, without it: complete for all streams of some kinds as of the newest signed heads.

    Args:
        ledger: its id.
        about: the report.
        kinds: of proceeding, whose streams go into it.
        source: the database.
        site: what the sealer has published of the ledger.
        since: a checkpoint of the auditor's, from which growth is to be proved.

    Raises:
        ExportRefused: nothing is signed yet, database and signature disagree, or it is more than a bundle holds.
    """
    heads, note, checkpoint, found = published(ledger, source, site, since)
    found["heads"] = bytes(note)
    streams = list(source.heads(heads.size))
    if (len(streams), root(head_leaf(*head) for head in streams)) != (heads.streams, heads.heads_root):
        raise ExportRefused("streams-differ", size=heads.size)
    found |= listed(streams)
    leaves: list[bytes] = []
    for tile in (tile for tile in tiles_of(heads.size) if tile.level == 0):
        try:
            found[tile.path] = site.tile(tile)
        except LookupError as error:
            raise ExportRefused("tile-missing", why=error) from error
        leaves += split(found[tile.path])
    if len(leaves) != heads.size or root(leaves) != heads.root:
        raise ExportRefused("tiles-damaged", size=heads.size)
    room, laws = MOST - sum(map(len, found.values())), set[str]()
    for name, part in packed(_checked(source.of_kinds(kinds, heads.size), leaves, laws)):
        found[name] = part
        room -= len(part)
        if room < 0:
            raise ExportRefused("export-too-large", most=MOST)
    found |= texts_of(laws, source)
    return Bundle(ledger, "", heads.size, found | {"checkpoint": bytes(checkpoint)}, {}, about)


def _checked(entries: Iterator[bytes], leaves: list[bytes], laws: set[str]) -> Iterator[bytes]:
    """The entries, each once it is what was sealed at its position; what texts of law they name is put down."""
    for raw in entries:
        try:
            entry = parse(raw)
        except EntryError as error:
            raise ExportRefused("stored-no-entry", why=error) from error
        position = entry.header.position
        if position >= len(leaves) or hashing.leaf_hash(raw) != leaves[position]:
            raise ExportRefused("not-as-sealed", position=position)
        laws |= set(laws_of(entry))
        yield raw
