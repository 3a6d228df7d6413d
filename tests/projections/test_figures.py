"""The figures of the live page are those of the report at the same position: one function made both."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from api.figures import computed
from api.generating.ledger import FIRST_DAY, generate
from api.play import found
from api.projecting import project
from api.service import Service
from ledger.canonical import LARGEST
from ledger.sealing.source import DatabaseSource
from projections.statistics import query
from tests.api.office import DAY, KARAMAY, MASTER, AtDesk

LEDGER = "cn-figures-demo"


@pytest.fixture(scope="module")
def figures(service: Service) -> Service:
    """A generated ledger whose read models are up to date."""
    service.create(LEDGER)
    generate(service.desk(LEDGER), MASTER, 2_500, 3, FIRST_DAY, lambda _: None, 1)
    project(service, [LEDGER])
    return service


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
@pytest.mark.parametrize("scoped", [False, True])
def test_the_figures_of_a_year_are_those_of_its_report(figures: Service, year: int, *, scoped: bool) -> None:
    with figures.reading() as connection:
        source = DatabaseSource(connection, LEDGER)
        told = json.loads(computed(source, "annual", year, None, None))
        organ = told["rows"][-1]["organ"] if scoped else None
        day = date.fromisoformat(told["day"])
        rows = query.annual(connection, LEDGER, year, day, organ=organ)
        expected = [row for row in told["rows"] if organ in (None, row["organ"])]
        shown = [
            {
                "organ": row.organ, "measure": row.measure, "of": row.of, "value": row.value,
                "positions": query.positions(connection, LEDGER, year, day, row, limit=row.entries),
            }
            for row in rows
        ]  # fmt: skip
    assert shown == expected
    assert len(shown) > 5


def test_the_entries_of_a_figure_are_read_page_by_page(figures: Service) -> None:
    with figures.reading() as connection:
        day = date(2023, 12, 31)
        row = max(query.annual(connection, LEDGER, 2023, day), key=lambda row: row.entries)
        whole = query.positions(connection, LEDGER, 2023, day, row, limit=row.entries)
        seen: list[int] = []
        while page := query.positions(connection, LEDGER, 2023, day, row, limit=2, after=seen[-1] if seen else -1):
            assert len(page) <= 2
            seen += page
    assert seen == whole
    assert len(whole) == row.entries > 2


def test_no_year_that_somebody_records_stops_the_figures(service: Service) -> None:
    ledger = "cn-odd-demo"
    service.create(ledger)
    found(service.desk(ledger), DAY, [KARAMAY])
    people = AtDesk(service.desk(ledger))
    registered = {"supervisor": "organ-justice", "person": "person-a"}
    people.desk.take(replace(people.ask("register"), stream="officer/a", data=registered))
    training = {"year": LARGEST, "hours": 8, "kind": "public-law"}
    people.desk.take(replace(people.ask("record-training"), stream="officer/a", data=training))
    project(service, [ledger])
    with service.reading() as connection:
        rows = query.annual(connection, ledger, LARGEST, DAY)
    assert {(row.measure, row.value) for row in rows} == {("training-hours", 8), ("persons-trained", 1)}


def test_the_figures_of_another_ledger_are_nobodys_business_here(figures: Service) -> None:
    with figures.reading() as connection:
        assert query.annual(connection, "cn-none-demo", 2023, date(2023, 12, 31)) == []
