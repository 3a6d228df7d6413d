"""The figures of all files (统计指标), row by row, so that those of a year are a question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from projections.reading import ALL_KINDS
from projections.room import Folded, Row
from projections.statistics.figures import figures


class Statistics:
    """Projection `statistics`."""

    name = "statistics"
    version = 2
    kinds = ALL_KINDS
    tables: ClassVar = {
        "figures": ("measure", "part", "organ", "year", "position", "value", "since", "until"),
    }

    def rows(self, folded: Folded) -> Iterator[Row]:
        """A row for each entry that a figure of the file rests on; its value in the first."""
        for each in figures(folded.file, folded.entries):
            whose = (each.measure, each.of, each.organ, each.year)
            for number, position in enumerate(each.positions):
                value = each.value if number == 0 else 0
                yield "figures", (*whose, position, value, each.since, each.until)
