"""Tiles (哈希块): the tree as files of 256 hashes each, which never change. C2SP tlog-tiles.

The tile (level, index) holds the nodes of level 8 * level, from 256 * index on; nodes between are hashed when asked
for. A tile that is not full yet is named by how many hashes it has, and is another file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ledger import hashing
from ledger.faults import Fault
from ledger.proof.merkle import Nodes

WIDTH: Final = 256
_HEIGHT: Final = 8
_NUMBER: Final = re.compile(r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


class TileMissing(Fault, LookupError):  # noqa: N818  # it names what was found
    """A tile is not there, or has not what its name says."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile; `width` is how many hashes it holds, 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the prefix of the log: `tile/0/x001/x234/067`, `tile/1/000.p/17`."""
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{number_path(self.index)}{partial}"


def parse_number(path: str) -> tuple[int, int] | None:
    """The index and width that `number_path`, and `.p/W` behind it, spell so; None for any other spelling."""
    match = _NUMBER.fullmatch(path)
    if match is None:
        return None
    index, width = int(match[1].replace("x", "").replace("/", "")), int(match[2] or WIDTH)
    return (index, width) if number_path(index) == match[1] and (match[2] is None or width < WIDTH) else None


def number_path(index: int) -> str:
    """A number in groups of three digits, all but the last marked with an x: 1234067 is `x001/x234/067`."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """The tiles of a tree of `size` leaves that one of `since` leaves did not have, the lowest level first."""
    level = 0
    while (width := size >> (_HEIGHT * level)) > 0:
        before = since >> (_HEIGHT * level)
        for index in range(before // WIDTH, width // WIDTH):
            yield Tile(level, index)
        if width % WIDTH and width != before:
            yield Tile(level, width // WIDTH, width % WIDTH)
        level += 1


def nodes_in(size: int, read: Callable[[Tile], bytes]) -> Nodes:
    """The full nodes of a tree of `size` leaves, out of its tiles.

    Args:
        size: of the tree.
        read: the content of a tile; raises LookupError where it has none.

    Raises:
        LookupError: from the function returned, where a tile is missing or has another length than its name says.
    """

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, _HEIGHT)
        first = index << height
        tile_index, offset = divmod(first, WIDTH)
        whole = size >> (_HEIGHT * tile_level)
        tile = Tile(tile_level, tile_index, min(WIDTH, whole - tile_index * WIDTH))
        content = read(tile)
        if len(content) != tile.width * hashing.SIZE:
            raise TileMissing("tile-cut-short", path=tile.path, found=len(content), wanted=tile.width * hashing.SIZE)
        hashes = split(content)[offset : offset + (1 << height)]
        if len(hashes) != 1 << height:
            raise TileMissing("no-full-node", size=size, index=index, level=level)
        while len(hashes) > 1:
            hashes = hashing.parents(hashes)
        return hashes[0]

    return node


def split(content: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [content[at : at + hashing.SIZE] for at in range(0, len(content), hashing.SIZE)]
