"""A desk whose files lie open on it: each fact is folded once, and nothing is read back from a database.

It decides as every desk does. What it records it hands out as requests, for whoever appends them; the streams that it
writes are its own, so nobody else can have moved them meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from api.asking import Ask, Sources
from api.drawing import request_of
from api.execute import Desk
from api.lawstore import Lawstore
from api.vault import Vault
from domain.calendar import Calendar
from domain.kinds import kind_of
from domain.lawbook.state import Lawbook
from domain.procedure.facts import Fact
from domain.procedure.happening import Happening
from domain.procedure.state import File, evolve
from domain.regime.model import Regime
from domain.register import decider as registers
from domain.register.decider import Register
from ledger.log import Log
from ledger.memory import MemoryLog
from ledger.requests import Request, WrappedKey


@dataclass
class Drawer(MemoryLog):
    """Keeps nothing of the open files but their data keys."""

    keys: dict[str, WrappedKey] = field(default_factory=dict)

    def data_keys(self, subject: str) -> Sequence[tuple[bytes, bytes]]:
        """See `Log`."""
        key = self.keys.get(subject)
        return [(key.key_id, key.wrapped)] if key is not None else []


class Settled(Lawstore):
    """The law of a ledger as it stood at a moment; what it reads is shared with all who ask the same `store`."""

    def __init__(self, log: Log, store: Lawstore, moment: datetime) -> None:
        super().__init__(log)
        self._store, self._at_moment = store, store.book(moment)

    def book(self, known_at: datetime | None = None) -> Lawbook:
        """The law adopted by that moment."""
        assert known_at is None
        return self._at_moment

    def regime(self, digest: str) -> Regime:
        """An adopted regime by digest."""
        return self._store.regime(digest)

    def calendar(self, digest: str) -> Calendar:
        """An adopted calendar by digest."""
        return self._store.calendar(digest)


class Pen(Desk):
    """Writes requests for the files of one office."""

    def __init__(self, drawer: Drawer, sources: Sources, vault: Vault) -> None:
        super().__init__(drawer, sources, vault)
        self._drawer = drawer
        self._files: dict[str, File] = {}
        self._registers: dict[str, tuple[Register, int]] = {}
        self.calendar: Calendar

    def under(self, store: Lawstore, moment: datetime) -> None:
        """Go by the law of the ledger as it stands at a moment."""
        self.laws = Settled(self._drawer, store, moment)
        digest = self.laws.book().calendar_digest
        assert digest is not None
        self.calendar = self.laws.calendar(digest)

    def write(self, ask: Ask) -> tuple[tuple[Fact, ...], Request]:
        """Take a step; the facts in its file, and the request that records them.

        Raises:
            Refusal, Failure: as a desk does.
        """
        prepared = self.prepare(ask)
        drawn = self.draw(ask, prepared.command)
        request = request_of(self._drawer, self.vault, ask, drawn, prepared)
        self._fold(ask.stream, drawn.on, drawn.facts)
        if drawn.vouched.other is not None:
            self._fold(drawn.vouched.other[0], drawn.on, drawn.there)
        if drawn.numbered is not None:
            state, version = self.register(drawn.numbered.stream)
            self._registers[drawn.numbered.stream] = registers.evolve(state, drawn.numbered.fact), version + 1
        self._drawer.keys.update({key.subject: key for key in request.data_keys})
        return drawn.facts, request

    def _fold(self, stream: str, on: date, facts: Sequence[Fact]) -> None:
        file = self.file(stream)
        for fact in facts:
            file = evolve(file, Happening(file.version + 1, on, fact))
        self._files[stream] = file

    def file(self, stream: str) -> File:
        """The state of an open file."""
        file = self._files.get(stream)
        if file is None:
            kind = kind_of(stream)
            assert kind is not None
            file = File(kind)
        return file

    def register(self, stream: str) -> tuple[Register, int]:
        """The state of a register, and its version."""
        return self._registers.get(stream, (registers.INITIAL, 0))

    def put_away(self, streams: Collection[str]) -> None:
        """Close files that nobody takes a step in any more."""
        for stream in streams:
            self._files.pop(stream, None)
            self._drawer.keys.pop(stream, None)

    def end_year(self, year: int) -> None:
        """Put away the registers of years before `year`; no number is drawn from them any more."""
        self._registers = {name: held for name, held in self._registers.items() if int(name.rpartition("/")[2]) >= year}
