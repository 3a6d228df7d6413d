"""The list of cases (案件一览): one row a case, with its stage as the regulation it stands under tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from domain.case.events import CaseOpened
from domain.procedure.facts import Issued
from domain.procedure.stage import stage
from projections.runner import Folded

COLUMNS: Final = (
    "regime", "supervisor", "subject", "origin", "opened_on", "stage", "stage_zh", "stage_en", "closed",
    "last_on", "numbers", "version", "position",
)  # fmt: skip


class Cases:
    """Projection `cases`."""

    name = "cases"
    table = "cases"
    columns = COLUMNS

    def rows(self, folded: Folded) -> Iterator[tuple[Any, ...]]:
        """The row of one case."""
        case, opened = folded.case, folded.case.opened
        assert isinstance(opened, CaseOpened)
        now = stage(case, folded.regime)
        yield (
            folded.regime.id,
            opened.supervisor,
            opened.subject,
            opened.origin,
            case.log[0].on,
            now.stage,
            now.title.zh,
            now.title.en,
            case.closed,
            max(happening.on for happening in case.log),
            [happening.fact.number for happening in case.log if isinstance(happening.fact, Issued)],
            case.version,
            folded.position,
        )
