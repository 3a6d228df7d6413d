"""Questions to the read models: every row once, each as its case says, and overdue only with a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.asking import Ask
from api.founding import adopt_regime
from api.http.app import create_app
from api.play import found
from api.projecting import project
from api.service import Service
from domain.case.kind import CASE
from domain.procedure.stage import stage
from domain.regime.loader import load
from projections.deadlines import counting
from projections.deadlines import query as deadlines
from projections.files import query as files
from tests.api.office import DAY, HANDLER, KARAMAY, AtDesk
from tests.projections.conftest import CASES, LEDGER

OTHER = "cn-650300-demo"


@pytest.fixture(scope="module")
def projected(service: Service) -> Service:
    """The service with its read models up to date, and a second ledger whose rows are nobody's business here."""
    service.create(OTHER)
    found(service.desk(OTHER), DAY, [KARAMAY])
    AtDesk(service.desk(OTHER)).walk("opinion-served", "of-the-other-ledger")
    project(service)
    return service


@pytest.mark.parametrize("limit", [1, 3, 7, CASES, 200])
def test_pages_of_the_cases_visit_every_case_once_the_newest_first(projected: Service, limit: int) -> None:
    seen: list[files.FileRow] = []
    with projected.reading() as connection:
        after: tuple[date, str] | None = None
        while page := files.newest(connection, LEDGER, CASE.name, limit=limit, after=after):
            assert len(page) <= limit
            seen += page
            assert len(seen) <= CASES
            after = (page[-1].last_on, page[-1].id)
    assert len({row.id for row in seen}) == len(seen) == CASES
    assert seen == sorted(sorted(seen, key=lambda row: row.id), key=lambda row: row.last_on, reverse=True)
    assert len({row.last_on for row in seen}) < CASES, "days that cases share are what a cursor is tried on"


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_pages_of_the_clocks_visit_every_running_clock_once_the_first_to_end_first(
    projected: Service, limit: int
) -> None:
    seen: list[deadlines.DeadlineRow] = []
    with projected.reading() as connection:
        after: tuple[date, str, str] | None = None
        while page := deadlines.open_ones(connection, LEDGER, limit=limit, after=after):
            seen += page
            assert len(seen) < 10 * CASES
            after = (page[-1].latest, f"case/{page[-1].id}", page[-1].deadline)
        everything = [row for case in ids(projected) for row in deadlines.of_file(connection, LEDGER, f"case/{case}")]
    open_ones = {case for case in ids(projected) if not projected.desk(LEDGER).read(f"case/{case}").file.closed}
    running = [row for row in everything if row.state == "running" and row.id in open_ones]
    assert seen == sorted(running, key=lambda row: (row.latest, row.id, row.deadline))
    assert 0 < len(running) < len(everything)


def ids(service: Service) -> list[str]:
    with service.reading() as connection:
        return [row.id for row in files.newest(connection, LEDGER, CASE.name, limit=200)]


@pytest.mark.parametrize(("path", "limit"), [("cases", 3), ("deadlines", 4)])
def test_the_link_of_each_page_leads_to_the_next_until_every_row_was_seen(
    projected: Service, path: str, limit: int
) -> None:
    client = TestClient(create_app(projected))
    base = f"/api/v1/ledgers/{LEDGER}/{path}"
    whole = client.get(f"{base}?limit=200").json()
    assert list(_followed(client, base, limit)) == whole
    assert len(whole) > 2 * limit
    assert not any(row["id"] == "of-the-other-ledger" for row in whole)


def _followed(client: TestClient, base: str, limit: int) -> Iterator[Any]:
    query = f"?limit={limit}"
    while query:
        answer = client.get(base + query)
        rows = answer.json()
        assert len(rows) <= limit
        yield from rows
        link = re.fullmatch(r'<(\?[^>]+)>; rel="next"', answer.headers.get("link", ""))
        query = link[1] if link else ""


def test_a_row_of_the_list_says_what_the_case_says(projected: Service) -> None:
    desk = projected.desk(LEDGER)
    with projected.reading() as connection:
        for row in files.newest(connection, LEDGER, CASE.name, limit=200):
            read = desk.read(f"case/{row.id}")
            history = desk.history(f"case/{row.id}")
            case, now = read.file, stage(read.file, read.law.regime)
            assert case.opened is not None
            assert (row.regime, row.supervisor, row.subject) == (KARAMAY, case.opened.supervisor, case.opened.subject)
            assert (row.version, row.position) == (case.version, history[-1].position)
            assert (row.stage, row.stage_zh, row.stage_en) == (now.stage, now.title.zh, now.title.en)
            assert (row.closed, row.opened_on) == (case.closed, history[0].occurred_on)
            assert sorted(row.numbers) == sorted(document.issued.number for document in case.documents.values())


def test_a_case_that_was_moved_is_listed_under_the_law_it_was_moved_to(projected: Service) -> None:
    later = load("zhumadian-2024").regime.model_copy(update={"succeeds": (KARAMAY,), "published_on": None})
    ledger = "cn-650400-demo"
    projected.create(ledger)
    desk = projected.desk(ledger)
    found(desk, DAY, [KARAMAY])
    people = AtDesk(desk)
    people.walk("open", "moved")
    people.walk("open", "stays")
    adopt_regime(desk, later, desk.today())
    moved = {"regime": later.id, "reason": "经局长办公会同意"}
    desk.take(Ask("case/moved", "migrate-regime", moved, HANDLER, key="move"))
    project(projected)
    with projected.reading() as connection:
        listed = {row.id: row.regime for row in files.newest(connection, ledger, CASE.name, limit=9)}
    assert listed == {"moved": later.id, "stays": KARAMAY}


def test_a_row_of_the_clocks_says_what_the_case_says(projected: Service) -> None:
    desk = projected.desk(LEDGER)
    with projected.reading() as connection:
        for case in ids(projected):
            rows = {row.deadline: row for row in deadlines.of_file(connection, LEDGER, f"case/{case}")}
            clocks = desk.read(f"case/{case}").file.deadlines
            assert rows.keys() == clocks.keys()
            for id_, clock in clocks.items():
                row, end = rows[id_], clock.reckoned
                assert (row.due, row.earliest, row.latest) == (end.due, end.earliest, end.latest)
                assert (row.provisional, row.calendar) == (end.provisional, end.calendar)
                assert (row.holder, row.nature, row.article) == (clock.holder, clock.nature, clock.article)
                assert (row.state, row.met_on, row.cancelled) == (clock.state, clock.met_on, clock.cancelled)
                assert (row.late, row.lapsed, row.trigger_on) == (clock.late, clock.lapsed, clock.trigger_on)


def test_overdue_is_a_question_with_a_day(projected: Service) -> None:
    desk = projected.desk(LEDGER)
    open_ones = [file for case in ids(projected) if not (file := desk.read(f"case/{case}").file).closed]
    clocks = [clock for file in open_ones for clock in file.deadlines.values()]
    running = [clock for clock in clocks if clock.running]
    ends = {clock.latest for clock in running}
    assert {"duty", "right"} <= {clock.nature for clock in running}
    for today in sorted(ends | {end + timedelta(days=1) for end in ends}):
        with projected.reading() as connection:
            counted = counting.counts(connection, LEDGER, today, soon=today + timedelta(days=3))
            ending = counting.by_day(connection, LEDGER, today, today + timedelta(days=3))
        assert counted == {
            "overdue": sum(clock.overdue(today) and clock.nature != "right" for clock in running),
            "today": sum(clock.latest == today for clock in running),
            "soon": sum(today < clock.latest <= today + timedelta(days=3) for clock in running),
            "running": sum(clock.latest > today for clock in running),
            "suspended": sum(clock.suspended for clock in clocks),
            "provisional": sum(clock.reckoned.provisional for clock in running),
        }, today
        assert ending.get(today, 0) == counted["today"]
        assert sum(ending.values()) == counted["today"] + counted["soon"]
