"""From what was undone back to what it rested on, and to the persons who acted, approved, reviewed, stood aside."""

from __future__ import annotations

from datetime import date

import orjson
from hypothesis import event, given

from domain.accountability.events import (
    AccountabilityOpened,
    GroundEstablished,
    OutcomeRecorded,
    ResponsiblePersonNamed,
    SanctionImposed,
    SanctionProposed,
)
from domain.accountability.kind import ACCOUNTABILITY
from domain.case.events import ActRegistered, CaseOpened, FindingRecorded
from domain.case.kind import CASE
from domain.procedure import facts as f
from domain.procedure.facts import Fact
from domain.procedure.recorded import Recorded
from domain.procedure.view import Replay, replay
from projections.accountability.acts import acts, of_organ, of_person
from projections.accountability.chain import chain
from projections.accountability.graph import Graph, as_json
from projections.accountability.holders import holdings
from projections.accountability.overdue import overdue
from tests.responsibility.registers import FIRST, entries
from tests.strategies import HANDLER, JUSTICE, URBAN, WHOLE_HISTORIES
from tests.timeline.histories import REGIME, histories

DAY = date(2026, 1, 20)
OPENED = CaseOpened("karamay-2022", "d" * 64, JUSTICE, URBAN, "inspection", against_act=True)
STORY: tuple[Fact, ...] = (
    OPENED,
    f.HandlersAssigned(("person-a", "person-b")),
    ActRegistered("A1", "penalty"),
    ActRegistered("A2", "permit"),
    FindingRecorded("F1", "unlawful", "A1", ("art.33.1.1",), ("person-a", "person-b")),
    FindingRecorded("F2", "unlawful", "A2", ("art.33.1.1",)),
    f.OfficerRecused("person-c"),
    f.NoticeIssued("N1", "notice", "监〔2025〕1号", URBAN, acts=("A1",), persons=("person-a", "person-b")),
    f.ApprovalRequested("Y1", "O1", "opinion", "person-h"),
    f.ApprovalGiven("Y1", "person-h"),
    f.OpinionIssued("O1", "opinion", "监〔2025〕2号", URBAN, about="N1", acts=("A1",), persons=("person-a",)),
    f.ReviewRequested("V1", "O1", URBAN, FIRST, written=True, reasoned=True, accepted=True),
    f.ReviewDecided("V1", "upheld", "W1", persons=("person-r", "person-s")),
    f.DecisionIssued("D1", "decision", "监〔2025〕3号", URBAN, about="O1", kind="revoke", acts=("A1",)),
    f.ActRevoked("A1", "D1"),
)


def case(*more: Fact) -> Replay:
    return replay(CASE, entries("case/K", [(FIRST, fact) for fact in (*STORY, *more)], register=1))


def edges(graph: Graph) -> set[tuple[str, str, str]]:
    return {(edge.source.rpartition("#")[2], edge.kind, edge.target.rpartition("#")[2]) for edge in graph.edges}


def things(graph: Graph) -> set[str]:
    return {node.ref for node in graph.nodes if "#" in node.id}


def test_from_a_revoked_act_the_chain_goes_back_to_the_finding_and_not_to_what_concerns_another_act() -> None:
    drawn = chain(case(), REGIME)
    assert things(drawn) == {"A1", "F1", "N1", "Y1", "O1", "V1", "W1", "D1"}
    assert {
        ("D1", "act-revoked", "A1"),
        ("D1", "about", "O1"),
        ("O1", "about", "N1"),
        ("F1", "concerns", "A1"),
        ("V1", "about", "O1"),
        ("Y1", "approval-of", "O1"),
    } <= edges(drawn)


def test_the_chain_names_who_acted_approved_reviewed_and_stood_aside() -> None:
    said = edges(chain(case(), REGIME))
    assert {
        ("person/person-b", "acted", "F1"),
        ("person/person-a", "acted", "O1"),
        ("person/person-r", "reviewed", "V1"),
        ("person/person-s", "reviewed", "V1"),
        ("person/person-c", "recused", "case/K"),
        ("person/person-b", "assigned", "case/K"),
        (f"person/{HANDLER.person}", "approved", "Y1"),
        (f"organ/{JUSTICE}", "supervisor", "case/K"),
    } <= said


def test_where_nothing_was_undone_and_nothing_overdue_no_thing_is_in_the_chain() -> None:
    then = replay(CASE, entries("case/K", [(FIRST, fact) for fact in STORY[:-1]], register=1))
    assert things(chain(then, REGIME)) == set()


def test_a_withdrawn_opinion_is_a_beginning_of_its_own_and_says_what_became_of_it() -> None:
    drawn = chain(
        replay(CASE, entries("case/K", [(FIRST, fact) for fact in (*STORY[:11], f.OpinionWithdrawn("O1"))])), REGIME
    )
    (opinion,) = [node for node in drawn.nodes if node.ref == "O1"]
    assert (opinion.outcome, opinion.number) == ("opinion-withdrawn", "监〔2025〕2号")
    assert (f"person/{HANDLER.person}", "undid", "O1") in edges(drawn)
    assert "N1" in things(drawn)


def test_the_proceedings_that_came_of_a_case_stand_in_its_chain_with_their_outcome() -> None:
    said = (
        AccountabilityOpened("karamay-2022", "d" * 64, JUSTICE, URBAN, "person", "person-x", "case/K"),
        GroundEstablished(("art.39.1.4",)),
        ResponsiblePersonNamed("person-x", "direct"),
        SanctionProposed("P1", 1, ("transfer",), ("art.39.1.4",)),
        SanctionImposed("P1", 1, ("transfer",)),
        OutcomeRecorded("P1", "carried-out"),
        f.Closed("carried-out"),
    )
    proceeding = replay(ACCOUNTABILITY, entries("accountability/R", [(FIRST, fact) for fact in said], register=2))
    drawn = chain(case(), REGIME, [(proceeding, REGIME)])
    assert {
        ("accountability/R", "pursues", "case/K"),
        ("person/person-x", "answers", "accountability/R"),
        ("person/person-x", "named-responsible", "accountability/R"),
        (f"person/{HANDLER.person}", "recorded", "P1"),
    } <= edges(drawn)
    outcomes = {node.ref: node.outcome for node in drawn.nodes}
    assert (outcomes["P1"], outcomes["R"]) == ("carried-out", "carried-out")


def test_who_did_what_is_found_by_person_and_by_organ_with_the_article() -> None:
    found = list(acts(case()))
    assert [(act.fact, act.part.capacity) for act in of_person(found, "person-b")] == [
        ("handlers-assigned", "assigned"),
        ("finding-recorded", "acted"),
        ("notice-issued", "acted"),
    ]
    assert len(of_organ(found, JUSTICE)) == len(STORY)
    assert {act.articles for act in found} == {("karamay-2022:art.8.1",)}


# --- of any history ----------------------------------------------------------------------------------------------


def drawn_of(then: Replay) -> Graph:
    return chain(then, REGIME, (), overdue(then.file, holdings(then), DAY))


@WHOLE_HISTORIES
@given(histories())
def test_a_chain_names_nothing_that_its_entries_do_not_name(history: tuple[Recorded, ...]) -> None:
    then = replay(CASE, history)
    drawn = drawn_of(then)
    event("chain" if things(drawn) else "no chain")
    said = repr([(entry.stream, entry.actor, entry.fact) for entry in history])
    positions = {entry.position for entry in history}
    ids = [node.id for node in drawn.nodes]
    assert len(ids) == len(set(ids))
    for node in drawn.nodes:
        assert node.ref == "K" or f"'{node.ref}'" in said
        assert set(node.positions) <= positions
    for edge in drawn.edges:
        assert {edge.source, edge.target} <= set(ids)
        assert edge.positions
        assert set(edge.positions) <= positions


@WHOLE_HISTORIES
@given(histories())
def test_a_chain_as_known_at_a_moment_has_the_same_bytes_whatever_was_recorded_later(
    history: tuple[Recorded, ...],
) -> None:
    middle = history[len(history) // 2]
    known, before = replay(CASE, history, None, middle.recorded_at), replay(CASE, history[: middle.version])
    assert orjson.dumps(as_json(drawn_of(known))) == orjson.dumps(as_json(drawn_of(before)))
    assert list(acts(known)) == list(acts(before))
