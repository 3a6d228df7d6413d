"""Two views of one case beside each other: what the second says otherwise than the first."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import given

from domain.case.kind import CASE
from domain.procedure.facts import DeadlineFact
from domain.procedure.recorded import Recorded
from domain.procedure.view import replay
from projections.timeline.difference import Difference, Side, difference
from tests.strategies import WHOLE_HISTORIES
from tests.timeline.histories import REGIME, histories

TODAY = date(2026, 3, 2)


@st.composite
def views(draw: st.DrawFn) -> tuple[Side, Side]:
    """Two views of a case, each after its opening."""
    entries = draw(histories())
    days = [None, *sorted({happening.on for happening in replay(CASE, entries).file.log})]

    def side() -> Side:
        known_at = draw(st.sampled_from([None, *(entry.recorded_at for entry in entries)]))
        then = replay(CASE, entries, draw(st.sampled_from(days)), known_at)
        if then.file.opened is None:  # its opening was corrected to a later day
            then = replay(CASE, entries, None, known_at)
        return Side(then, REGIME, draw(st.sampled_from((TODAY, entries[-1].on))))

    return side(), side()


@WHOLE_HISTORIES
@given(views())
def test_a_view_does_not_differ_from_itself(both: tuple[Side, Side]) -> None:
    assert difference(both[0], both[0]).nothing


@WHOLE_HISTORIES
@given(views())
def test_seen_from_the_other_side_a_difference_is_the_same_reversed(both: tuple[Side, Side]) -> None:
    here, there = difference(*both), difference(*reversed(both))
    assert (here.only_one, here.only_other) == (there.only_other, there.only_one)
    for part in ("facts", "deadlines", "documents", "doubts"):
        mirrored = {each.id: (each.other, each.one, set(each.changed)) for each in getattr(there, part)}
        assert {each.id: (each.one, each.other, set(each.changed)) for each in getattr(here, part)} == mirrored
    assert set(here.state) == set(there.state)


@WHOLE_HISTORIES
@given(views())
def test_every_entry_is_in_one_view_alone_or_in_both_the_same_or_corrected(both: tuple[Side, Side]) -> None:
    found = difference(*both)
    one, other = ({h.version: h for h in side.replay.file.log} for side in both)
    assert {entry.version for entry in found.only_one} == one.keys() - other.keys()
    assert {entry.version for entry in found.only_other} == other.keys() - one.keys()
    both_have = {version for version in one.keys() & other.keys() if not isinstance(one[version].fact, DeadlineFact)}
    moved = {version for version in both_have if one[version] != other[version]}
    assert {each.id for each in found.facts} == moved
    assert all(each.changed for each in found.facts)


@WHOLE_HISTORIES
@given(views())
def test_every_clock_that_stands_otherwise_is_named_and_no_other(both: tuple[Side, Side]) -> None:
    found = {each.id for each in difference(*both).deadlines}
    one, other = (side.replay.file.deadlines for side in both)
    for id_ in one.keys() | other.keys():
        if one.get(id_) != other.get(id_):
            assert id_ in found
        elif both[0].day == both[1].day:
            assert id_ not in found


@WHOLE_HISTORIES
@given(histories())
def test_a_clock_that_a_day_has_made_overdue_differs_in_nothing_else(entries: tuple[Recorded, ...]) -> None:
    then = replay(CASE, entries)
    found: Difference = difference(Side(then, REGIME, entries[0].on), Side(then, REGIME, TODAY + timedelta(days=999)))
    assert {name for each in found.deadlines for name in each.changed} <= {"overdue"}
    running = {id_ for id_, clock in then.file.deadlines.items() if clock.running}
    assert {each.id for each in found.deadlines} == running
