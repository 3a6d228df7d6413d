"""What a sealer publishes (公布目录): checkpoints, notes of heads and tiles as static files, by the paths of C2SP.

Any web server serves the folder as it is, and mirrors and monitors of others work unchanged. Below the folder of a
ledger: `checkpoint`, `heads`, `tile/...`, and `at/<size>/checkpoint` and `.../heads` for the sizes that had a note of
heads, since that is what an export rests on; which of them stay, `ledger.sealing.kept` says.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger import hashing
from ledger.proof.merkle import Nodes
from ledger.proof.note import Note, NoteError
from ledger.proof.tiles import WIDTH, Tile, TileMissing, nodes_in, number_path, parse_number, split, tiles_of

_HEIGHT: Final = 8


STAMP: Final = "timestamp.tsr"


@dataclass(frozen=True, slots=True)
class Site:
    """The folder of one ledger."""

    folder: Path

    def tile(self, tile: Tile) -> bytes:
        """The content of a tile; of one that is partial, out of the full one where it has become that.

        Raises:
            LookupError: there is none.
        """
        for path, width in ((tile.path, tile.width), (Tile(tile.level, tile.index).path, tile.width)):
            try:
                return (self.folder / path).read_bytes()[: width * hashing.SIZE]
            except OSError:
                continue
        raise TileMissing("tile-unpublished", path=tile.path)

    def nodes(self, size: int) -> Nodes:
        """The full nodes of the tree at a size that was published."""
        return nodes_in(size, self.tile)

    def note(self, name: str) -> Note | None:
        """A published note: `checkpoint`, `heads`, or one of an earlier size; None if there is none.

        Raises:
            NoteError: what stands there is no note.
        """
        path = self.folder / name
        try:
            return Note.parse(path.read_bytes())
        except FileNotFoundError:
            return None
        except NoteError as error:
            raise NoteError("published-unreadable", path=path, why=error) from error

    def at(self, size: int) -> str:
        """The folder of the notes of an earlier size, below that of the ledger."""
        return f"at/{number_path(size)}"

    def sizes(self) -> list[int]:
        """The sizes whose notes are kept, the smallest first."""
        top = self.folder / "at"
        found = (parse_number(path.parent.relative_to(top).as_posix()) for path in top.rglob("checkpoint"))
        return sorted(number for number, width in filter(None, found) if width == WIDTH)

    def grow(self, since: int, leaves: Sequence[bytes]) -> None:
        """Write the tiles that a tree of `since` leaves has more with these: all of them durable when this returns.

        What led to a tile that is full now goes last: until the full one is durable it is all there is of it.
        """
        hashes, below = list(leaves), since
        size = since + len(leaves)
        new: dict[int, list[Tile]] = {}
        for tile in tiles_of(size, since):
            new.setdefault(tile.level, []).append(tile)
        folders, outgrown = set(), []
        for level, tiles in sorted(new.items()):
            first = below - below % WIDTH
            row = (split(self.tile(Tile(level, below // WIDTH, below % WIDTH))) if below % WIDTH else []) + hashes
            for tile in tiles:
                at = tile.index * WIDTH - first
                folders.add(self._write(tile.path, b"".join(row[at : at + tile.width])).parent)
                if tile.width == WIDTH:  # what led to it can be cut out of it
                    outgrown.append(self.folder / f"{tile.path}.p")
            full = [row[at : at + WIDTH] for at in range(0, len(row) - WIDTH + 1, WIDTH)]
            hashes, below = [_over(each) for each in full], first // WIDTH
        _settle(folders)
        for folder in outgrown:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, **notes: Note) -> None:
        """Put notes in place, one after another, each at once and whole: a reader sees the one before or this one."""
        for name, note in notes.items():
            _settle([self._write(name, bytes(note)).parent])

    def keep(self, size: int, *, checkpoint: Note, heads: Note) -> None:
        """Put the notes of a size aside, where they stay. The checkpoint, by which the size is found, comes last."""
        self.publish(**{f"{self.at(size)}/heads": heads})
        self.publish(**{f"{self.at(size)}/checkpoint": checkpoint})

    def keep_stamp(self, size: int, timestamp: bytes) -> None:
        """Put the timestamp of a size aside, beside its notes."""
        _settle([self._write(f"{self.at(size)}/{STAMP}", timestamp).parent])

    def stamp(self, size: int) -> bytes | None:
        """The timestamp of a size; None if there is none."""
        try:
            return (self.folder / self.at(size) / STAMP).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, size: int) -> None:
        """Take away the notes of a size, the checkpoint last: what a crash leaves is still listed by `sizes`."""
        folder = self.folder / self.at(size)
        for path in sorted(folder.iterdir(), key=lambda path: path.name == "checkpoint"):
            if not path.is_dir():
                path.unlink()
        while folder.name != "at":
            try:
                folder.rmdir()
            except OSError:  # others are below it
                break
            folder = folder.parent

    def put_aside(self, size: int) -> None:
        """Keep all that was published beside the folder, and begin an empty one."""
        if self.folder.exists():
            aside, number = self.folder.with_name(f"{self.folder.name}.until-{size}"), 2
            while aside.exists():
                aside, number = aside.with_name(f"{self.folder.name}.until-{size}.{number}"), number + 1
            self.folder.rename(aside)
            _settle([self.folder.parent])

    def _write(self, name: str, content: bytes) -> Path:
        """Put a file in place whole.

        One that a crash or a full disk has left half written has a name that nobody reads, and the next writes over
        it: a folder has one sealer at a time, the one that has its record.
        """
        path, new = self.folder / name, self.folder / ".new"
        _make(path.parent)
        with new.open("wb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        return path


def _make(folder: Path) -> None:
    """Make a folder and those above it, each durable in the one that it lies in."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _settle([folder.parent])


def _over(hashes: Sequence[bytes]) -> bytes:
    """The root over a full tile."""
    while len(hashes) > 1:
        hashes = hashing.parents(hashes)
    return hashes[0]


def _settle(folders: Iterable[Path]) -> None:
    """Make the names in folders durable, as the contents are."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
