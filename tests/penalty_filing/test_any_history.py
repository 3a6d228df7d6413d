"""What holds of every filed penalty, whatever anybody asks for, in whatever order."""

from __future__ import annotations

from datetime import date

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import invariant

from domain.penalty_filing import commands as c
from domain.penalty_filing import events as e
from domain.penalty_filing.kind import PENALTY_FILING
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.facts import Fact, Limit
from domain.procedure.state import File
from tests.lead.office import AnyFile
from tests.strategies import JUSTICE, NOTE, URBAN, WHOLE_HISTORIES, limits, notes, persons


class AnyFiling(AnyFile):
    kind = PENALTY_FILING
    openings = st.just(c.FilePenalty(JUSTICE, URBAN, "major-penalty", date(2025, 2, 28)))

    way = (
        c.PutQuestion("Q1", Limit(3, "working_day"), NOTE),
        c.AnswerQuestion("Q1"),
        c.ExamineFiling("X1", "problems", ("person-a",), NOTE),
        c.LinkFiling("X1", "case-1"),
        c.ExamineFiling("X2", "no-objection", ("person-a",)),
        p.Close("done"),
    )

    def commands(self) -> st.SearchStrategy[Command]:
        new = self.fresh()
        return st.one_of(
            st.builds(c.ExamineFiling, new, st.sampled_from(("no-objection", "problems", "odd")), persons, notes),
            st.builds(c.PutQuestion, new, limits, notes),
            st.builds(c.AnswerQuestion, self.things("question")),
            st.builds(c.RecordIrregularity, st.sampled_from(("late", "odd")), notes),
            st.builds(c.LinkFiling, self.things("examination"), st.sampled_from(("case-1", "case-2"))),
            st.builds(p.RecordLapse, st.sampled_from([*self.file.deadlines, "none"])),
            st.builds(p.Close, st.just("done")),
            st.builds(p.Reopen, notes),
        )

    def judge(self, before: File, facts: tuple[Fact, ...]) -> None:
        if before.closed or not self.file.closed:
            return
        log = [h.fact for h in before.log]
        examined = [f for f in log if isinstance(f, e.FilingExamined)]
        linked = {f.about for f in log if isinstance(f, e.FilingLinked)}
        assert examined
        for number, examination in enumerate(examined):
            later = examined[number:]
            assert examination.examination in linked or any(f.outcome == "no-objection" for f in later)
        assert all(clock.settled or clock.lapsed for clock in before.deadlines.values())

    @invariant()
    def every_question_has_its_clock(self) -> None:
        asked = {h.fact.question for h in self.file.log if isinstance(h.fact, e.FilingQuestioned)}
        assert asked == {clock.about for clock in self.file.deadlines.values()}

    @invariant()
    def an_answer_settles_it(self) -> None:
        answered = {h.fact.question for h in self.file.log if isinstance(h.fact, e.FilingAnswered)}
        assert answered == {clock.about for clock in self.file.deadlines.values() if clock.settled}


AnyFiling.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=30)
TestAnyFiling = AnyFiling.TestCase
