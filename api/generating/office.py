"""An office that works for some years (一个办案机关): matters begin, overlap and end; everything in the order recorded.

An office shares no file, no register and no person with another, so offices can be played beside each other, and what
one of them does never depends on how many there are to do the work.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from types import MappingProxyType
from typing import Final

from api.asking import Ask, Sources
from api.execute import Desk
from api.founding import adopt_calendars, adopt_regime, adopt_superiors, open_ledger
from api.generating.matter import HOURS, Heard, Matter, Turns
from api.generating.pen import Drawer, Pen
from api.generating.plots import Cast, Plot, plots, weighted
from api.play import MORNING
from api.vault import Vault
from domain.calendar import published
from domain.catalogue import TYPES
from domain.errors import Refusal
from domain.regime.loader import load, packaged
from ledger.mapper import LedgerMapper
from ledger.memory import MemoryLog
from ledger.requests import Request

ONE_DAY: Final = timedelta(days=1)
WEIGHTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "case": 62,
        "lead": 12,
        "accountability": 5,
        "organ": 2,
        "officer": 4,
        "programme": 2,
        "dispute": 2,
        "penalty-filing": 5,
        "obligation": 6,
    }
)
"""How often a matter is of a kind, of those that the regulation has histories of."""
GUESS: Final = 22.0  # entries of a matter, before any has come to its end
HASTE: Final = 1.15  # a matter takes its time: what is begun in the last months is not written in them
FOR_A_START: Final = 10.0  # matters that count towards the average by that guess
FRUITLESS: Final = 200  # matters refused at their first step, one after the other, after which none is begun any more
PATIENCE: Final = 500  # days after its last on which an office still works to have written what it was to write


@dataclass(frozen=True, slots=True)
class Brief:
    """What an office is to do: under which regulation, from when to when, about how many entries."""

    office: str
    regime: str
    first: date
    last: date
    entries: int


@dataclass(frozen=True, slots=True)
class Written:
    """A request of an office, and the moment at which it is to be recorded; `opens` is the kind of a file it opens."""

    moment: datetime
    office: str
    number: int
    request: Request
    opens: str | None

    @property
    def order(self) -> tuple[datetime, str, int]:
        """Where it stands among the requests of all offices."""
        return self.moment, self.office, self.number


@dataclass(frozen=True, slots=True)
class World:
    """What all offices of a ledger share: its name, the seed, its first day, its laws, the master key."""

    ledger: str
    seed: int
    first: date
    regimes: tuple[str, ...]
    master: bytes


def enactments(world: World, last: date) -> list[date]:
    """The days after the first, up to the last, on which something of the law is published."""
    known = {notice.notified_on for notice in published()}
    known |= {day for id_ in packaged() if (day := load(id_).regime.published_on) is not None}
    return sorted(day for day in known if world.first < day <= last)


def enact(desk: Desk, world: World, day: date) -> None:
    """Adopt what is law by `day` and not adopted yet; on the first day the ledger is opened."""
    open_ledger(desk, "simulated", at=datetime.combine(day - ONE_DAY, MORNING))
    adopt_calendars(desk, published(), day)
    adopt_superiors(desk, day)
    for id_ in world.regimes:
        adopt_regime(desk, load(id_).regime, day)


class Statutes:
    """The law of the ledger in time (法规沿革), as every office reads it: what is adopted on which day."""

    def __init__(self, world: World, last: date) -> None:
        self.days = enactments(world, last)
        sources = Sources(now=lambda: datetime.combine(world.first, MORNING), new_id=str, chance=bytes)
        desk = Desk(MemoryLog(world.ledger, LedgerMapper(TYPES)), sources, Vault(world.master, bytes))
        for day in (world.first, *self.days):
            enact(desk, world, day)
        self.store = desk.laws


@dataclass(order=True)
class _Open:
    """A matter that waits for its next step."""

    moment: datetime
    number: int
    ask: Ask = field(compare=False)
    matter: Matter = field(compare=False)
    turns: Turns = field(compare=False)
    entries: int = field(compare=False, default=0)


class Office:
    """Plays one office."""

    def __init__(self, world: World, brief: Brief, statutes: Statutes) -> None:
        self.refused: Counter[str] = Counter()
        self._world, self._brief, self._statutes = world, brief, statutes
        self._chance = Random(f"{world.seed}/{brief.office}")  # noqa: S311  # repeatable, for demonstration only
        sources = Sources(now=lambda: datetime.combine(world.first, MORNING), new_id=str, chance=self._chance.randbytes)
        self._pen = Pen(Drawer(world.ledger, LedgerMapper(TYPES)), sources, Vault(world.master, sources.chance))
        self._plots = plots(brief.regime)
        self._deck = [self._chance.choice(ways) for _, ways in sorted(self._plots.items())]
        self._open: list[_Open] = []
        self._numbers = count(1)
        self._entries = self._begun = self._ended = self._of_ended = 0
        self._vain = 0  # matters refused at their first step, one after the other
        self._lead: str | None = None
        self._answer: list[tuple[date, str]] = []

    def requests(self) -> Iterator[Written]:
        """Every request of the office in the order recorded, until it has written what it was to write."""
        brief, numbers, changes = self._brief, count(), frozenset(self._statutes.days)
        day = brief.first
        self._pen.under(self._statutes.store, datetime.combine(day, HOURS[0]))
        while self._entries < brief.entries and (self._open or self._vain < FRUITLESS):
            if day > brief.last + PATIENCE * ONE_DAY:
                break
            if day in changes:
                self._pen.under(self._statutes.store, datetime.combine(day, HOURS[0]))
            if day.month == day.day == 1:
                self._pen.end_year(day.year - 1)
            self._begin(day)
            while self._open and self._open[0].moment.date() <= day and self._entries < brief.entries:
                written = self._step(next(numbers))
                if written is not None:
                    yield written
            day += ONE_DAY

    # --- beginning -------------------------------------------------------------------------------------------------

    def _begin(self, day: date) -> None:
        """Begin so many matters that, as long as they are on average, what is to be written gets written in time."""
        brief = self._brief
        while self._answer and self._answer[0][0] <= day:
            _, source = self._answer.pop(0)
            if "accountability" in self._plots:
                self._take_up(self._chance.choice(self._plots["accountability"]), day, source)
        average = (GUESS * FOR_A_START + self._of_ended) / (FOR_A_START + self._ended)
        share = min(1.0, HASTE * ((day - brief.first).days + 1) / ((brief.last - brief.first).days + 1))
        ahead = self._begun * average
        if day > brief.last:  # what is open may be too little
            ahead = self._entries + sum(max(average - each.entries, 1.0) for each in self._open)
        while ahead < share * brief.entries and self._vain < FRUITLESS:
            self._take_up(self._deck.pop() if self._deck else weighted(self._chance, self._plots, WEIGHTS), day)
            ahead += average

    def _take_up(self, plot: Plot, day: date, source: str | None = None) -> None:
        id_ = f"{plot.kind}-{self._brief.office}-{next(self._numbers)}"
        cast = Cast(plot, id_, self._brief.office, self._chance)
        lead = self._lead if plot.kind == "case" else None
        chance = Random(f"{self._world.seed}/{id_}")  # noqa: S311  # see above
        matter = Matter(id_, plot, cast, chance, self._pen, day, source or lead)
        if plot.kind == "lead":
            self._lead = id_
        turns = matter.turns()
        ask = next(turns)
        self._begun += 1
        self._wait(_Open(ask.at or datetime.combine(day, HOURS[0]), self._begun, ask, matter, turns))

    def _wait(self, open_: _Open) -> None:
        heapq.heappush(self._open, open_)

    # --- a step ----------------------------------------------------------------------------------------------------

    def _step(self, number: int) -> Written | None:
        """Take the next step of all that wait; None where it is refused."""
        at = heapq.heappop(self._open)
        written = None
        heard: Heard
        try:
            heard, request = self._pen.write(at.ask)
        except Refusal as refusal:
            self.refused[f"{at.ask.step}: {refusal.code}"] += 1
            heard = refusal
        else:
            opens = at.ask.kind if at.ask.regime is not None else None
            written = Written(at.moment, self._brief.office, number, request, opens)
            self._entries += len(request.items)
            at.entries += len(request.items)
        self._go_on(at, heard)
        return written

    def _go_on(self, at: _Open, heard: Heard) -> None:
        moment = at.moment
        try:
            at.ask = at.turns.send(heard)
        except StopIteration:
            self._pen.put_away(at.matter.streams)
            self._vain = 0 if at.entries else self._vain + 1
            self._ended += 1
            self._of_ended += at.entries
        else:
            assert at.ask.at is not None
            at.moment = at.ask.at
            self._wait(at)
        for source in at.matter.lapses:
            self._answer.append((moment.date() + 14 * ONE_DAY, source))
        at.matter.lapses.clear()


def merged(world: World, briefs: Sequence[Brief], statutes: Statutes) -> Iterator[Written]:
    """What several offices write, in one order."""
    offices = [Office(world, brief, statutes) for brief in briefs]
    return heapq.merge(*(office.requests() for office in offices), key=lambda written: written.order)
