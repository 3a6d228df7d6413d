"""Read models come out the same however the log was cut into batches, and whoever asked for it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from api.play import play
from api.scenario import of_regime
from api.service import PROJECTIONS, Service
from api.settings import Settings
from domain.catalogue import TYPES
from ledger.mapper import LedgerMapper, UnknownFact
from ledger.postgres.connect import connect
from projections.cases import query as cases
from projections.deadlines import query as deadlines
from projections.runner import Runner
from tests.conftest import NewDatabase

LEDGER = "cn-000000-demo"


@pytest.fixture(scope="module")
def service(new_module_database: NewDatabase) -> Iterator[Service]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), dsn=new_module_database(), master_key=Path(folder) / "key")
        with Service(settings) as running:
            running.create(LEDGER)
            branches = [b for s in of_regime("karamay-2022") for b in s.branches() if b.scenario.ledger == b.ledger]
            play([b for b in branches if not b.case.startswith("e-")], running.desk(LEDGER))
            yield running


def tables(service: Service) -> dict[str, bytes]:
    """Every read model as ordered COPY output."""
    found = {}
    with psycopg.connect(service.dsn) as connection:
        for projection in PROJECTIONS:
            query = f"COPY (SELECT * FROM views.{projection.table} ORDER BY 1, 2, 3) TO STDOUT"
            with connection.cursor().copy(query.encode()) as copy:
                found[projection.name] = b"".join(bytes(block) for block in copy)
    return found


def forget(service: Service) -> None:
    with psycopg.connect(service.dsn, autocommit=True) as connection:
        connection.execute("TRUNCATE views.marks, views.cases, views.deadlines")


@pytest.mark.parametrize("batch", [7, 61, 2000])
def test_batches_of_any_size_and_a_rebuild_give_equal_tables(service: Service, batch: int) -> None:
    service.project([LEDGER])
    whole = tables(service)
    assert whole["cases"].count(b"\n") == 20
    assert whole["deadlines"].count(b"\n") > 50
    forget(service)
    with service.projecting(LEDGER) as runners:
        for runner in runners:
            while runner.step(batch) > 0:
                pass
    assert tables(service) == whole
    service.rebuild(LEDGER, [])
    assert tables(service) == whole


def test_two_runners_at_once_do_no_work_twice(service: Service) -> None:
    service.project([LEDGER])
    whole = tables(service)
    forget(service)
    done: list[int] = []

    def run() -> None:
        with service.projecting(LEDGER) as runners:
            done.extend(runner.catch_up() for runner in runners)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tables(service) == whole
    marks = service.status()[0]["lag"]
    assert marks == {"cases": 0, "deadlines": 0}


def test_an_entry_that_this_version_does_not_know_stops_the_projection_and_drops_nothing(service: Service) -> None:
    service.project([LEDGER])
    before = tables(service)
    older = LedgerMapper({name: cls for name, cls in TYPES.items() if name != "case.closed/1"})
    desk = service.desk(LEDGER)
    with connect(service.dsn, "projector") as connection:
        for projection in PROJECTIONS:
            with pytest.raises(UnknownFact, match=r"case\.closed/1"):
                Runner(connection, LEDGER, projection, older, desk.laws.regime).rebuild()
    assert tables(service) == before


def test_pages_of_a_list_visit_every_row_once(service: Service) -> None:
    service.project([LEDGER])
    with service.reading() as connection:
        seen: list[str] = []
        after: tuple[date, str] | None = None
        while page := cases.newest(connection, LEDGER, limit=4, after=after):
            seen += [row.case_id for row in page]
            after = (page[-1].last_on, page[-1].case_id)
        assert sorted(seen) == sorted(set(seen))
        assert len(seen) == 20
        whole = deadlines.open_ones(connection, LEDGER, limit=200)
        first = deadlines.open_ones(connection, LEDGER, limit=3)
        rest = deadlines.open_ones(
            connection, LEDGER, limit=200, after=(first[-1].latest, first[-1].case_id, first[-1].deadline)
        )
        assert [*first, *rest] == whole


def test_overdue_is_a_question_with_a_day(service: Service) -> None:
    service.project([LEDGER])
    with service.reading() as connection:
        early = deadlines.counts(connection, LEDGER, date(2024, 2, 18))
        late = deadlines.counts(connection, LEDGER, date(2027, 1, 1))
    assert early["overdue"] < late["overdue"]
    assert late["running"] == 0
