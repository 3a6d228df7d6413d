"""The clocks of all cases (期限看板): one row a deadline. Overdue is a question with a day, never a column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from psycopg.types.json import Json

from projections.runner import Folded

COLUMNS: Final = (
    "deadline", "name", "title_zh", "title_en", "about", "holder", "nature", "article", "trigger_on",
    "limit_count", "limit_unit", "limit_until", "due", "nominal", "earliest", "latest", "provisional", "calendar",
    "pauses", "points", "state", "met_on", "cancelled", "cancelled_on", "late", "lapsed",
    "regime", "supervisor", "subject",
)  # fmt: skip


class Deadlines:
    """Projection `deadlines`."""

    name = "deadlines"
    table = "deadlines"
    columns = COLUMNS

    def rows(self, folded: Folded) -> Iterator[tuple[Any, ...]]:
        """A row for each deadline of a case."""
        opened = folded.case.opened
        assert opened is not None
        for clock in folded.case.deadlines.values():
            title = folded.regime.rules(folded.case.kind.name).title_of(clock.name)
            reckoned, limit = clock.reckoned, clock.limit
            yield (
                clock.id, clock.name, title.zh, title.en, clock.about, clock.holder, clock.nature, clock.article,
                clock.trigger_on, limit.count, limit.unit, limit.until, reckoned.due, reckoned.nominal,
                reckoned.earliest, reckoned.latest, reckoned.provisional, reckoned.calendar,
                Json([[p.from_.isoformat(), p.until.isoformat() if p.until else None] for p in clock.pauses]),
                list(clock.points), clock.state, clock.met_on, clock.cancelled, clock.cancelled_on, clock.late,
                clock.lapsed, opened.regime, opened.supervisor, opened.subject,
            )  # fmt: skip
