"""A file of any kind told step by step against the pure decider, and what holds of it whatever anybody asks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import hypothesis.strategies as st
from hypothesis import event
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import errors
from domain.calendar import as_known_on
from domain.catalogue import short_name
from domain.identity import Actor
from domain.procedure.commands import Asked, Command
from domain.procedure.decider import decide
from domain.procedure.facts import Fact
from domain.procedure.happening import Happening
from domain.procedure.kind import Kind
from domain.procedure.offers import Offer, offers
from domain.procedure.stage import stage
from domain.procedure.state import File, evolve, fold
from domain.regime.law import Law
from domain.regime.loader import load
from domain.regime.model import Regime
from tests.strategies import HANDLER, actors, step_of


class Office:
    """Takes steps in one file on days and keeps what was recorded."""

    def __init__(self, kind: Kind, regime: str = "karamay-2022") -> None:
        self.regime: Regime = load(regime).regime
        self.file = File(kind)

    def law(self, today: date) -> Law:
        return Law(self.regime, "d" * 64, as_known_on(today), "c" * 64)

    def on(self, day: str, command: Command, actor: Actor = HANDLER) -> list[str]:
        """Take a step; the names of the facts recorded."""
        return [short_name(fact) for fact in self.take(date.fromisoformat(day), command, actor)]

    def take(self, day: date, command: Command, actor: Actor, today: date | None = None) -> tuple[Fact, ...]:
        today = today or day
        asked = Asked("K", step_of(command, self.file.kind), command, actor, day, today, late_reason=True)
        facts = decide(asked, self.file, self.law(today))
        for fact in facts:
            self.file = evolve(self.file, Happening(self.file.version + 1, day, fact))
        return facts

    def refuses(self, day: str, command: Command, actor: Actor = HANDLER) -> tuple[str, str]:
        """Take a step that must be refused; code and article."""
        before = self.file
        try:
            facts = self.on(day, command, actor)
        except errors.Refusal as refusal:
            assert self.file is before
            return refusal.code, (refusal.article or "").removeprefix(f"{self.regime.id}:")
        raise AssertionError(f"recorded {facts}")

    def offers(self, day: date, actor: Actor = HANDLER) -> tuple[Offer, ...]:
        return offers(self.file, self.law(day), actor, day)

    def stage(self) -> str:
        return stage(self.file, self.regime).stage


class AnyFile(RuleBasedStateMachine):
    """A clerk, a department and a stranger who try anything in one file, on days that pass at their own pace."""

    kind: ClassVar[Kind]
    openings: ClassVar[st.SearchStrategy[Command]]
    way: ClassVar[tuple[Command, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(self.kind)
        self.today = date(2025, 3, 3)

    @property
    def file(self) -> File:
        return self.office.file

    def commands(self) -> st.SearchStrategy[Command]:
        """Any step, about anything, filled in well or badly."""
        raise NotImplementedError

    def judge(self, before: File, facts: tuple[Fact, ...]) -> None:
        """What must hold of the facts of a step that was taken."""

    def refused(self, refusal: errors.Refusal) -> None:
        """What must hold of a refusal."""

    @initialize(data=st.data(), lawful=st.integers(0, 9))
    def open(self, data: st.DataObject, lawful: int) -> None:
        """Chance alone seldom gets far: begin somewhere along a lawful way; what does not fit this file is refused."""
        self.office.take(self.today, data.draw(self.openings), HANDLER)
        for command in self.way[:lawful]:
            self.ask(command, HANDLER, self.today)

    @rule(days=st.sampled_from((1, 2, 7)))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @precondition(lambda self: self.file.opened is not None)
    @rule(data=st.data(), actor=actors, back=st.sampled_from((0, 0, 0, 1, -1)))
    def somebody_asks(self, data: st.DataObject, actor: Actor, back: int) -> None:
        self.ask(data.draw(self.commands()), actor, self.today - timedelta(days=back))

    def ask(self, command: Command, actor: Actor, day: date) -> None:
        before = self.file
        try:
            facts = self.office.take(day, command, actor, self.today)
        except errors.Refusal as refusal:
            self.names_an_article_that_exists(refusal)
            self.refused(refusal)
            return
        event(f"recorded {step_of(command, self.kind)}")
        self.judge(before, facts)

    def names_an_article_that_exists(self, refusal: errors.Refusal) -> None:
        assert refusal.sentence_zh
        assert refusal.sentence_en
        assert refusal.article is not None
        assert self.office.regime.quote(refusal.article).text

    @invariant()
    def folding_the_facts_gives_the_state(self) -> None:
        assert fold(self.kind, self.file.log) == self.file

    @invariant()
    def it_is_always_at_some_stage(self) -> None:
        if self.file.opened is not None:
            assert self.office.stage()

    def things(self, kind: str) -> st.SearchStrategy[str]:
        """Mostly something of that kind in the file, sometimes something else, sometimes nothing that exists."""
        known = [id_ for id_, thing in self.file.things.items() if thing.kind == kind]
        return st.sampled_from([*known * 8, *list(self.file.things)[:2], "nothing"])

    def fresh(self) -> st.SearchStrategy[str]:
        """A new id, rarely one that is taken."""
        return st.sampled_from([f"id-{self.file.version}"] * 9 + [next(iter(self.file.things), "id-0")])
