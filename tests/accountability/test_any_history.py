"""What holds of every 责任追究, whatever anybody asks for, in whatever order, under any of the regulations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import event, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import errors
from domain.accountability import commands as a
from domain.accountability import events
from domain.catalogue import short_name
from domain.identity import Actor
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.facts import Fact, Limit, StatementHeard
from domain.procedure.state import evolve
from domain.regime.conditions import ByPoint, Relation
from domain.regime.duties import Ladder, Rung
from domain.regime.loader import load
from tests.accountability.office import INITIAL, OTHERS, PEOPLE, REGIMES, Office
from tests.strategies import CLOCK, HANDLER, JUSTICE, NOTE, STRANGER, URBAN, WHOLE_HISTORIES, fresh, ids, step_of

TAKEN: Mapping[type[Fact], tuple[str, ...]] = {
    events.SanctionImposed: ("imposed",),
    events.SanctionSuggested: ("suggested",),
    events.DisciplineReferred: ("referred", "handed-over"),
}
PATIENCE = 9  # days, longer than the limit of any order given here
WAYS = sorted(
    (
        (id_, name, rung.n)
        for id_ in REGIMES
        for name, ladder in load(id_).regime.ladders.items()
        for rung in ladder.rungs
        if rung.taken != "ordered"
    ),
    key=lambda way: (load(way[0]).regime.ladders[way[1]].rungs[0].taken != "ordered", way),
)
FIRST_DAYS = {"zhumadian-2024": date(2024, 10, 8)}
actors = st.sampled_from((*[HANDLER] * 10, *PEOPLE.values(), *PEOPLE.values(), STRANGER, CLOCK))


class AnyHistory(RuleBasedStateMachine):
    """Clerks, departments, other authorities and strangers who try anything."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office()
        self.today = date(2023, 5, 8)

    @initialize(way=st.sampled_from(WAYS), lawful=st.integers(0, 9))
    def begin(self, way: tuple[str, str, int], lawful: int) -> None:
        """Chance alone seldom gets far: begin somewhere along the lawful way up to one of the rungs."""
        regime, name, n = way
        self.open(regime, name)
        for command, actor in [*self.way_up(self.rung(n))][:lawful]:
            self.ask(command, actor)
            self.today += timedelta(days=PATIENCE if isinstance(command, p.OrderCorrection) else 0)
        event(f"{regime}, {name}, rung {n}")

    def open(self, regime: str, name: str) -> None:
        self.office, self.today = Office(regime), FIRST_DAYS.get(regime, date(2023, 5, 8))
        self.office.ask(self.today, a.OpenAccountability(JUSTICE, URBAN, name, "person-x"))
        self.office.name_others(self.today)
        self.office.ask(self.today, p.RegisterEvidence("E1", "document"))
        self.office.ask(self.today, a.EstablishGround(self.listed[:2], "E1"))

    def way_up(self, rung: Rung) -> Iterator[tuple[Command, Actor]]:
        """The steps that lead lawfully to a rung, and past it."""
        ordered = self.ladder.rungs[0].taken == "ordered"
        yield a.NameResponsiblePerson("person-x", "in-charge"), HANDLER
        if ordered:
            yield p.OrderCorrection("R", ("person-a",), limit=Limit(3, "working_day")), HANDLER
        for each in [each for each in self.ladder.rungs if each.n < rung.n and each.taken == "imposed" and ordered]:
            yield from self.taking(each, ordered=ordered)
        yield from self.taking(rung, ordered=ordered)

    def taking(self, rung: Rung, *, ordered: bool) -> Iterator[tuple[Command, Actor]]:
        sanction, referral, measures = f"P{rung.n}", f"T{rung.n}", (next(iter(rung.measures)),)
        about = "R" if ordered else None
        yield a.ProposeSanction(sanction, rung.n, measures, self.listed[:1], about, NOTE, NOTE), HANDLER
        yield p.HearStatement(URBAN), HANDLER
        by = rung.decided_by if isinstance(rung.decided_by, str) else self.shipped(rung.decided_by)
        if rung.taken == "imposed":
            yield a.ImposeSanction(sanction, rung.n, measures), PEOPLE[by]
            yield a.RecordOutcome(sanction, "carried-out"), HANDLER
            return
        to = PEOPLE[by].organ
        put = a.SuggestSanction if rung.taken == "suggested" else a.ReferDiscipline
        yield put(referral, sanction, to, rung.n, measures), HANDLER
        yield a.AnswerReferral(referral, taken_up=True), PEOPLE[by]
        yield a.RecordOutcome(referral, "carried-out"), HANDLER

    def shipped(self, choice: ByPoint[Relation]) -> str:
        return choice.options[self.office.regime.open_points[choice.point].reading(None)]

    @property
    def ladder(self) -> Ladder:
        assert isinstance(self.office.file.opened, events.AccountabilityOpened)
        return self.office.regime.ladders[self.office.file.opened.ladder]

    @property
    def listed(self) -> tuple[str, ...]:
        return self.office.regime.lists[self.ladder.grounds].items

    def rung(self, n: int) -> Rung:
        return next(rung for rung in self.ladder.rungs if rung.n == n)

    def ask(self, command: Command, actor: Actor) -> None:
        before, at = self.office.file, len(self.office.log)
        try:
            self.office.ask(self.today, command, actor)
        except errors.Refusal as refusal:
            self.names_an_article_that_exists(refusal)
            return
        event(f"recorded {step_of(command, before.kind)}")
        for happening in self.office.log[at:]:
            if type(happening.fact) in TAKEN:
                self.was_lawful(happening.fact, actor)  # type: ignore[arg-type]  # one of those three
            if isinstance(happening.fact, events.ReferralAnswered):
                self.was_asked(happening.fact.referral, actor)

    def names_an_article_that_exists(self, refusal: errors.Refusal) -> None:
        assert refusal.sentence_zh
        assert refusal.sentence_en
        if refusal.article is None:
            assert isinstance(refusal, errors.NoSuchStep)
        else:
            assert self.office.regime.quote(refusal.article).text

    def was_lawful(
        self, fact: events.SanctionImposed | events.SanctionSuggested | events.DisciplineReferred, actor: Actor
    ) -> None:
        """Proposed on a ground that was established, heard, on its rung, after the order that it needs was missed."""
        sanction = fact.sanction if isinstance(fact, events.SanctionImposed) else fact.about
        log = [h.fact for h in self.office.log]
        proposal = next(f for f in log if isinstance(f, events.SanctionProposed) and f.sanction == sanction)
        rung = self.rung(proposal.rung)
        assert fact.rung == proposal.rung
        assert set(fact.measures) <= set(proposal.measures) <= set(rung.measures)
        assert rung.taken in TAKEN[type(fact)]
        established = {g for f in log if isinstance(f, events.GroundEstablished) for g in f.grounds}
        assert set() != set(proposal.grounds) <= established <= set(self.listed)
        if rung.taken != "handed-over":
            assert any(isinstance(f, StatementHeard) for f in log[log.index(proposal) :])
        if any(rule.guard.overdue for rule in rung.requires):
            clock = self.office.file.deadlines[f"order-limit:{proposal.about}"]
            assert clock.late if clock.settled else clock.overdue(self.today)
        if any(rule.guard.field and rule.guard.field.name == "circumstances" for rule in rung.requires):
            assert proposal.circumstances is not None
        if isinstance(fact, events.SanctionImposed) and self.office.regime.id != "luoyang-2022":
            assert actor == HANDLER  # elsewhere, as shipped, the supervision organ decides what is imposed

    def was_asked(self, referral: str, actor: Actor) -> None:
        put = events.SanctionSuggested | events.DisciplineReferred
        asked = next(h.fact for h in self.office.log if isinstance(h.fact, put) and h.fact.referral == referral)
        assert actor.organ == asked.to

    @rule(days=st.sampled_from((0, 1, 3)))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @precondition(lambda self: self.office.file.opened is not None)
    @rule(data=st.data(), actor=actors)
    def somebody_asks(self, data: st.DataObject, actor: Actor) -> None:
        self.ask(data.draw(self.commands()), actor)

    def commands(self) -> st.SearchStrategy[Command]:
        """Any step, filled in well or badly."""
        file, new, regime = self.office.file, fresh(self.office.file), self.office.regime
        grounds = st.lists(st.sampled_from([*self.listed, *self.listed[:2] * 4, "art.1.1"]), max_size=2).map(tuple)
        rung = st.sampled_from([*self.ladder.rungs, *regime.ladders["person"].rungs])
        notes = st.sampled_from((None, NOTE, NOTE))
        to = st.sampled_from((URBAN, *OTHERS.values()))

        def proposal(rung: Rung) -> st.SearchStrategy[Command]:
            measures = st.lists(st.sampled_from([*rung.measures, "other"]), max_size=2).map(tuple)
            about = (
                st.none() | ids(file, "order") if any(t.kind == "order" for t in file.things.values()) else st.none()
            )
            rest = {"sanction": new, "grounds": grounds, "about": about, "circumstances": notes, "note": notes}
            return st.builds(a.ProposeSanction, rung=st.just(rung.n), measures=measures, **rest)

        def follow(proposed: events.SanctionProposed | None) -> st.SearchStrategy[Command]:
            about = proposed.sanction if proposed else "nothing"
            measures = st.just(proposed.measures if proposed else ()) | st.just(("education", "discipline"))
            number = st.just(proposed.rung if proposed else 1) | st.integers(0, 5)
            put = {"referral": new, "about": st.just(about), "to": to, "rung": number, "measures": measures}
            return st.one_of(
                st.builds(a.ImposeSanction, sanction=st.just(about), rung=number, measures=measures),
                st.builds(a.SuggestSanction, **put),
                st.builds(a.ReferDiscipline, **put),
            )

        proposals = [h.fact for h in file.log if isinstance(h.fact, events.SanctionProposed)]
        outcome = st.sampled_from(("carried-out", "declined", "dropped", "set-aside", "odd"))
        return st.one_of(
            st.builds(a.EstablishGround, grounds=grounds, evidence=st.sampled_from((None, "E1"))),
            st.just(a.NameResponsiblePerson("person-x", "in-charge")),
            st.builds(
                p.OrderCorrection,
                order=new,
                persons=st.just(("person-a",)),
                limit=st.none() | st.just(Limit(3, "working_day")),
            ),
            st.builds(
                p.VerifyCorrection,
                about=ids(file, "order"),
                corrected=st.booleans(),
                corrected_on=st.none() | st.just(self.today),
            ),
            *[rung.flatmap(proposal)] * 3,
            *[st.sampled_from([*proposals[::-1], None]).flatmap(follow)] * 4,
            st.just(p.HearStatement(URBAN)),
            st.builds(a.AnswerReferral, referral=ids(file, "referral"), taken_up=st.booleans()),
            st.builds(a.Appeal, appeal=new, about=ids(file, "sanction"), by=st.just(URBAN), written=st.booleans()),
            st.builds(a.DecideAppeal, appeal=ids(file, "appeal"), outcome=st.sampled_from(("upheld", "revoked"))),
            st.builds(a.RecordOutcome, about=ids(file, "sanction", "referral"), outcome=outcome),
            st.sampled_from(sorted(regime.open_points)).flatmap(
                lambda point: st.builds(
                    p.DecideOpenPoint,
                    point=st.just(point),
                    option=st.sampled_from(sorted(regime.open_points[point].options)),
                    reason=st.just(NOTE),
                )
            )
            if regime.id == "luoyang-2022"
            else st.just(p.HearStatement("person-x")),
            st.builds(p.RecordLapse, deadline=st.sampled_from([*file.deadlines, "none"])),
            st.just(p.Close("done")),
            st.just(p.Reopen(NOTE)),
        )

    @invariant()
    def a_sanction_is_imposed_once_at_most(self) -> None:
        imposed = [h.fact.sanction for h in self.office.log if isinstance(h.fact, events.SanctionImposed)]
        assert len(imposed) == len(set(imposed))

    @invariant()
    def a_closed_file_leaves_no_sanction_without_a_result(self) -> None:
        if not self.office.file.closed:
            return
        settled = {
            id_
            for h in self.office.log
            if isinstance(h.fact, events.OutcomeRecorded)
            for id_ in self.office.file.chain(h.fact.about)
        }
        assert {id_ for id_, t in self.office.file.things.items() if t.kind in ("sanction", "referral")} <= settled

    @invariant()
    def folding_the_facts_gives_the_state(self) -> None:
        file = INITIAL
        for happening in self.office.log:
            file = evolve(file, happening)
        assert file == self.office.file

    @invariant()
    def every_fact_has_its_name(self) -> None:
        assert all(short_name(h.fact) for h in self.office.log)


AnyHistory.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=20)
TestAnyHistory = AnyHistory.TestCase
