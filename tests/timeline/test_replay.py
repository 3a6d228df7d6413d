"""A file in two times: at every version, on every legal date, it says what its definition says."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import event, given, settings

from domain.calendar import Calendar, as_known_on
from domain.case.kind import CASE
from domain.procedure import clocks
from domain.procedure.commands import Command, CorrectEntry
from domain.procedure.facts import CorrectionOrdered, DocumentServed, EntryCorrected, Fact
from domain.procedure.recorded import Recorded
from domain.procedure.view import replay
from domain.regime.law import Law
from tests.strategies import NOTE, WHOLE_HISTORIES
from tests.timeline import naive
from tests.timeline.histories import REGIME, REVIEW_WAY, STRAIGHT_WAY, SUPERIOR, Told, histories

Way = tuple[tuple[int, Command], ...]


@WHOLE_HISTORIES
@given(histories())
def test_at_every_version_and_on_every_legal_date_a_case_is_what_the_definition_says(
    entries: tuple[Recorded, ...],
) -> None:
    event("corrected" if any(isinstance(entry.fact, EntryCorrected) for entry in entries) else "as recorded")
    days = sorted({entry.on for entry in entries} | {h.on for h in replay(CASE, entries).file.log})
    for known_at in (None, *(entry.recorded_at for entry in entries)):
        for as_of in (None, *days):
            then = replay(CASE, entries, as_of, known_at)
            assert naive.told(then.file) == naive.seen(entries, as_of, known_at)
            assert [entry.version for entry in then.entries] == [h.version for h in then.file.log]


@WHOLE_HISTORIES
@given(histories())
def test_as_of_any_day_the_clocks_are_those_that_follow_from_what_had_happened_by_then(
    entries: tuple[Recorded, ...],
) -> None:
    law = Law(REGIME, "d" * 64, as_known_on(entries[-1].recorded_on), "c" * 64, (SUPERIOR,))
    days = {entry.on for entry in entries} | {h.on for h in replay(CASE, entries).file.log}
    for as_of in sorted(days):
        file = replay(CASE, entries, as_of, None, calendar).file
        if file.opened is None:
            continue
        derived = clocks.derive(file, law)
        assert derived.keys() <= file.deadlines.keys()
        for id_, shown in file.deadlines.items():
            if id_ not in derived:
                assert shown.cancelled is not None, "only what was never due is left over, cancelled"
                continue
            follows = derived[id_]
            for part in ("holder", "trigger_on", "limit", "pauses", "met_on", "cancelled", "cancelled_on"):
                assert getattr(shown, part) == getattr(follows, part), (as_of, id_, part)
            if not clocks.stale({id_: shown}, law.calendar):
                assert shown.reckoned == follows.reckoned


def moved_back(told: Told, fact: type, document: str) -> tuple[Recorded, ...]:
    """The entries, after the day of a fact of a document or order was corrected to the day before."""
    wrong = next(h for h in told.log if isinstance(h.fact, fact) and document in vars_of(h.fact))
    was, now = wrong.on, wrong.on - timedelta(days=1)
    fix = CorrectEntry(wrong.version, "occurred_on", was.isoformat(), now.isoformat(), "person-h", NOTE)
    before = len(told.log)
    told.ask(fix, back=(told.today - was).days)
    assert len(told.log) > before
    return told.entries()


def vars_of(fact: Fact) -> list[object]:
    return [getattr(fact, part.name) for part in fields(fact)]


@settings(max_examples=1)
@given(way=st.just(STRAIGHT_WAY))
def test_a_clock_that_was_cancelled_later_still_runs_on_a_day_before_also_after_a_correction(way: Way) -> None:
    told = Told()
    told.open(back=0, way=way, lawful=6)  # the notice cancels the limit of the order
    entries = moved_back(told, CorrectionOrdered, "R1")
    ended = replay(CASE, entries).file.deadlines["order-limit:R1"].cancelled_on
    assert ended is not None
    before = replay(CASE, entries, ended - timedelta(days=1)).file.deadlines["order-limit:R1"]
    assert (before.state, before.cancelled_on) == ("running", None)


@settings(max_examples=1)
@given(way=st.just(REVIEW_WAY))
def test_a_clock_on_a_day_before_it_stood_still_ends_when_it_then_was_to_end(way: Way) -> None:
    told = Told()
    told.open(back=0, way=way, lawful=18)  # the second review was asked for and withdrawn
    first = replay(CASE, told.entries()).file.deadlines["opinion-correct:O2"]
    entries = moved_back(told, DocumentServed, "O2")
    last = replay(CASE, entries).file.deadlines["opinion-correct:O2"]
    assert last.trigger_on == first.trigger_on - timedelta(days=1)
    paused = last.pauses[0].from_
    before = replay(CASE, entries, paused - timedelta(days=1), None, calendar).file.deadlines["opinion-correct:O2"]
    assert (before.pauses, before.trigger_on) == ((), last.trigger_on)
    assert before.latest < last.latest


def calendar(version: str) -> Calendar:
    """The calendar of a version, which says as of which day it was known."""
    return as_known_on(date.fromisoformat(version.partition("-")[2]))


@WHOLE_HISTORIES
@given(histories())
def test_what_is_recorded_later_changes_no_view_of_what_was_known_before(entries: tuple[Recorded, ...]) -> None:
    middle = entries[len(entries) // 2]
    before = entries[: len(entries) // 2 + 1]
    assert replay(CASE, entries, None, middle.recorded_at) == replay(CASE, before)
