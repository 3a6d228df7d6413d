"""How long things take, and how many clocks stand how: what the files themselves say, counted by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from api.generating.ledger import FIRST_DAY, generate
from api.http.app import create_app
from api.projecting import project
from api.service import Service
from domain.kinds import KINDS
from domain.procedure.deadline import Deadline
from domain.procedure.patterns import matches
from domain.procedure.stage import stage, stays
from domain.procedure.state import File, in_effect
from domain.regime.model import Regime, Stage
from ledger.postgres.connect import connect
from projections.deadlines import counting
from projections.deadlines.projector import DEADLINES
from projections.scope import handlers
from projections.stages import query as stages
from tests.api.office import MASTER

LEDGER = "cn-times-demo"
DAYS = (date(2022, 9, 1), date(2023, 3, 15), date(2025, 1, 1))


@pytest.fixture(scope="module")
def files(service: Service) -> list[tuple[str, File, Regime]]:
    """Every file of a ledger with years of histories, which the read models know."""
    service.create(LEDGER)
    desk = service.desk(LEDGER)
    generate(desk, MASTER, 2_500, 21, FIRST_DAY, lambda _: None, 1)
    project(service, [LEDGER])
    reads = [(stream, desk.read(stream)) for kind in KINDS for stream in desk.log.streams(kind)]
    return [(stream, read.file, read.law.regime) for stream, read in reads]


Files = list[tuple[str, File, Regime]]


def open_clocks(files: Files) -> Iterator[tuple[File, Deadline]]:
    for _, file, _ in files:
        if not file.closed:
            yield from ((file, clock) for clock in file.deadlines.values() if not clock.settled)


# --- stages ------------------------------------------------------------------------------------------------------


def by_definition(file: File, regime: Regime, upto: int) -> Stage | None:
    """The last stage in the list that was entered and not left, by the facts up to a version; written out."""

    def newest(patterns: Any) -> int:
        return max(
            (
                h.version
                for h in file.log
                if h.version <= upto and any(matches(p, h.fact, file) for p in patterns) and in_effect(file, h.fact)
            ),
            default=0,
        )

    for each in reversed(regime.rules(file.kind.name).stages):
        if not each.after or newest(each.after) > max(0, newest(each.until)):
            return each
    return None


def test_a_stay_begins_where_the_stage_changes_and_the_last_is_where_the_file_is(files: Files) -> None:
    several = 0
    for _, file, regime in files:
        found = stays(file, regime)
        assert found[-1].stage == stage(file, regime)
        assert [stay.version for stay in found] == sorted({stay.version for stay in found})
        at = {stay.version: stay.stage for stay in found}
        now: Stage | None = None
        for happening in file.log:
            now = at.get(happening.version, now)
            wanted = by_definition(file, regime, happening.version)
            assert wanted is None or now == wanted
        several += len(found) > 2
    assert several > 20


def test_the_times_of_stages_are_those_of_the_stays_that_ended_between_two_days(service: Service, files: Files) -> None:
    for since, until in ((date(2022, 1, 1), date(2022, 12, 31)), (date(2023, 2, 1), date(2023, 2, 28))):
        wanted = defaultdict(list)
        for _, file, regime in files:
            found = stays(file, regime)
            for stay, following in pairwise(found):
                end = max(following.since, stay.since)
                if since <= end <= until:
                    wanted[file.kind.name, regime.id, stay.stage.stage].append((end - stay.since).days)
        with service.reading() as connection:
            rows = stages.times(connection, LEDGER, since, until)
        assert {(row.kind, row.regime, row.stage): (row.count, row.median, row.longest) for row in rows} == {
            key: (len(days), median_low(days), max(days)) for key, days in wanted.items()
        }
        assert len(rows) > 5


def test_the_stays_of_a_file_follow_each_other_without_a_gap(service: Service, files: Files) -> None:
    with service.reading() as connection:
        for stream, file, _ in files[:200]:
            rows = stages.of_file(connection, LEDGER, stream)
            assert all(before[4] >= before[3] for before in rows if before[4] is not None)
            assert [row[4] is None for row in rows].count(True) == (0 if file.closed else 1)


# --- clocks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["holder", "person", "regime", "subject", "article", "kind"])
@pytest.mark.parametrize("day", DAYS)
def test_clocks_are_counted_by_whom_they_concern(service: Service, files: Files, by: counting.By, day: date) -> None:
    wanted: dict[str | None, Counter[str]] = defaultdict(Counter)
    for file, clock in open_clocks(files):
        assert file.opened is not None
        persons = handlers(file) if clock.holder in file.organs("supervisor") else []
        of: dict[str, list[str | None]] = {
            "holder": [clock.holder], "person": [*persons], "regime": [file.opened.regime],
            "subject": [file.opened.subject], "article": [clock.article], "kind": [file.kind.name],
        }  # fmt: skip
        for each in of[by]:
            count = wanted[each]
            count["suspended"] += clock.suspended
            count["overdue"] += clock.overdue(day) and clock.nature != "right"
            count["today"] += clock.running and clock.latest == day
            count["running"] += clock.running and clock.latest > day
            count["provisional"] += clock.running and clock.reckoned.provisional
    with service.reading() as connection:
        rows = counting.tallies(connection, LEDGER, day, by, limit=10_000)
    names = ("overdue", "today", "running", "suspended", "provisional")
    assert {row.of: {name: getattr(row, name) for name in names} for row in rows} == {
        each: {name: count[name] for name in names} for each, count in wanted.items() if each is not None
    }
    assert [row.overdue for row in rows] == sorted((row.overdue for row in rows), reverse=True)


def test_pages_of_a_tally_visit_every_name_once(service: Service, files: Files) -> None:
    assert files
    with service.reading() as connection:
        rows = counting.tallies(connection, LEDGER, DAYS[0], "holder", limit=10_000)
        paged: list[counting.Tally] = []
        place = None
        while page := counting.tallies(connection, LEDGER, DAYS[0], "holder", limit=3, after=place):
            paged += page
            place = page[-1].overdue, page[-1].of
    assert paged == rows
    assert len(rows) > 6


def test_the_times_of_holders_are_those_of_the_clocks_they_met(service: Service, files: Files) -> None:
    since, until = date(2022, 1, 1), date(2026, 12, 31)
    wanted = defaultdict(list)
    for _, file, _ in files:
        for clock in file.deadlines.values():
            if clock.met_on is not None and since <= clock.met_on <= until:
                still = sum(((pause.until or clock.met_on) - pause.from_).days for pause in clock.pauses)
                assert file.opened is not None
                key = (clock.holder, clock.name, file.opened.regime)
                wanted[key].append(((clock.met_on - clock.trigger_on).days - still, clock.late))
    with service.reading() as connection:
        rows = counting.times(connection, LEDGER, since, until)
    assert {(row.holder, row.name, row.regime): (row.count, row.late, row.median) for row in rows} == {
        key: (len(found), sum(late for _, late in found), median_low([days for days, _ in found]))
        for key, found in wanted.items()
    }
    assert len(rows) > 5


def test_the_times_of_every_holder_are_told_however_many_there_are(service: Service, files: Files) -> None:
    assert files
    first, last = date(1900, 1, 1), date(2100, 1, 1)
    with connect(service.dsn, "projector") as connection, connection.transaction(force_rollback=True):
        before = {row.holder for row in counting.times(connection, LEDGER, first, last)}
        columns = ", ".join(("ledger", "stream", *(name for name in DEADLINES if name not in ("deadline", "holder"))))
        connection.execute(
            f"INSERT INTO views.deadlines ({columns}, deadline, holder) SELECT {columns}, 'd' || n, 'organ-' || n FROM"
            " (SELECT * FROM views.deadlines WHERE ledger = %s AND met_on IS NOT NULL LIMIT 1) AS one,"
            " generate_series(1, 1500) AS n",
            [LEDGER],
        )
        told = {row.holder for row in counting.times(connection, LEDGER, first, last)}
    assert told == before | {f"organ-{n}" for n in range(1, 1501)}


def test_the_month_says_what_each_day_is_and_how_many_clocks_end_on_it(service: Service, files: Files) -> None:
    client = TestClient(create_app(service))
    ends = Counter(clock.latest for _, clock in open_clocks(files) if clock.running)
    busiest = max(ends, key=lambda day: ends[day])
    base = f"/api/v1/ledgers/{LEDGER}/deadlines/calendar"
    days = client.get(base, params={"month": busiest.isoformat()[:7]}).json()
    first = busiest.replace(day=1)
    assert [day["date"] for day in days] == [(first + timedelta(days=n)).isoformat() for n in range(len(days))]
    assert {day["date"]: day["ending"] for day in days if day["ending"]} == {
        day.isoformat(): count for day, count in ends.items() if day.isoformat()[:7] == busiest.isoformat()[:7]
    }
    october = {day["date"]: day for day in client.get(base, params={"month": "2024-10"}).json()}
    assert (october["2024-10-01"]["kind"], october["2024-10-01"]["worked"]) == ("festival", False)
    assert (october["2024-10-12"]["kind"], october["2024-10-12"]["worked"]) == ("make_up", True)
    assert (october["2024-10-13"]["kind"], october["2024-10-13"]["worked"]) == ("weekend", False)
    for month in ("2024-13", "2024-1", "0000-00", "2024-10-01"):
        assert client.get(base, params={"month": month}).status_code == 422


def test_what_cannot_be_asked_is_said(service: Service, files: Files) -> None:
    client = TestClient(create_app(service))
    base = f"/api/v1/ledgers/{LEDGER}"
    assert files
    answer = client.get(f"{base}/times", params={"since": "2022-01-01", "until": "2023-01-10"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    for path in ("times", "deadlines"):
        answer = client.get(f"{base}/{path}", params={"since": "2023-02-01", "until": "2023-01-31"})
        assert (answer.status_code, answer.json()["code"]) == (422, "range-reversed")
    assert client.get(f"{base}/deadlines/tallies", params={"by": "shoe-size"}).status_code == 422
    for day in ("tomorrow", "1707091200", "2024-02-05T00:00:00", "9999-12-31"):
        asked = [("counts", {"day": day}), ("tallies", {"by": "kind", "day": day})]
        for path, params in asked:
            assert client.get(f"{base}/deadlines/{path}", params=params).status_code == 422
        for path in ("deadlines", "times"):
            assert client.get(f"{base}/{path}", params={"since": day, "until": day}).status_code == 422


def test_what_somebody_may_not_read_counts_in_no_time_they_are_told(service: Service, files: Files) -> None:
    since, until = date(2022, 1, 1), date(2026, 12, 31)
    [(organ, stream), *_] = sorted(
        (clock.holder, stream)
        for stream, file, _ in files
        for clock in file.deadlines.values()
        if file.opened and clock.holder == file.opened.subject and clock.met_on and since <= clock.met_on <= until
    )

    def told(connection: psycopg.Connection[Any]) -> tuple[int, int]:
        who = (organ, "nobody")
        held = counting.times(connection, LEDGER, since, until, organ, who)
        stayed = stages.times(connection, LEDGER, since, until, organ, who)
        return sum(row.count for row in held), sum(row.count for row in stayed)

    with connect(service.dsn, "projector") as connection, connection.transaction(force_rollback=True):
        before = told(connection)
        connection.execute("DELETE FROM views.parties WHERE ledger = %s AND stream = %s", [LEDGER, stream])
        after = told(connection)
    assert all(now < then for now, then in zip(after, before, strict=True))


def test_a_department_is_told_of_its_own(service: Service, files: Files) -> None:
    client = TestClient(create_app(service))
    base, liaison = f"/api/v1/ledgers/{LEDGER}", {"X-Demo-Account": "liaison"}
    assert any(file.opened is not None and file.opened.subject for _, file, _ in files)
    span = {"since": "2022-01-01", "until": "2022-12-31"}
    whole = client.get(f"{base}/times", params=span).json()
    assert whole["stages"]
    assert whole["holders"]
    own = client.get(f"{base}/times", params=span, headers=liaison).json()
    assert {row["holder"] for row in own["holders"]} <= {"organ-urban"}
    others = client.get(f"{base}/times", params={**span, "organ": "organ-justice"}, headers=liaison).json()
    assert others == {"stages": [], "holders": []}
    mine = client.get(f"{base}/deadlines/tallies", params={"by": "kind"}, headers=liaison).json()
    everybody = client.get(f"{base}/deadlines/tallies", params={"by": "kind"}).json()
    assert sum(row["running"] + row["overdue"] for row in mine) <= sum(
        row["running"] + row["overdue"] for row in everybody
    )
