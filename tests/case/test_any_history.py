"""What holds of every case, whatever anybody asks for, in whatever order."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import hypothesis.strategies as st
from hypothesis import event, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import errors
from domain.calendar import as_known_on
from domain.case import commands as c
from domain.case.commands import OpenCase
from domain.case.kind import CASE, INITIAL
from domain.procedure import clocks, facts, hindsight
from domain.procedure import commands as p
from domain.procedure.commands import Asked, Command
from domain.procedure.decider import decide
from domain.procedure.facts import Limit
from domain.procedure.happening import Happening
from domain.procedure.recorded import Recorded
from domain.procedure.state import File, apply, evolve
from domain.procedure.view import Known, view
from domain.regime.law import Law
from domain.regime.loader import load
from domain.register import decider as register
from domain.register.events import NumberAssigned
from projections.statistics.figures import figures, folded
from projections.statistics.file_report import file_report
from tests.strategies import HANDLER, JUSTICE, NOTE, URBAN, WHOLE_HISTORIES, actors, commands, step_of

REGIME, SUPERIOR = load("karamay-2022").regime, load("cn-2026").regime
MORNING = datetime(2025, 11, 3, 1, tzinfo=UTC)
MISSED_FIRST = {"correct", "revoke"}  # decisions of art. 31.1, which presuppose that the correction is overdue


STRAIGHT_WAY = (
    (0, c.RegisterAct("A1", "penalty")),
    (1, c.RecordFinding("F1", "unlawful", "A1", ("art.33.1.1", "art.32.1.2"))),
    (0, p.OrderCorrection("R1", ("person-a",), limit=Limit(5, "working_day"))),
    (1, p.RecordCorrectionRefusal("R1")),
    (0, p.IssueNotice("N1", about="R1", limit=Limit(5, "working_day"))),
    (1, p.ServeDocument("N1", URBAN, "direct", "E1")),
    (5, c.RecordReply("N1")),
    (0, c.RecordFinding("F2", "unlawful", "A1", ("art.33.1.1",))),
    (0, p.CheckSuperiorLaw("cn-2026", conflict=False)),
    (1, p.IssueOpinion("O1", about="N1", limit=Limit(9, "calendar_day"))),
    (1, p.ServeDocument("O1", URBAN, "direct", "E2")),
    (20, p.VerifyCorrection("O1", corrected=False)),
    (
        1,
        p.IssueDecision(
            "D1",
            about="O1",
            kind="revoke",
            acts=("A1",),
            grounds=("art.33.1.1",),
            considered=("art.32.1.3",),
            seal="government-supervision-seal",
        ),
    ),
    (1, p.ServeDocument("D1", URBAN, "direct", "E3")),
    (9, p.ReportCorrection("D1", written=True)),
)
REVIEW_WAY = (
    *STRAIGHT_WAY[:11],
    (1, p.RequestReview("V1", "O1", date(2025, 11, 14), written=True, reasoned=True)),
    (2, p.DecideReview("V1", "W1", "amended")),
    (0, p.ServeDocument("W1", URBAN, "direct", "E3")),
    (0, p.IssueOpinion("O2", about="N1", acts=("A1",), replaces="O1")),
    (1, p.ServeDocument("O2", URBAN, "direct", "E4")),
    (1, p.RequestReview("V2", "O2", date(2025, 11, 18), written=True, reasoned=True)),
    (1, p.WithdrawReview("V2")),
    (4, p.ReportCorrection("O2", written=True)),
    (1, p.VerifyCorrection("O2", corrected=True, corrected_on=date(2025, 11, 20), in_writing=True)),
    (0, p.Close("done")),
)
DIRECT_WAY = (
    (0, c.RegisterAct("A1", "permit")),
    (0, c.RecordFinding("F1", "non-performance", "A1", ("art.32.1.2", "art.34.1.1"))),
    (0, p.DecideOpenPoint("confirmation-needs-opinion", "direct", NOTE)),
    (0, p.CheckSuperiorLaw("cn-2026", conflict=False)),
    *(
        step
        for document, kind, ground in (
            ("D1", "perform", ""),
            ("D2", "confirm-unlawful", "art.32.1.2"),
            ("D3", "confirm-void", "art.34.1.1"),
        )
        for step in (
            (
                1,
                p.IssueDecision(
                    document,
                    kind=kind,
                    acts=("A1",),
                    grounds=(ground,) if ground else (),
                    considered=("art.31.2",),
                    limit=Limit(3, "working_day") if kind == "perform" else None,
                    seal="government-supervision-seal",
                ),
            ),
            (0, p.ServeDocument(document, URBAN, "direct", "E1")),
            (2, p.RevokeDecision(document, NOTE)),
        )
    ),
    (1, c.RecordFinding("F2", "beyond-remit")),
    (1, p.Transfer("T1", "F2", "organ-other")),
    (1, p.ReturnTransfer("T1")),
)
WAYS = (STRAIGHT_WAY, REVIEW_WAY, DIRECT_WAY)


class AnyHistory(RuleBasedStateMachine):
    """A clerk, a department and a stranger who try anything, on days that pass at their own pace."""

    def __init__(self) -> None:
        super().__init__()
        self.case: File = INITIAL
        self.today = date(2025, 11, 3)
        self.numbers = register.INITIAL
        self.log: list[Happening] = []

    def law(self) -> Law:
        return Law(REGIME, "d" * 64, as_known_on(self.today), "c" * 64, (SUPERIOR,))

    def ask(self, command: Command, actor: object = HANDLER, back: int = 0, *, done_before: bool = False) -> None:
        before, numbers = self.case, self.numbers
        assigned = None
        if CASE.steps[step_of(command)].instrument and isinstance(document := getattr(command, "document", ""), str):
            try:
                (given,) = register.decide(register.AssignNumber("监", self.today.year, document, "case/K"), numbers)
            except errors.NumberTaken:
                given = None
            if given is not None:
                assert isinstance(given, NumberAssigned)
                assigned, numbers = given, register.evolve(numbers, given)
        asked = Asked(
            "K",
            step_of(command),
            command,
            actor,  # type: ignore[arg-type]  # drawn by Hypothesis
            self.today - timedelta(days=back),
            self.today,
            number=assigned.number if assigned else None,
            done_before=done_before,
            late_reason=True,
        )
        if CASE.steps[step_of(command)].instrument and assigned is None:
            return  # the register refused first
        try:
            recorded = decide(asked, before, self.law())
        except errors.Refusal as refusal:
            self.names_an_article_that_exists(refusal)
            assert self.case is before
            return
        self.numbers = numbers
        self.judge(asked, before, recorded)
        event(f"recorded {step_of(command)}")
        for fact in recorded:
            happening = Happening(self.case.version + 1, asked.on, fact)
            self.log.append(happening)
            self.case = evolve(self.case, happening)

    def names_an_article_that_exists(self, refusal: errors.Refusal) -> None:
        assert refusal.sentence_zh
        assert refusal.sentence_en
        if refusal.article is None:
            assert isinstance(refusal, errors.CaseNotOpen | errors.NoSuchStep)
        else:
            assert REGIME.quote(refusal.article).text

    def judge(self, asked: Asked, before: File, recorded: tuple[facts.Fact, ...]) -> None:
        for fact in recorded:
            if isinstance(fact, facts.DecisionIssued) and fact.kind in MISSED_FIRST and not fact.defects:
                self.was_overdue(fact, asked.on, before)
            if isinstance(fact, facts.ReviewRequested) and fact.accepted:
                objection = before.deadlines[f"opinion-objection:{fact.about}"]
                assert fact.sent_on <= objection.latest
            if isinstance(fact, facts.DeadlineLapsed):
                assert not before.deadlines[fact.deadline].suspended

    def was_overdue(self, decision: facts.DecisionIssued, day: date, before: File) -> None:
        point = before.points.get("opinion-two-limits", "statutory")
        names = {"statutory": ["correct"], "instrument": ["limit"]}.get(point, ["correct", "limit"])
        found = [before.deadlines.get(f"opinion-{name}:{decision.about}") for name in names]
        late = [clock is not None and clock.overdue(day) for clock in found]
        assert all(late) if point != "earlier" else any(late)

    @initialize(back=st.integers(0, 2), way=st.sampled_from(WAYS), lawful=st.integers(0, 21))
    def open(self, back: int, way: tuple[tuple[int, Command], ...], lawful: int) -> None:
        """Chance alone seldom gets far: begin somewhere along one of the lawful ways."""
        self.ask(OpenCase(JUSTICE, URBAN, "inspection"), back=back)
        for days, command in way[:lawful]:
            self.today += timedelta(days=days)
            self.ask(command)
        event(f"began after {lawful} lawful steps")

    @rule(days=st.sampled_from((0, 0, 1, 2, 5, 14)))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @precondition(lambda self: self.case.opened is not None)
    @rule(data=st.data(), actor=actors, back=st.sampled_from((0, 0, 0, 1, 4, -1)), done=st.sampled_from((False, True)))
    def somebody_asks(self, data: st.DataObject, actor: object, back: int, done: bool) -> None:  # noqa: FBT001
        command = data.draw(commands(self.case, REGIME, self.today))
        self.ask(command, actor, back, done_before=done)

    @invariant()
    def each_addressee_received_each_document_once(self) -> None:
        served = Counter(
            (h.fact.document, h.fact.addressee)
            for h in self.case.log
            if isinstance(h.fact, facts.DocumentServed) and not h.fact.defects
        )
        assert all(times == 1 for times in served.values())

    @invariant()
    def numbers_run_without_gap(self) -> None:
        issued = [h.fact.number for h in self.case.log if isinstance(h.fact, facts.Issued)]
        assert sorted(issued) == sorted(self.numbers.documents.values())
        assert self.numbers.given == len(issued)

    @invariant()
    def recorded_deadlines_are_those_that_follow_from_the_facts(self) -> None:
        if self.case.opened is None:
            return
        derived = clocks.derive(self.case, self.law())
        for id_, clock in self.case.deadlines.items():
            if not clock.settled and not clocks.stale({id_: clock}, self.law().calendar):
                assert (clock.reckoned, clock.pauses, clock.trigger_on) == (
                    derived[id_].reckoned,
                    derived[id_].pauses,
                    derived[id_].trigger_on,
                )

    @invariant()
    def nothing_suspended_is_overdue(self) -> None:
        assert not any(c.suspended and c.overdue(date.max) for c in self.case.deadlines.values())

    @invariant()
    def folding_the_facts_gives_the_state(self) -> None:
        case = INITIAL
        for happening in self.log:
            case = evolve(case, happening)
        assert case == self.case

    @rule()
    def only_a_correction_puts_a_step_in_doubt(self) -> None:
        if not any(isinstance(h.fact, facts.EntryCorrected) for h in self.log) and self.case.opened is not None:
            doubts = hindsight.doubts(self.case, self.law())
            # a right read in its holder's favour may turn out, under a later schedule, to have lapsed
            assert all(doubt.code == "right-lapsed" for doubt in doubts), doubts

    @rule()
    def clocks_followed_fact_by_fact_are_those_that_follow_from_all_facts_at_once(self) -> None:
        following, case = clocks.Following(), File(CASE)
        for happening in self.case.log:
            case = apply(case, happening)
            following.take(case, self.law())
        assert following.standing(self.law()) == clocks.derive(self.case, self.law())

    def known(self) -> list[Known]:
        return [Known(happening, MORNING + timedelta(seconds=happening.version)) for happening in self.log]

    @rule(back=st.integers(0, 40), version=st.integers(0, 60))
    def any_earlier_view_can_be_taken(self, back: int, version: int) -> None:
        day = self.today - timedelta(days=back)
        seen = view(CASE, self.known(), as_of=day, known_at=MORNING + timedelta(seconds=version))
        assert all(happening.on <= day and happening.version <= version for happening in seen.log)

    @precondition(lambda self: self.case.opened is not None)
    @rule()
    def figures_count_documents_reviews_and_clocks_as_the_state_has_them(self) -> None:
        entries = [
            Recorded(
                "case/x", h.version, 7 * h.version, MORNING + timedelta(seconds=h.version), h.on, HANDLER, (), h.fact
            )
            for h in self.log
        ]
        found = list(figures(self.case, entries))
        assert folded(entries) == self.case
        counted = [(each.measure, each.of, at) for each in found for at in each.positions if each.since is None]
        assert len(set(counted)) == len(counted)
        assert {at for each in found for at in each.positions} <= {entry.position for entry in entries}
        by = Counter(each.measure for each in found if each.since is None)
        assert by["documents-issued"] + by["documents-defective"] == len(self.case.documents)
        assert by["reviews-requested"] == sum(review.requested.accepted for review in self.case.reviews.values())
        duties = [clock for clock in self.case.deadlines.values() if clock.nature == "duty"]
        met = [clock for clock in duties if clock.met_on is not None]
        assert by["clocks-on-time"] == sum(not clock.late for clock in met)
        assert by["clocks-late"] == sum(clock.late for clock in met)
        assert by["clocks-ended-late"] == sum(clock.late for clock in duties) - by["clocks-late"]
        lasting = [each for each in found if each.since is not None and each.counts(0, self.today)]
        assert len(lasting) == sum(clock.overdue(self.today) for clock in duties)
        told = json.loads(file_report("cn-000000", 1, entries))
        assert [clock["clock"] for clock in told["clocks"]] == list(self.case.deadlines)

    @invariant()
    def a_view_without_limits_is_the_state(self) -> None:
        seen = view(CASE, self.known())
        assert seen.deadlines == self.case.deadlines
        assert seen.documents == self.case.documents


AnyHistory.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=30)
TestAnyHistory = AnyHistory.TestCase
