"""What holds of the file of any duty, whatever anybody asks for, in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import event, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import errors
from domain.identity import Actor
from domain.obligation.commands import Fulfil, RecordObligation, ReferMiss, Waive
from domain.obligation.events import ObligationFulfilled, ObligationWaived
from domain.obligation.kind import OBLIGATION
from domain.procedure import clocks, facts
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.state import fold
from domain.regime.loader import load
from tests.obligation.office import Office
from tests.strategies import CLOCK, HANDLER, JUSTICE, LIAISON, STRANGER, URBAN, WHOLE_HISTORIES, notes

ACTORS = st.sampled_from((HANDLER, HANDLER, LIAISON, CLOCK, STRANGER))
DUTIES = [(id_, name) for id_ in ("karamay-2022", "luoyang-2022") for name in load(id_).regime.obligations]


class AnyHistory(RuleBasedStateMachine):
    """A keeper, a department, the clock and a stranger, on days that pass at their own pace."""

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2024, 1, 2)

    @initialize(which=st.sampled_from(DUTIES), mine=st.booleans())
    def arise(self, which: tuple[str, str], mine: bool) -> None:  # noqa: FBT001  # drawn by Hypothesis
        regime, self.duty = which
        self.office = Office(OBLIGATION, regime)
        self.owed = self.office.regime.obligations[self.duty]
        subject = None if mine and self.owed.holder == "supervisor" else URBAN
        ground = next(iter(self.owed.occasions), None)
        self.ask(RecordObligation(JUSTICE, self.duty, subject, self.today, "occasion-1", ground), HANDLER)
        event(f"arisen {self.duty}")

    def ask(self, command: Command, actor: Actor) -> None:
        try:
            self.office.on(self.today.isoformat(), command, actor)
        except errors.Refusal as refusal:
            self.names_an_article_that_exists(refusal)

    def names_an_article_that_exists(self, refusal: errors.Refusal) -> None:
        if refusal.article is not None:
            assert self.office.regime.quote(refusal.article).text

    @rule(days=st.sampled_from((0, 1, 5, 40, 200)))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(data=st.data(), actor=ACTORS, back=st.integers(0, 60), amount=st.sampled_from((None, 10, 30)))
    def somebody_reports_a_part_done(self, data: st.DataObject, actor: Actor, back: int, amount: int | None) -> None:
        part = data.draw(st.sampled_from([*self.owed.parts, "nothing"]))
        self.ask(Fulfil(part, self.today - timedelta(days=back), amount=amount), actor)

    @rule(actor=ACTORS, note=notes)
    def somebody_waives_it(self, actor: Actor, note: object) -> None:
        self.ask(Waive("person-h", note), actor)  # type: ignore[arg-type]  # drawn by Hypothesis

    @rule(data=st.data(), actor=ACTORS)
    def somebody_asks_for_something_else(self, data: st.DataObject, actor: Actor) -> None:
        others: tuple[Command, ...] = (
            p.RecordLapse(f"{self.duty}:file"),
            p.RecomputeDeadlines(),
            p.Close("done"),
            p.Reopen(),
            ReferMiss("accountability/A1", next(iter(self.owed.grounds), None)),
        )
        self.ask(data.draw(st.sampled_from(others)), actor)

    def days_done(self) -> dict[str, list[date]]:
        found: dict[str, list[date]] = {part: [] for part in self.owed.parts}
        for happening in self.office.log:
            if isinstance(happening.fact, ObligationFulfilled):
                found[happening.fact.part].append(happening.fact.done_on)
        return found

    @invariant()
    def it_is_met_exactly_when_every_part_is_done(self) -> None:
        days, waived = self.days_done(), any(isinstance(h.fact, ObligationWaived) for h in self.office.log)
        for clock in self.office.file.deadlines.values():
            if self.owed.due.quantity is not None:
                told = (h.fact for h in self.office.log if isinstance(h.fact, ObligationFulfilled))
                complete = sum(fact.amount or 0 for fact in told) >= self.owed.due.quantity.count
            else:
                complete = all(days.values())
            assert complete == (clock.met_on is not None) or (waived and clock.cancelled == "waived")

    @invariant()
    def no_part_is_done_twice_that_is_done_once(self) -> None:
        assert self.owed.repeats or all(len(days) <= 1 for days in self.days_done().values())

    @invariant()
    def what_has_no_date_never_gets_one(self) -> None:
        assert bool(self.office.file.deadlines) == (self.owed.due.span is not None)

    @invariant()
    def nothing_is_closed_that_is_owed_and_not_recorded_as_missed(self) -> None:
        if self.office.file.closed and not self.office.file.deadlines:
            waived = any(isinstance(h.fact, ObligationWaived) for h in self.office.log)
            assert waived or (not self.owed.ongoing and all(self.days_done().values()))

    @invariant()
    def a_lapse_is_recorded_of_what_is_overdue_only(self) -> None:
        lapsed = [h for h in self.office.log if isinstance(h.fact, facts.DeadlineLapsed)]
        assert all(h.on > h.fact.due for h in lapsed if isinstance(h.fact, facts.DeadlineLapsed))

    @invariant()
    def the_clocks_are_those_that_follow_from_the_facts(self) -> None:
        file = self.office.file
        if not clocks.stale(file.deadlines, self.office.law(self.today).calendar):
            assert not list(clocks.difference(file, self.office.law(self.today), why="", today=self.today))

    @invariant()
    def folding_the_facts_gives_the_state(self) -> None:
        assert fold(OBLIGATION, self.office.log) == self.office.file


AnyHistory.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=20)
TestAnyHistory = AnyHistory.TestCase
