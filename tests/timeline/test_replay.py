"""A file in two times: at every version, on every legal date, it says what its definition says."""

from __future__ import annotations

from datetime import date

from hypothesis import event, given, settings

from domain.calendar import Calendar, as_known_on
from domain.case.kind import CASE
from domain.procedure import clocks
from domain.procedure.facts import EntryCorrected
from domain.procedure.recorded import Recorded
from domain.procedure.view import replay
from domain.regime.law import Law
from tests.timeline import naive
from tests.timeline.histories import REGIME, SUPERIOR, histories

FEWER = settings(max_examples=(settings.default.max_examples if settings.default else 100) // 2)


@FEWER
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


@FEWER
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


def calendar(version: str) -> Calendar:
    """The calendar of a version, which says as of which day it was known."""
    return as_known_on(date.fromisoformat(version.partition("-")[2]))


@FEWER
@given(histories())
def test_what_is_recorded_later_changes_no_view_of_what_was_known_before(entries: tuple[Recorded, ...]) -> None:
    middle = entries[len(entries) // 2]
    before = entries[: len(entries) // 2 + 1]
    assert replay(CASE, entries, None, middle.recorded_at) == replay(CASE, before)
