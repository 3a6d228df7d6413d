"""What a writer was told, durable before it counts: the one thing in the soak that no killing may contradict."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Told:
    """An acknowledgement: which request, and where its entries lie with which leaves."""

    number: int
    position: int
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diary:
    """The acknowledgements of one writer, a line each, in their order."""

    path: Path

    def __iter__(self) -> Iterator[Told]:
        """What counts: a line that was not finished does not."""
        for line in self.path.read_text("ascii").splitlines(keepends=True) if self.path.exists() else ():
            if line.endswith("\n"):
                number, position, *leaves = line.split()
                yield Told(int(number), int(position), tuple(leaves))

    def take_up(self) -> Told | None:
        """The last that counts; what a killed writer has left of another line is struck out."""
        told = list(self)
        whole = self.path.read_text("ascii").rpartition("\n")[:2] if self.path.exists() else ()
        self.path.write_text("".join(whole), "ascii")
        return told[-1] if told else None

    def put_down(self, told: Told) -> None:
        with self.path.open("a", encoding="ascii") as file:
            file.write(" ".join((str(told.number), str(told.position), *told.leaves)) + "\n")
            file.flush()
            os.fsync(file.fileno())
