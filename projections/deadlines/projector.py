"""The clocks of all files (期限看板): one row a deadline. Overdue is a question with a day, never a column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from psycopg.types.json import Json

from domain.procedure.deadline import Deadline
from projections.reading import ALL_KINDS
from projections.room import Folded, Row

DEADLINES: Final = (
    "deadline", "kind", "id", "name", "title_zh", "title_en", "about", "holder", "persons", "nature", "article",
    "trigger_on", "limit_count", "limit_unit", "limit_until", "due", "nominal", "earliest", "latest", "provisional",
    "calendar", "pauses", "paused", "points", "state", "met_on", "cancelled", "cancelled_on", "late", "lapsed",
    "extended", "closed", "regime", "supervisor", "subject", "position",
)  # fmt: skip
WATCHES: Final = ("deadline", "watcher", "state", "latest")


class Deadlines:
    """Projection `deadlines`."""

    name = "deadlines"
    version = 2
    kinds = ALL_KINDS
    tables: ClassVar = {"deadlines": DEADLINES, "watches": WATCHES}

    def rows(self, folded: Folded) -> Iterator[Row]:
        """A row for each deadline; where somebody still waits for it, one for every party of the file."""
        clocks = folded.file.deadlines.values()
        if not clocks:
            return
        watchers, persons = folded.parties, list(folded.handlers)
        for clock in clocks:
            yield "deadlines", _clock(clock, folded, persons)
            if not clock.settled and not folded.file.closed:
                for watcher in watchers:
                    yield "watches", (clock.id, watcher, clock.state, clock.latest)


def _clock(clock: Deadline, folded: Folded, handled_by: list[str]) -> tuple[Any, ...]:
    opened = folded.file.opened
    assert opened is not None
    title = folded.regime.rules(folded.kind).title_of(clock.name)
    reckoned, limit = clock.reckoned, clock.limit
    pauses = [[pause.from_.isoformat(), pause.until.isoformat() if pause.until else None] for pause in clock.pauses]
    return (
        clock.id, folded.kind, folded.id, clock.name, title.zh, title.en, clock.about, clock.holder,
        handled_by if clock.holder in folded.file.organs("supervisor") else [], clock.nature, clock.article,
        clock.trigger_on, limit.count, limit.unit, limit.until, reckoned.due, reckoned.nominal, reckoned.earliest,
        reckoned.latest, reckoned.provisional, reckoned.calendar, Json(pauses), _paused(clock), list(clock.points),
        clock.state, clock.met_on, clock.cancelled, clock.cancelled_on, clock.late, clock.lapsed, clock.extended,
        folded.file.closed, opened.regime, opened.supervisor, opened.subject, folded.position,
    )  # fmt: skip


def _paused(clock: Deadline) -> int:
    """For how many calendar days a clock that was settled had been stopped."""
    ends = [(pause, pause.until or clock.met_on or pause.from_) for pause in clock.pauses]
    return sum(max(0, (end - pause.from_).days) for pause, end in ends)
