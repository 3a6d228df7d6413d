"""Evidence in a folder: one file each, its mode read-only, put in place whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from ledger.evidence.checking import BLOCK
from ledger.evidence.incoming import private

_INCOMING: Final = ".incoming"  # no ledger is called so


class DiskShelf:
    """A folder of evidence on a local disk, or on a network file system that honours fsync, rename and flock."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.spool = folder, folder / _INCOMING

    def keep(self, file: BinaryIO, path: Path, name: str) -> None:
        """Give a file of the spool its name; see `Shelf.keep`.

        A crash before the renaming leaves nothing but a file of the spool; after it, the content was durable first.
        What is there already under the name is replaced: either it is the same, or it was damaged and is mended.
        """
        file.flush()
        os.fchmod(file.fileno(), 0o400)
        os.fsync(file.fileno())
        place = self.folder / name
        private(place.parent)
        path.replace(place)
        for folder in (place.parent, place.parent.parent, self.folder, self.folder.parent):
            _settle(folder)  # those above as well: another may have made them a moment ago

    def size(self, name: str) -> int:
        """See `Shelf.size`."""
        return (self.folder / name).stat().st_size

    def blocks(self, name: str) -> Iterator[bytes]:
        """See `Shelf.blocks`."""
        with (self.folder / name).open("rb", buffering=0) as file:
            while block := file.read(BLOCK):
                yield block

    def names(self, under: str = "") -> Iterator[tuple[str, int]]:
        """See `Shelf.names`; in order."""
        for folder, folders, files in os.walk(self.folder / under):
            folders[:] = sorted(each for each in folders if each != _INCOMING)
            for file in sorted(files):
                path = Path(folder, file)
                yield path.relative_to(self.folder).as_posix(), path.stat().st_size


def _settle(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
