"""One matter from its first step to its last (一件事的经过): a plot, what comes between, clocks that run out."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from api.asking import PLACE, Ask
from api.generating.incidents import Scene, incident, text
from api.generating.pen import Pen
from api.generating.plots import Cast, Plot, moved_to
from api.scenario import Move
from domain.errors import Refusal, SuperiorUnchecked
from domain.kinds import KINDS
from domain.procedure.deadline import Deadline
from domain.procedure.facts import Fact
from domain.procedure.house import unchecked
from domain.procedure.state import File

Heard = tuple[Fact, ...] | Refusal
"""What becomes of a step: its facts, or why it was refused."""
Turns = Generator[Ask, Heard, bool]
"""Steps to be taken, each with the moment it is recorded; at the end whether the last was taken."""

HOURS: Final = tuple(time(hour, 30, tzinfo=PLACE) for hour in range(9, 17))
"""When in a day an office records; what changes of the law on a day is recorded before."""
LONG_AGO: Final = datetime(1949, 10, 1, tzinfo=PLACE)
ONE_DAY: Final = timedelta(days=1)
DELAYS: Final = (1, 1, 2, 3, 5, 7, 14, 30, 60)
MOST_BETWEEN: Final = 40


@dataclass(frozen=True, slots=True)
class Temper:
    """How often what happens in a matter of an office; shares of one."""

    delayed: float = 0.12  # a step waits some days
    lapse_recorded: float = 0.7  # of a clock that has run out
    answered_for: float = 0.25  # a lapse in a case that leads to accountability
    closed: float = 0.75  # that somebody tries to close what its plot leaves open
    archived: float = 0.5
    reopened: float = 0.03
    retried: float = 0.5  # a step that was refused is tried a week later


@dataclass
class Matter:
    """A matter of an office: the file of the plot and those that it opens beside."""

    id: str
    plot: Plot
    cast: Cast
    chance: Random
    pen: Pen
    begins: date
    source: str | None = None
    temper: Temper = Temper()
    streams: set[str] = field(default_factory=set)
    lapses: list[str] = field(default_factory=list)
    _at: datetime = LONG_AGO
    _asked: int = 0
    _tried: set[str] = field(default_factory=set)
    _pace: float = 0.0

    def turns(self) -> Turns:
        """Every step that is tried, in order."""
        lag, slip = moved_to(self.plot, self.begins), timedelta()
        busy = 1.0 if self.plot.kind == "case" else 0.3
        self._pace = busy * self.chance.lognormvariate(-0.4, 1.1)
        stream = self._stream(None)
        closing = None
        for number, move in enumerate(self.plot.moves):
            if self.chance.random() < self.temper.delayed and number:
                slip += self.chance.choice(DELAYS) * ONE_DAY
            day = self._worked(max(move.recorded + lag + slip, self.begins, self._at.date()))
            if number:
                yield from self._meanwhile(stream, day)
            if move.do == "close":
                closing = move
            taken = yield from self._move(move, day)
            if not taken and number == 0:
                return False
            if not taken and self.chance.random() < self.temper.retried:
                slip += timedelta(weeks=1)
                yield from self._move(move, self._worked(day + timedelta(weeks=1)))
        return (yield from self._end(stream, closing))

    # --- the plot --------------------------------------------------------------------------------------------------

    def _move(self, move: Move, day: date) -> Turns:
        """A step of the plot; first the check against a superior regulation, where it waits for one."""
        branch = self.plot.branch
        kind = branch.place(move)[0]
        stream = self._stream(move)
        moved = day - move.recorded
        assert move.on is not None
        opening = move.do == KINDS[kind].opening
        data: dict[str, Any] = self.cast.value(branch.data(move), moved)
        if opening and self.source is not None and "source" in KINDS[kind].steps[move.do].command.__dataclass_fields__:
            data["source"] = self.source
        ask = replace(
            self._ask(stream, move.do, data, move.by, day, move.person),
            on=move.on + moved,
            done_before=move.done_before,
            late_reason=move.late_reason,
            regime=branch.scenario.regime if opening else None,
        )
        heard = yield ask
        if isinstance(heard, SuperiorUnchecked):
            for superior in self._unchecked(stream, day):
                yield self._ask(
                    stream, "check-superior-law", {"superior": superior, "conflict": False}, "supervisor", day
                )
            heard = yield replace(ask, key=self._key(), at=self._at)
        return not isinstance(heard, Refusal)

    def _unchecked(self, stream: str, day: date) -> Iterator[str]:
        file = self.pen.file(stream)
        yield from (regime.id for regime in unchecked(file, self.pen.laws.law(file.regime_digest), day))

    # --- beside the plot -------------------------------------------------------------------------------------------

    def _meanwhile(self, stream: str, until: date) -> Turns:
        """What happens before a day: some incidents, and clocks that run out."""
        count = min(int(self.chance.expovariate(1) * self._pace), MOST_BETWEEN)
        since = self._at.date()
        days = sorted(since + self.chance.randrange((until - since).days + 1) * ONE_DAY for _ in range(count))
        for day in (*map(self._worked, days), until):
            file = self.pen.file(stream)
            if file.opened is None or file.closed or day > until:
                break
            yield from self._lapses(stream, file, day)
            if day != until or count:
                yield from self._incident(stream, day)
        return True

    def _incident(self, stream: str, day: date) -> Turns:
        file = self.pen.file(stream)
        law = self.pen.laws.law(file.regime_digest)
        found = incident(Scene(file, law, self.cast, day, self.chance, frozenset(self._tried)))
        if found is None:
            return False
        step, by, data, person = found
        heard = yield self._ask(stream, step, data, by, day, person)
        if isinstance(heard, Refusal):
            self._tried.add(step)
        return not isinstance(heard, Refusal)

    def _lapses(self, stream: str, file: File, day: date) -> Turns:
        for clock in [clock for clock in file.deadlines.values() if self._lapsed(clock, day)]:
            self._tried.add(clock.id)
            if self.chance.random() < self.temper.lapse_recorded:
                since = self._worked(max(clock.latest + ONE_DAY, self._at.date()))
                heard = yield self._ask(stream, "record-lapse", {"deadline": clock.id}, "system", since)
                if not isinstance(heard, Refusal) and self.chance.random() < self.temper.answered_for:
                    self.lapses.append(self.id)
        return True

    def _lapsed(self, clock: Deadline, day: date) -> bool:
        return clock.overdue(day) and not clock.lapsed and clock.nature != "right" and clock.id not in self._tried

    # --- the end ---------------------------------------------------------------------------------------------------

    def _end(self, stream: str, closing: Move | None) -> Turns:
        """Close what the plot left open, if it may be; file it away, and now and then take it up again."""
        for wait in (self.chance.randrange(5, 40), self.chance.randrange(40, 120)):
            day = self._worked(self._at.date() + wait * ONE_DAY)
            yield from self._meanwhile(stream, day)
            file = self.pen.file(stream)
            may = "close" in self.pen.laws.law(file.regime_digest).rules(self.plot.kind).steps
            if may and not file.closed and self.chance.random() < self.temper.closed:
                by = closing.by if closing is not None else "supervisor"
                outcome = dict(closing.data) if closing is not None else {"outcome": "done"}
                yield self._ask(stream, "close", self.cast.value(outcome, timedelta()), by, day)
        if not self.pen.file(stream).closed:
            return False
        day = self._worked(self._at.date() + self.chance.randrange(1, 20) * ONE_DAY)
        if self.chance.random() < self.temper.archived:
            yield self._ask(
                stream, "archive", {"volume": f"{day.year}-{self.chance.randrange(1, 400)}"}, "supervisor", day
            )
        if self.chance.random() < self.temper.reopened:
            day = self._worked(day + self.chance.randrange(10, 90) * ONE_DAY)
            yield self._ask(stream, "reopen", {"reason": text(self.chance)}, "supervisor", day)
            yield from self._meanwhile(stream, self._worked(day + 30 * ONE_DAY))
        return True

    # --- asking ----------------------------------------------------------------------------------------------------

    def _ask(self, stream: str, step: str, data: dict[str, Any], by: str, day: date, person: str | None = None) -> Ask:
        moment = datetime.combine(day, self.chance.choice(HOURS))
        self._at = max(self._at, moment)
        self.streams.add(stream)
        actor = self.cast.actor(by, person)
        return Ask(stream, step, data, actor, self._key(), on=day, at=self._at)

    def _key(self) -> str:
        self._asked += 1
        return f"{self.id}/{self._asked}"

    def _stream(self, move: Move | None) -> str:
        kind, id_ = self.plot.branch.place(move)
        return f"{kind}/{self.id}{id_.removeprefix(self.plot.branch.id)}"

    def _worked(self, day: date) -> date:
        """The day, or the next on which the office works."""
        calendar = self.pen.calendar
        while not calendar.day(day).worked:
            day += ONE_DAY
        return day
