"""A file in two times: at every version, on every legal date, it says what its definition says."""

from __future__ import annotations

from hypothesis import event, given, settings

from domain.case.kind import CASE
from domain.procedure.facts import EntryCorrected
from domain.procedure.recorded import Recorded
from domain.procedure.view import replay
from tests.timeline import naive
from tests.timeline.histories import histories


@settings(max_examples=(settings.default.max_examples if settings.default else 100) // 2)
@given(histories())
def test_at_every_version_and_on_every_legal_date_a_case_is_what_the_definition_says(
    entries: tuple[Recorded, ...],
) -> None:
    event("corrected" if any(isinstance(entry.fact, EntryCorrected) for entry in entries) else "as recorded")
    days = sorted({entry.on for entry in entries})
    for known_at in (None, *(entry.recorded_at for entry in entries)):
        for as_of in (None, *days):
            then = replay(CASE, entries, as_of, known_at)
            assert naive.told(then.file) == naive.seen(entries, as_of, known_at)
            assert [entry.version for entry in then.entries] == [h.version for h in then.file.log]


@given(histories())
def test_what_is_recorded_later_changes_no_view_of_what_was_known_before(entries: tuple[Recorded, ...]) -> None:
    middle = entries[len(entries) // 2]
    before = entries[: len(entries) // 2 + 1]
    assert replay(CASE, entries, None, middle.recorded_at) == replay(CASE, before)
