"""What a read model is (读模型): its tables, and the rows of one file. A room of `projections` fills it in.

Every row belongs to one stream and follows from that stream's entries up to a position, and from nothing else: no
clock, no serial, no other stream, no batch boundary. What joins files is a question, asked with a query. So a read
model that was kept up step by step equals one that was made anew, to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from domain.procedure.recorded import Recorded
from domain.procedure.stage import Stay, stays
from domain.procedure.state import File
from domain.regime.model import Regime
from projections.scope import handlers, parties


@dataclass(frozen=True)  # no slots: what several read models ask of a file is found once
class Folded:
    """A file as it stands at a position of the log, with the regulation it stands under and its entries by version."""

    stream: str
    file: File
    entries: tuple[Recorded, ...]
    regime: Regime

    @property
    def kind(self) -> str:
        """The kind of proceeding."""
        return self.file.kind.name

    @property
    def id(self) -> str:
        """The id of the file among those of its kind."""
        return self.stream.partition("/")[2]

    @property
    def position(self) -> int:
        """The position of its last entry: the row rests on nothing later."""
        return self.entries[-1].position

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        """The stages it has been at; the last is where it is."""
        return stays(self.file, self.regime)

    @cached_property
    def parties(self) -> Mapping[str, str]:
        """Who finds it in a list, and as what."""
        return parties(self.file)

    @cached_property
    def handlers(self) -> Sequence[str]:
        """Who handles it now."""
        return handlers(self.file)


Row = tuple[str, tuple[Any, ...]]
"""A table of the read model, and the values of its columns after `ledger` and `stream`, in their order."""


class Projection(Protocol):
    """One read model."""

    @property
    def name(self) -> str:
        """The name under which its progress is kept; its room."""

    @property
    def version(self) -> int:
        """One more whenever rows would come out otherwise: tables of another version are made anew."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of proceeding that have rows in it."""

    @property
    def tables(self) -> Mapping[str, Sequence[str]]:
        """Its tables in schema `views`, which `table.sql` in its room makes, and their columns after ledger, stream."""

    def rows(self, folded: Folded) -> Iterator[Row]:
        """The rows of one file."""
