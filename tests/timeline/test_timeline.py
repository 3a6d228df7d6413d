"""A case drawn as a timeline: lanes, days, pins and clocks, whatever was recorded in whatever order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from domain.case.kind import CASE
from domain.identity import Actor, OrganId, PersonId
from domain.procedure.facts import DocumentServed, EntryCorrected, Issued
from domain.procedure.recorded import Recorded
from domain.procedure.view import replay
from projections.timeline.timeline import LANES, lane_of, timeline
from tests.strategies import CLOCK, HANDLER, JUSTICE, LIAISON, STRANGER, WHOLE_HISTORIES
from tests.timeline.histories import REGIME, histories


@WHOLE_HISTORIES
@given(histories())
def test_every_entry_of_a_view_is_drawn_once_on_its_day_and_a_correction_on_that_of_what_it_corrects(
    entries: tuple[Recorded, ...],
) -> None:
    then = replay(CASE, entries)
    drawn = timeline(then, REGIME)
    days = {h.version: h.on for h in then.file.log}
    assert {event.version: event.on for event in drawn.events} == days
    assert [(event.on, event.version) for event in drawn.events] == sorted((on, v) for v, on in days.items())
    for event in drawn.events:
        if event.corrects is not None:
            assert event.on == days[event.corrects]
    facts = {h.version: h.fact for h in then.file.log}
    assert {e.version for e in drawn.events if e.corrects} == {
        version for version, fact in facts.items() if isinstance(fact, EntryCorrected)
    }
    pinned = {event.version for event in drawn.events if event.pin in ("issued", "served")}
    assert pinned == {version for version, fact in facts.items() if isinstance(fact, Issued | DocumentServed)}


@WHOLE_HISTORIES
@given(histories())
def test_every_clock_is_drawn_once_and_its_pauses_lie_behind_its_start(entries: tuple[Recorded, ...]) -> None:
    then = replay(CASE, entries)
    spans = timeline(then, REGIME).spans
    assert {span.deadline for span in spans} == then.file.deadlines.keys()
    for span in spans:
        assert all(until is None or since <= until for since, until in span.pauses)
        assert (span.until is None) == (span.state in ("running", "suspended"))


@WHOLE_HISTORIES
@given(histories())
def test_only_what_was_recorded_after_its_day_for_a_reason_is_marked_late(entries: tuple[Recorded, ...]) -> None:
    said = [replace(entry, late_reason=True) for entry in entries]
    for event in timeline(replay(CASE, said), REGIME).events:
        assert event.late == (event.on < event.recorded_on and event.corrects is None)
    unsaid = [replace(entry, late_reason=False) for entry in entries]
    assert not any(event.late for event in timeline(replay(CASE, unsaid), REGIME).events)


@WHOLE_HISTORIES
@given(histories())
def test_who_acts_stands_in_the_lane_of_their_organ(entries: tuple[Recorded, ...]) -> None:
    file = replay(CASE, entries).file
    head = Actor(PersonId("person-h"), JUSTICE, "head")
    lanes = [lane_of(actor, file) for actor in (HANDLER, head, LIAISON, CLOCK)]
    assert lanes == ["supervisor", "supervisor", "subject", "system"]
    assert lane_of(replace(STRANGER, organ=OrganId("organ-nowhere")), file) == "others"
    assert list(LANES)[-1] == "others"
