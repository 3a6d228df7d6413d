"""What holds of every programme, whatever anybody asks for, in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import errors
from domain.identity import Actor
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.state import fold
from domain.programme import commands as c
from domain.programme import events as e
from domain.programme.kind import PROGRAMME
from domain.regime.loader import load
from tests.obligation.office import Office
from tests.strategies import HANDLER, JUSTICE, STRANGER, URBAN, WHOLE_HISTORIES, persons

METHOD = {"karamay-2022": "art.21.1.3", "luoyang-2022": None, "zhumadian-2024": "art.11.1.4"}
FILES = st.sampled_from(("S1", "S2", "S3"))
CRITERIA = st.sampled_from(((), ("facts", "evidence", "procedure", "documents")))
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(c.StartProgramme, persons=persons, on_site=st.booleans()),
    st.builds(c.SelectFile, drawn=FILES, organ=st.just(URBAN)),
    st.builds(c.GradeFile, drawn=FILES, grade=st.sampled_from(("good", "poor")), criteria=CRITERIA),
    st.builds(c.ReferFinding, finding=st.sampled_from(("F1", "F2")), to=st.just("case/K1"), drawn=st.none() | FILES),
    st.builds(c.ReportProgramme, discharges=st.just(("obligation/O1",))),
    st.builds(c.PublishProgramme, where=st.just("circular-1")),
    st.builds(p.Close, outcome=st.just("done")),
    st.builds(p.Reopen),
)


class AnyHistory(RuleBasedStateMachine):
    """People who draw, grade, refer, report and publish in any order, under three texts."""

    @initialize(data=st.data(), regime=st.sampled_from(sorted(METHOD)))
    def plan(self, data: st.DataObject, regime: str) -> None:
        self.today = date(2024, 9, 2)
        self.office = Office(PROGRAMME, regime)
        self.kind = data.draw(
            st.sampled_from(sorted(load(regime).regime.procedures["programme"].codes["programme-kinds"]))
        )
        self.office.on("2024-09-02", c.PlanProgramme(JUSTICE, self.kind, method=METHOD[regime]))

    @rule(days=st.integers(0, 5))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(command=COMMANDS, actor=st.sampled_from((HANDLER, HANDLER, HANDLER, STRANGER)))
    def somebody_asks(self, command: Command, actor: Actor) -> None:
        try:
            self.office.on(self.today.isoformat(), command, actor)
        except errors.Refusal as refusal:
            self.names_an_article_that_exists(refusal)

    def names_an_article_that_exists(self, refusal: errors.Refusal) -> None:
        if refusal.article is not None:
            assert self.office.regime.quote(refusal.article).text

    def versions(self, fact: type, drawn: str | None = None) -> list[int]:
        return [
            h.version
            for h in self.office.log
            if isinstance(h.fact, fact) and (drawn is None or getattr(h.fact, "drawn", None) == drawn)
        ]

    @invariant()
    def every_file_is_drawn_once_and_before_it_is_graded(self) -> None:
        for drawn in ("S1", "S2", "S3"):
            selected, graded = self.versions(e.FileSelected, drawn), self.versions(e.CaseFileGraded, drawn)
            assert len(selected) <= 1
            assert not graded or selected[0] < graded[0]

    @invariant()
    def it_is_reported_once_with_every_file_graded(self) -> None:
        reported = self.versions(e.ProgrammeReported)
        assert len(reported) <= 1
        for at in reported:
            for drawn in ("S1", "S2", "S3"):
                if self.versions(e.FileSelected, drawn):
                    assert min(self.versions(e.CaseFileGraded, drawn)) < at

    @invariant()
    def nothing_is_drawn_or_graded_after_the_report(self) -> None:
        work = self.versions(e.FileSelected) + self.versions(e.CaseFileGraded)
        assert all(version < at for at in self.versions(e.ProgrammeReported) for version in work)

    @invariant()
    def nothing_is_published_before_the_report(self) -> None:
        published = self.versions(e.ProgrammePublished)
        assert not published or min(published) > min(self.versions(e.ProgrammeReported))

    @invariant()
    def what_a_review_refers_was_graded(self) -> None:
        for h in self.office.log:
            if isinstance(h.fact, e.ProgrammeFindingReferred) and self.kind == "casefile-review":
                assert h.fact.drawn is not None
                assert min(self.versions(e.CaseFileGraded, h.fact.drawn)) < h.version

    @invariant()
    def folding_the_facts_gives_the_state(self) -> None:
        assert fold(PROGRAMME, self.office.log) == self.office.file


AnyHistory.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=25)
TestAnyHistory = AnyHistory.TestCase
