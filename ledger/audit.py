"""Auditing a whole ledger from its database (全账审计): every entry, in one pass, in memory that does not grow with it.

The entries are followed as the sealer follows them; what the database keeps beside each is held against its bytes; the
roots at the sizes that somebody has signed are held against what was signed; the tiles against the leaves, so that an
entry that was altered is named even where no later entry of its file gives it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from ledger import hashing
from ledger.proof.chain import BrokenLog, Chain, Head, Row, Segment
from ledger.proof.checkpoint import Checkpoint, Heads, head_leaf
from ledger.proof.merkle import Frontier, root
from ledger.proof.tiles import WIDTH, Tile, split, tiles_of
from ledger.sealing.site import Site
from ledger.verify.verdict import Wrong

PORTION: Final = 16 * WIDTH
_Tiles = Callable[[int], bytes]
Segments = Callable[[int, int], Iterator[Segment | None]]
"""The entries from one position up to another in segments, in their order; None for one that does not hold."""


class Database(Protocol):
    """What an audit reads."""

    def size(self) -> int:
        """How many entries the database counts."""

    def rows(self, first: int, end: int) -> Iterator[Row]:
        """Entries from one position up to another, each with position, stream, version, type, recorded_at, leaf."""

    def counted(self) -> tuple[int, int]:
        """How many rows of entries there are, and how many streams the table of heads has."""

    def kept_heads(self) -> Iterator[tuple[str, int, bytes]]:
        """The table of heads: stream, version, leaf."""


@dataclass(slots=True)
class Progress:
    """How far an audit has come; what is needed to go on from there. `damaged` is the first tile that disagreed."""

    chain: Chain
    frontier: Frontier = field(default_factory=Frontier)
    damaged: int | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """What somebody has signed, and is held against the ledger; `since` are checkpoints that the reader brought."""

    checkpoint: Checkpoint | None = None
    heads: Heads | None = None
    since: tuple[Checkpoint, ...] = ()


def audit(
    database: Database,
    site: Site | None,
    signed: Signed,
    progress: Progress,
    told: Callable[[Progress, set[str]], None],
    segments: Segments | None = None,
) -> int:
    """Follow a ledger to its end.

    Args:
        database: to be audited.
        site: what the sealer has published of it, None where that is not at hand.
        signed: checkpoints and heads whose signatures have been checked.
        progress: where to begin; it is moved on as entries are taken in.
        told: called after each portion with the streams that have moved in it, so that progress is shown and kept.
        segments: who follows segments of it beside; None where one goes through it alone.

    Returns:
        How many entries there are.

    Raises:
        Wrong: at the first that does not hold.
    """
    end = database.size()
    needed = max([0, *(at.size for at in (signed.checkpoint, signed.heads) if at), *(at.size for at in signed.since)])
    stops = sorted({at.size for at in (signed.checkpoint, signed.heads, *signed.since) if at} | {end})
    tile = _tiles(site, signed.checkpoint)
    _hold(progress, signed)
    for stop in stops:
        if stop <= end and stop > progress.chain.size:
            for segment in segments(progress.chain.size, stop) if segments is not None else ():
                if segment is None or not _joined(tile, progress, segment, told):
                    break  # whoever goes through it alone finds out what is wrong, and where
            _follow(database, tile, progress, stop, told)
            _hold(progress, signed)
    if end < needed:
        raise Wrong("cut-off", end, end=end, signed=needed)
    if progress.damaged is not None:
        place = progress.damaged
        raise Wrong("tile-differs", place, position=place)
    if site is not None and signed.checkpoint is not None:
        _tiles_stand(site, signed.checkpoint.size)
    rows, streams = database.counted()
    if rows != end:
        raise Wrong("miscounted", min(rows, end), counted=end, rows=rows)
    _heads_kept(database, streams, progress.chain.heads)
    return end


def _tiles(site: Site | None, checkpoint: Checkpoint | None) -> _Tiles:
    """What is published of the leaves from a position on, as far as it is signed; nothing beyond.

    Nobody has promised what is beyond: a sealer that died may have left there what it never signed.
    """
    signed = checkpoint.size if checkpoint is not None else 0

    def tile(at: int) -> bytes:
        if site is None or at >= signed:
            return b""
        return site.tile(Tile(0, at // WIDTH, min(WIDTH, signed - at)))

    return tile


def _tiles_stand(site: Site, size: int) -> None:
    """Every tile of the tree is published. Leaves were compared; what is above them is made of what is below."""
    for tile in tiles_of(size):
        position = tile.index * WIDTH ** (tile.level + 1)
        try:
            content = site.tile(tile)
            below = range(tile.index * WIDTH, tile.index * WIDTH + tile.width) if tile.level else ()
            made = b"".join(root(split(site.tile(Tile(tile.level - 1, index)))) for index in below)
        except LookupError as error:
            raise Wrong("tile-not-there", position, path=tile.path) from error
        if tile.level and content != made:
            raise Wrong("tile-above-differs", position, path=tile.path)


def _joined(tile: _Tiles, progress: Progress, segment: Segment, told: Callable[[Progress, set[str]], None]) -> bool:
    if not progress.chain.join(segment):
        return False
    leaves = split(segment.leaves)
    progress.frontier.extend(leaves)
    _compare_tiles(tile, progress, segment.first, leaves)
    told(progress, {stream.decode() for stream in segment.heads})
    return True


def _follow(
    database: Database, tile: _Tiles, progress: Progress, stop: int, told: Callable[[Progress, set[str]], None]
) -> None:
    chain = progress.chain
    rows = database.rows(chain.size, stop)
    while portion := list(islice(rows, PORTION - chain.size % PORTION)):
        start = chain.size
        try:
            leaves = chain.follow_rows(portion)
        except BrokenLog as broken:
            _compare_tiles(tile, progress, start, [hashing.leaf_hash(row[0]) for row in portion])
            if progress.damaged is not None and progress.damaged < (broken.position or 0):
                where = portion[progress.damaged - start][2]
                raise Wrong("entry-differs", progress.damaged, where) from broken
            raise Wrong(broken.code, broken.position, broken.stream, **broken.facts) from broken
        progress.frontier.extend(leaves)
        _compare_tiles(tile, progress, start, leaves)
        told(progress, {row[2] for row in portion})
    if chain.size != stop:
        raise Wrong("entry-gone", chain.size)


def _compare_tiles(tile: _Tiles, progress: Progress, start: int, leaves: list[bytes]) -> None:
    """Hold leaves against the tiles, and put down the first that differs: its root will tell who is right."""
    if progress.damaged is not None:
        return
    for at in range(start - start % WIDTH, start + len(leaves), WIDTH):
        mine = leaves[max(at - start, 0) : at - start + WIDTH]
        skipped = max(start - at, 0)
        try:
            published = tile(at)
        except LookupError:
            continue
        for offset, leaf in enumerate(mine, skipped):
            there = published[offset * hashing.SIZE : (offset + 1) * hashing.SIZE]
            if there and there != leaf:
                progress.damaged = at + offset
                return


def _hold(progress: Progress, signed: Signed) -> None:
    """Hold root and heads against what was signed at this size."""
    size = progress.chain.size
    mine = progress.frontier.root()
    for earlier in signed.since:
        if earlier.size == size and earlier.root != mine:
            raise Wrong("fork", progress.damaged, size=size)
    checkpoint, heads = signed.checkpoint, signed.heads
    if checkpoint is not None and checkpoint.size == size and checkpoint.root != mine:
        place = progress.damaged
        raise Wrong("entry-differs", place) if place is not None else Wrong("altered-before", size - 1)
    if heads is not None and heads.size == size:
        leaves = [head_leaf(stream.decode(), *head) for stream, head in sorted(progress.chain.heads.items())]
        if (heads.root, heads.streams, heads.heads_root) != (mine, len(leaves), root(leaves)):
            raise Wrong("heads-false", size - 1, size=size)


def _heads_kept(database: Database, streams: int, heads: Mapping[bytes, Head]) -> None:
    if streams != len(heads):
        raise Wrong("streams-miscounted", kept=streams, streams=len(heads))
    for stream, version, leaf in database.kept_heads():
        if heads.get(stream.encode()) != (version, leaf):
            raise Wrong("head-differs", None, stream)
