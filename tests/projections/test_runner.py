"""Read models come out the same however the log was cut into batches, and whoever asked for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from time import monotonic, sleep

import psycopg
import pytest

from api.failures import Malformed
from api.play import found
from api.service import POLL, PROJECTIONS, Service
from domain.catalogue import TYPES
from ledger.entry import Header, encode
from ledger.hashing import NO_LEAF, leaf_hash
from ledger.mapper import LedgerMapper, UnknownFact
from ledger.postgres.connect import connect
from projections.runner import Runner
from tests.api.office import DAY, KARAMAY, AtDesk
from tests.projections.conftest import CASES, LEDGER


def tables(service: Service, ledger: str = LEDGER) -> dict[str, bytes]:
    """Every read model of a ledger as ordered COPY output."""
    with psycopg.connect(service.dsn) as connection:
        return {projection.name: _copied(connection, projection.table, ledger) for projection in PROJECTIONS}


def _copied(connection: psycopg.Connection, table: str, ledger: str) -> bytes:
    query = f"COPY (SELECT * FROM views.{table} WHERE ledger = '{ledger}' ORDER BY 1, 2, 3) TO STDOUT"
    with connection.cursor().copy(query.encode()) as copy:
        return b"".join(bytes(block) for block in copy)


def marks(service: Service, ledger: str = LEDGER) -> dict[str, int]:
    """How many positions each read model lags behind."""
    (lag,) = [row["lag"] for row in service.status() if row["ledger"] == ledger]
    return dict(lag)


def forget(service: Service) -> None:
    with psycopg.connect(service.dsn, autocommit=True) as connection:
        connection.execute("TRUNCATE views.marks, views.cases, views.deadlines")


@pytest.fixture(scope="module")
def small(service: Service) -> str:
    """A ledger with three cases, for what is looked at entry by entry."""
    ledger = "cn-small-demo"
    service.create(ledger)
    found(service.desk(ledger), DAY, [KARAMAY])
    people = AtDesk(service.desk(ledger))
    for case, upto in (("c1", "opinion-served"), ("c2", "notice-served"), ("c3", "order")):
        people.walk(upto, case)
    return ledger


@pytest.mark.parametrize(("ledger", "count", "batch"), [("small", 3, 1), (LEDGER, CASES, 7), (LEDGER, CASES, 2_000)])
def test_batches_of_any_size_and_a_rebuild_give_equal_tables(
    service: Service, small: str, ledger: str, count: int, batch: int
) -> None:
    ledger = small if ledger == "small" else ledger
    service.rebuild(ledger, [])
    whole = tables(service, ledger)
    assert whole["cases"].count(b"\n") == count
    assert whole["deadlines"].count(b"\n") > count
    forget(service)
    with service.projecting(ledger) as runners:
        for runner in runners:
            left, before = runner.step(batch), None
            while left > 0:
                assert before is None or left == before - batch
                left, before = runner.step(batch), left
            assert runner.step(batch) == 0
    assert tables(service, ledger) == whole
    assert marks(service, ledger) == {"cases": 0, "deadlines": 0}
    with service.projecting(ledger) as runners:
        assert len({runner.rebuild(batch) for runner in runners}) == 1
    assert tables(service, ledger) == whole


def test_no_row_rests_on_more_of_the_log_than_its_mark_says(service: Service, small: str) -> None:
    forget(service)
    with service.projecting(small) as (cases, _), service.reading() as connection:
        while cases.step(4) > 0:
            rows = connection.execute(
                "SELECT c.case_id, c.position, e.stream, m.position FROM views.cases AS c JOIN views.marks AS m"
                " USING (ledger) JOIN ledger.entries AS e ON e.ledger = c.ledger AND e.position = c.position"
                " WHERE c.ledger = %s AND m.projection = 'cases'",
                [small],
            ).fetchall()
            for case, position, stream, mark in rows:
                assert (position < mark, stream) == (True, f"case/{case}")


def test_what_was_projected_while_the_ledger_grew_equals_a_rebuild(service: Service) -> None:
    ledger = "cn-growing-demo"
    service.create(ledger)
    desk = service.desk(ledger)
    found(desk, DAY, [KARAMAY])
    people = AtDesk(desk)
    with service.projecting(ledger) as runners:
        for number, upto in enumerate(("opinion-served", "notice-served", "order", "open", "reply")):
            people.walk(upto, f"c{number}")
            for runner in runners:
                runner.step(3 + number)
        for runner in runners:
            runner.catch_up()
        grown = tables(service, ledger)
        for runner in runners:
            runner.rebuild()
    assert tables(service, ledger) == grown
    assert grown["cases"].count(b"\n") == 5


def test_two_runners_at_once_do_no_work_twice(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.project([LEDGER])
    whole = tables(service)
    forget(service)
    reached: list[tuple[str, int]] = []
    advance = Runner._advance

    def told(runner: Runner, position: int) -> None:
        reached.append((runner._projection.name, position))
        advance(runner, position)

    monkeypatch.setattr(Runner, "_advance", told)
    barrier = Barrier(2)

    def run() -> None:
        with service.projecting(LEDGER) as runners:
            barrier.wait()
            for runner in runners:
                while runner.step(13) > 0:
                    pass

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tables(service) == whole
    assert len(reached) == len(set(reached))
    size = next(row["size"] for row in service.ledgers() if row["ledger"] == LEDGER)
    for projection in PROJECTIONS:
        steps = sorted(position for name, position in reached if name == projection.name)
        assert steps == [*range(13, size, 13), size]


def test_readers_keep_the_old_rows_until_a_rebuild_is_done(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.project([LEDGER])
    whole = tables(service)
    step = Runner.step
    looks: list[bool] = []

    def watched(runner: Runner, batch: int) -> int:
        looks.append(tables(service) == whole)
        return step(runner, batch)

    monkeypatch.setattr(Runner, "step", watched)
    with service.projecting(LEDGER) as runners:
        for runner in runners:
            runner.rebuild(batch=100)
    assert looks == [True] * len(looks)
    assert len(looks) > 2 * len(PROJECTIONS)


def test_only_the_named_read_models_are_rebuilt(service: Service) -> None:
    assert set(service.rebuild(LEDGER, ["deadlines"])) == {"deadlines"}
    with pytest.raises(Malformed, match="dashboards"):
        service.rebuild(LEDGER, ["dashboards"])


# --- an entry that nobody here can read --------------------------------------------------------------------------


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
    assert marks(service) == {"cases": 0, "deadlines": 0}


@contextmanager
def slipped_in(service: Service, ledger: str, type_: str) -> Iterator[None]:
    """An entry of a type that no version knows, put behind the last one by a superuser with the triggers off."""
    with psycopg.connect(service.dsn, autocommit=True) as admin:
        (row,) = admin.execute("SELECT size, last_recorded_at FROM ledger.ledgers WHERE ledger = %s", [ledger])
        at = row[1].astimezone(UTC) + timedelta(seconds=1)
        entry = encode(Header(ledger, row[0], "case/strange", 1, type_, at, NO_LEAF), b'{"occurred_on":"2024-02-05"}')
        for table in ("ledgers", "entries"):
            admin.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL".encode())
        values = [ledger, row[0], type_, at, leaf_hash(entry), entry]
        admin.execute("INSERT INTO ledger.entries VALUES (%s, %s, 'case/strange', 1, %s, %s, %s, %s)", values)
        admin.execute("UPDATE ledger.ledgers SET size = size + 1 WHERE ledger = %s", [ledger])
        yield
        admin.execute("DELETE FROM ledger.entries WHERE ledger = %s AND stream = 'case/strange'", [ledger])
        admin.execute("UPDATE ledger.ledgers SET size = size - 1 WHERE ledger = %s", [ledger])
        for table in ("ledgers", "entries"):
            for trigger in ("never", "only_by_pen"):
                admin.execute(f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER {trigger}".encode())


def test_an_entry_of_a_type_that_nobody_knows_stops_its_ledger_and_no_other(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    strange, sound = "cn-strange-demo", "cn-sound-demo"
    for ledger in (strange, sound):
        service.create(ledger)
        found(service.desk(ledger), DAY, [KARAMAY])
        AtDesk(service.desk(ledger)).walk("order")
    service.project([strange])
    before = tables(service, strange)
    with slipped_in(service, strange, "case.burned/1"):
        with pytest.raises(UnknownFact, match=r"the catalogue has no case\.burned/1"):
            service.project([strange])
        assert tables(service, strange) == before
        assert marks(service, strange) == {"cases": 1, "deadlines": 1}
        with caplog.at_level(logging.ERROR), service.tended():
            until = monotonic() + 40 * POLL
            while any(marks(service, sound).values()):
                assert monotonic() < until
                sleep(POLL / 10)
            sleep(3 * POLL)
        said = [record.getMessage() for record in caplog.records]
        assert said == [f"the read models of {strange} stop here"]
        assert "case.burned/1" in caplog.text
        assert marks(service, strange) == {"cases": 1, "deadlines": 1}
    assert marks(service, strange) == {"cases": 0, "deadlines": 0}
    assert tables(service, strange) == before


def test_the_time_of_this_machine_is_in_no_read_model(service: Service) -> None:
    whole = tables(service)
    now = datetime.now(UTC)
    for day in (now, now - timedelta(days=1)):
        assert day.date().isoformat().encode() not in b"".join(whole.values())
