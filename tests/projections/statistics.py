"""Files for the tests of the figures: a few facts with their days, told one after the other in one ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from api.asking import as_recorded
from api.generating.ledger import FIRST_DAY, generate
from api.reporting import duty_lists
from domain.identity import Actor, OrganId, PersonId
from domain.kinds import kind_of
from domain.procedure.facts import Fact, Reckoned
from domain.procedure.recorded import Recorded
from projections.statistics.report import Question, report
from tests.api.office import MASTER, memory_desk

LEDGER: Final = "cn-000000-demo"
JUSTICE, URBAN = "organ-justice", "organ-urban"
HANDLER: Final = Actor(PersonId("person-a"), OrganId(JUSTICE), "handler")


class Told:
    """A ledger that is told day by day: positions count up over all its streams."""

    def __init__(self) -> None:
        self.files: dict[str, list[Recorded]] = {}
        self.size = 0

    def tell(self, stream: str, *facts: tuple[str, Fact]) -> list[int]:
        """Record facts on a stream, each on its legal day; their positions."""
        file = self.files.setdefault(stream, [])
        for day, fact in facts:
            on = date.fromisoformat(day)
            at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC) + timedelta(microseconds=self.size)
            file.append(Recorded(stream, len(file) + 1, self.size, at, on, HANDLER, (), fact))
            self.size += 1
        return list(range(self.size - len(facts), self.size))

    def report(self, name: str = "annual", year: int = 2024, organ: str | None = None) -> dict[str, Any]:
        """A report over what was told."""
        told = report(Question(LEDGER, self.size, name, year, organ), self.files.values(), duty_lists())
        read: dict[str, Any] = json.loads(told)
        return read

    def rows(self, name: str = "annual", year: int = 2024) -> dict[tuple[str, str], tuple[int, list[int]]]:
        """The value and positions of each row by measure and part."""
        rows = self.report(name, year)["rows"]
        return {(row["measure"], row["of"]): (row["value"], row["positions"]) for row in rows}


def reckoned(day: str) -> Reckoned:
    """A period that ends on a day for certain."""
    due = date.fromisoformat(day)
    return Reckoned(due, due, due, due, provisional=False, calendar="c")


@cache
def generated(seed: int, entries: int = 1_200) -> tuple[int, tuple[Sequence[Recorded], ...]]:
    """A generated ledger: how many entries it has, and those of every file."""
    desk = memory_desk(LEDGER, regimes=())
    made = generate(desk, MASTER, entries, seed, FIRST_DAY, lambda _: None, 1)
    streams = [stream for stream in _streams(desk.log) if kind_of(stream) is not None]
    return made.entries, tuple([as_recorded(entry) for entry in desk.log.read(stream)] for stream in streams)


def _streams(log: Any) -> list[str]:
    return sorted(log._streams)
