"""The law that a ledger has adopted (已采用的法规), read from the ledger and not from the package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson

from domain.calendar import Calendar
from domain.errors import LawNotAdopted, LawRepealed
from domain.lawbook import state as lawbook
from domain.lawbook.events import CalendarAmended, CalendarPublished
from domain.lawbook.state import Lawbook
from domain.procedure.state import File
from domain.regime.law import Law
from domain.regime.loader import from_content
from domain.regime.model import Regime
from ledger.log import Log
from ledger.mapper import Envelope

STREAM = "ledger"


class Lawstore:
    """Folds stream `ledger` and reads law texts by digest. A digest never changes its meaning, so those are kept."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._entries: Sequence[Envelope] = ()
        self._book: tuple[Sequence[Envelope], Lawbook] = ((), lawbook.INITIAL)
        self._regimes: dict[str, Regime] = {}
        self._calendars: dict[str, Calendar] = {}

    def entries(self) -> Sequence[Envelope]:
        """The entries of stream `ledger`. They only ever grow: those that were read before are not read again.

        The last of them is, lest a database that was put back to an earlier day be taken for what it was before.
        """
        known = self._entries
        found = self._log.read(STREAM, max(len(known) - 1, 0))
        if known and (not found or found[0].leaf != known[-1].leaf):
            known, found = (), self._log.read(STREAM)
        if len(found) > 1 or not known:
            self._entries = known = (*known[:-1], *found)
        return known

    def book(self, known_at: datetime | None = None) -> Lawbook:
        """The law adopted, as known at a moment."""
        entries = self.entries()
        if known_at is None and self._book[0] is entries:
            return self._book[1]
        state = lawbook.INITIAL
        for entry in entries:
            if known_at is None or entry.recorded_at is None or entry.recorded_at <= known_at:
                state = lawbook.evolve(state, entry.fact)
        if known_at is None:
            self._book = (entries, state)
        return state

    def law(self, regime_digest: str, known_at: datetime | None = None) -> Law:
        """The law of a file: its pinned regulation, the calendar now adopted, the superior regulations."""
        book = self.book(known_at)
        if book.calendar_digest is None:
            raise LawNotAdopted(law="calendar")
        return Law(
            regime=self.regime(regime_digest),
            digest=regime_digest,
            calendar=self.calendar(book.calendar_digest),
            calendar_digest=book.calendar_digest,
            superiors=tuple(self.regime(adopted.digest) for adopted in book.superiors),
        )

    def before(self, file: File, known_at: datetime | None = None) -> tuple[Law, ...]:
        """The laws that a file stood under before it was moved to its present one."""
        digests = dict.fromkeys(digest for digest in file.laws if digest != file.regime_digest)
        return tuple(self.law(digest, known_at) for digest in digests)

    def adopted(self, regime: str | None, on: date | None = None) -> Law:
        """The law for a file to be opened under `regime` on a day; without a name, under the only one that stands."""
        book = self.book()
        standing = {id_ for id_ in book.regimes if on is None or on <= book.repealed.get(id_, on)}
        if regime is not None and regime in book.regimes and regime not in standing:
            raise LawRepealed(law=regime, day=book.repealed[regime])
        own = [adopted for id_, adopted in book.regimes.items() if not adopted.superior and id_ in standing]
        found = book.regimes.get(regime) if regime is not None else own[0] if len(own) == 1 else None
        if found is None or found.superior:
            raise LawNotAdopted(law=regime or "/".join(adopted.regime for adopted in own))
        return self.law(found.digest)

    def regime(self, digest: str) -> Regime:
        """An adopted regime by digest."""
        if digest not in self._regimes:
            self._regimes[digest] = from_content(self._text(digest))
        return self._regimes[digest]

    def calendar(self, digest: str) -> Calendar:
        """An adopted calendar by digest."""
        if digest not in self._calendars:
            self._calendars[digest] = Calendar.from_data(orjson.loads(self._text(digest)))
        return self._calendars[digest]

    def calendar_named(self, version: str) -> Calendar:
        """The adopted calendar of that version; of two published on one day, the one adopted last."""
        published = (
            fact
            for fact in (entry.fact for entry in self.entries())
            if isinstance(fact, CalendarPublished | CalendarAmended)
        )
        digests = [fact.digest for fact in published if fact.calendar == version]
        return self.calendar(digests[-1])

    def _text(self, digest: str) -> bytes:
        found: Any = self._log.law_text(bytes.fromhex(digest))
        if found is None:
            raise LawNotAdopted(law=digest)
        return bytes(found)
