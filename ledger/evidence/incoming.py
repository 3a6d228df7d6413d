"""Evidence on its way in: a file of no name that anybody reads by, hashed as it is written, gone unless it is kept."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Self

from ledger import hashing
from ledger.evidence.errors import Oversized


class Incoming:
    """Bytes that come in, and how they hash so far. Nothing of it is durable."""

    def __init__(self, file: BinaryIO, path: Path, most: int) -> None:
        self.file, self.path, self.most = file, path, most
        self.size = 0
        self._hashed = hashing.running()

    @property
    def digest(self) -> str:
        """The digest of what has come in."""
        return self._hashed.hexdigest()

    def write(self, block: bytes) -> None:
        """Take the next bytes.

        Raises:
            Oversized: with these there are too many.
            OSError: they cannot be written.
        """
        self.size += len(block)
        if self.size > self.most:
            raise Oversized("evidence-too-large", most=self.most)
        self._hashed.update(block)
        self.file.write(block)

    @classmethod
    @contextmanager
    def at(cls, folder: Path, most: int) -> Iterator[Self]:
        """A file in a folder of what comes in, away again at the end of the block.

        A process that is killed leaves its file behind, and its lock not: the next one to come takes the file away.
        """
        private(folder)
        _sweep(folder)
        path, file = _new(folder)
        with file:
            try:
                yield cls(file, path, most)
            finally:
                path.unlink(missing_ok=True)


def private(folder: Path) -> None:
    """Make a folder, and those above it, each for its owner alone; what is there already stays as it is."""
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


def _new(folder: Path) -> tuple[Path, BinaryIO]:
    """A file that nobody else has, locked for as long as it is open."""
    while True:
        path = folder / secrets.token_hex(16)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w+b")
        if _locked(file) and path.exists():  # another's sweep may have come between the name and the lock
            return path, file
        file.close()


def _sweep(folder: Path) -> None:
    """Take away what processes that are no more have left; another login's is for them to take away."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError, PermissionError), path.open("rb") as file:
            if _locked(file):
                path.unlink(missing_ok=True)


def _locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
