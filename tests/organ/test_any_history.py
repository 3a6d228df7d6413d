"""What holds of the file of every enforcement body, whatever anybody asks for, in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import invariant

from domain.organ import commands as c
from domain.organ import events as e
from domain.organ.kind import ORGAN
from domain.organ.standing import confirmation
from domain.procedure import clocks
from domain.procedure import commands as p
from domain.procedure.commands import Command
from tests.lead.office import AnyFile
from tests.strategies import JUSTICE, NOTE, URBAN, WHOLE_HISTORIES, notes, persons


class AnyOrgan(AnyFile):
    kind = ORGAN
    openings = st.builds(
        c.RegisterOrgan, st.just(JUSTICE), st.just(URBAN), st.sampled_from(("department", "vertical", None))
    )
    way = (
        c.RecordChange("G1", "law", date(2025, 3, 3)),
        c.ApplyForQualification("P1", "G1"),
        c.ExamineQualification("X1", fit=True, about="P1"),
        c.ConfirmQualification("C1", "X1"),
        c.PublishQualification("C1"),
        c.ExamineQualification("X2", fit=False),
        c.RefuseQualification("X2", NOTE),
        c.RecordDelegation("W1", "organ-station", date(2025, 3, 3)),
        c.FileDelegation("W1"),
    )

    def commands(self) -> st.SearchStrategy[Command]:
        new, day = self.fresh(), st.integers(-3, 30).map(lambda back: self.today - timedelta(days=back))
        change, application = self.things("change"), self.things("application")
        days = st.none() | day
        return st.one_of(
            st.builds(c.RecordChange, new, st.sampled_from(("law", "function", "odd")), days, days),
            st.builds(c.ApplyForQualification, new, st.none() | change, days, st.sampled_from((None, "E1"))),
            st.builds(c.ExamineQualification, new, st.booleans(), st.none() | application | change),
            st.builds(c.ConfirmQualification, new, self.things("examination")),
            st.builds(c.RefuseQualification, self.things("examination"), notes),
            st.builds(c.PublishQualification, self.things("confirmation")),
            st.builds(c.DesignateSupervisors, persons),
            st.builds(c.SetSuperior, st.just("organ-province")),
            st.builds(c.RecordDelegation, new, st.just("organ-station"), day, valid_to=days),
            st.builds(c.FileDelegation, self.things("delegation"), days),
            st.builds(c.FilePlan, st.just(2025)),
            st.builds(c.FileReport, st.just(2025), st.just(JUSTICE), st.booleans()),
            st.builds(c.PublishInformation, st.just("delegation"), st.none() | self.things("delegation")),
            st.builds(
                p.DecideOpenPoint,
                st.just("short-days"),
                st.sampled_from(("working-days", "calendar-days")),
                st.just(NOTE),
            ),
            st.builds(
                p.DecideOpenPoint,
                st.just("change-counts-from"),
                st.sampled_from(("later", "effect", "odd")),
                st.just(NOTE),
            ),
            st.builds(p.Close, st.just("done")),
            st.builds(p.Reopen, notes),
        )

    @invariant()
    def each_decision_rests_on_an_examination_that_found_so(self) -> None:
        found: dict[str, bool] = {}
        decided: list[str] = []
        for fact in (h.fact for h in self.file.log):
            match fact:
                case e.QualificationExamined(examination, fit):
                    found[examination] = fit
                case e.QualificationConfirmed(about=about):
                    assert found[about]
                    decided.append(about)
                case e.QualificationRefused(about=about):
                    assert not found[about]
                    decided.append(about)
                case e.QualificationPublished(confirmation=published):
                    assert self.file.things[published].kind == "confirmation"
                case _:
                    pass
        assert len(decided) == len(set(decided))

    @invariant()
    def it_is_confirmed_if_and_only_if_it_was(self) -> None:
        confirmed = [h for h in self.file.log if isinstance(h.fact, e.QualificationConfirmed)]
        assert (confirmation(self.file, self.today) is not None) == bool(confirmed)

    @invariant()
    def every_change_and_every_delegation_has_its_clocks(self) -> None:
        kinds = {"change": ["change-reported"], "delegation": ["delegation-published", "delegation-filed"]}
        wanted = {f"{name}:{id_}" for id_, thing in self.file.things.items() for name in kinds.get(thing.kind, ())}
        assert set(self.file.deadlines) == wanted

    @invariant()
    def recorded_deadlines_are_those_that_follow_from_the_facts(self) -> None:
        derived = clocks.derive(self.file, self.office.law(self.today)) if self.file.opened else {}
        for id_, clock in self.file.deadlines.items():
            if not clock.settled:
                assert (clock.reckoned, clock.trigger_on) == (derived[id_].reckoned, derived[id_].trigger_on)


AnyOrgan.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=30)
TestAnyOrgan = AnyOrgan.TestCase
