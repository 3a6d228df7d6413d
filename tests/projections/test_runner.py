"""Read models come out the same, made anew or kept up, in whatever batches, and whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from subprocess import PIPE, Popen
from sys import executable
from threading import Barrier, Event, Thread
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from api.failures import Lagging, Malformed, ProjectionStopped
from api.generating.ledger import FIRST_DAY, generate
from api.play import found
from api.projecting import project, rebuild, status, wait_for
from api.service import Service
from api.tending import POLL, keep_up, tended
from domain.catalogue import TYPES
from ledger.entry import Header, encode, glance
from ledger.hashing import NO_LEAF, leaf_hash
from ledger.mapper import LedgerMapper
from ledger.postgres.connect import connect
from projections import reading
from projections import rebuild as making
from projections import tables as parts
from projections.deadlines.projector import Deadlines
from projections.files.projector import Files
from projections.rebuild import Build, Rebuilder, RebuildStopped
from projections.rooms import ROOMS
from projections.runner import Runner
from tests.api.office import DAY, KARAMAY, MASTER, AtDesk
from tests.projections.conftest import LEDGER

NAMES = [room.name for room in ROOMS]
MIXED = "cn-mixed-demo"
UP_TO_DATE = dict.fromkeys(NAMES, 0)


def tables(service: Service, ledger: str = LEDGER) -> dict[str, bytes]:
    """Every table of every read model of a ledger as ordered COPY output."""
    with psycopg.connect(service.dsn) as connection:
        return {table: _copied(connection, table, ledger) for room in ROOMS for table in room.tables}


def _copied(connection: psycopg.Connection, table: str, ledger: str) -> bytes:
    query = f"COPY (SELECT t.* FROM views.{table} AS t WHERE ledger = '{ledger}' ORDER BY t.*::text) TO STDOUT"
    with connection.cursor().copy(query.encode()) as copy:
        return b"".join(bytes(block) for block in copy)


def lag(service: Service, ledger: str = LEDGER) -> dict[str, int]:
    """How many positions each read model lags behind."""
    (row,) = [row for row in status(service) if row["ledger"] == ledger]
    return dict(row["lag"])


def stopped(service: Service, ledger: str) -> dict[str, Any]:
    (row,) = [row for row in status(service) if row["ledger"] == ledger]
    return dict(row["stopped"])


def forget(service: Service, ledger: str = LEDGER) -> None:
    """Throw the rows and marks of a ledger away."""
    with psycopg.connect(service.dsn, autocommit=True) as connection:
        for room in ROOMS:
            for table in room.tables:
                for (part,) in parts._attached(connection, table, ledger):
                    connection.execute(f'DROP TABLE views."{part}"'.encode())
        connection.execute("DELETE FROM views.marks WHERE ledger = %s", [ledger])
        connection.execute("DELETE FROM views.rebuilds WHERE ledger = %s", [ledger])


@contextmanager
def running(service: Service, ledger: str, mapper: LedgerMapper | None = None) -> Iterator[Runner]:
    with connect(service.dsn, "projector") as connection:
        yield Runner(connection, ledger, ROOMS, mapper or service.mapper)


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


@pytest.fixture(scope="module")
def mixed(service: Service) -> str:
    """A ledger with years of files of all kinds, under all regulations that histories are drawn of."""
    service.create(MIXED)
    generate(service.desk(MIXED), MASTER, 2_500, 5, FIRST_DAY, lambda _: None, 1)
    return MIXED


@pytest.fixture
def whole(service: Service, mixed: str) -> dict[str, bytes]:
    """The read models of that ledger as they are made anew by one process."""
    with Rebuilder(service.dsn, 1) as alone:
        alone.rebuild(mixed, NAMES, lambda *_: None)
    return tables(service, mixed)


@pytest.mark.parametrize("batch", [1, 7, 1_000])
def test_batches_of_any_size_give_the_rows_of_a_rebuild(service: Service, small: str, batch: int) -> None:
    rebuild(service, small, [], lambda *_: None)
    made = tables(service, small)
    assert made["files"].count(b"\n") == 3
    assert made["deadlines"].count(b"\n") > 3
    forget(service, small)
    with running(service, small) as runner:
        left, before = runner.step(batch), None
        while left > 0:
            assert before is None or left == before - batch
            left, before = runner.step(batch), left
        assert runner.step(batch) == 0
    assert tables(service, small) == made
    assert lag(service, small) == UP_TO_DATE


@settings(max_examples=6)
@given(cuts=st.lists(st.integers(1, 900), min_size=3, max_size=20))
def test_files_of_all_kinds_projected_in_any_batches_are_what_a_rebuild_makes(
    service: Service, mixed: str, cuts: list[int]
) -> None:
    with Rebuilder(service.dsn, 1) as alone:
        alone.rebuild(mixed, NAMES, lambda *_: None)
    made = tables(service, mixed)
    forget(service, mixed)
    with running(service, mixed) as runner:
        for cut in cuts:
            runner.step(cut)
        runner.catch_up()
    assert tables(service, mixed) == made


def test_every_kind_of_file_and_clock_is_in_the_read_models(whole: dict[str, bytes]) -> None:
    kinds = {line.split(b"\t")[2] for line in whole["files"].splitlines()}
    assert len(kinds) >= 7
    assert all(whole.values())


def test_processes_beside_each_other_make_what_one_makes(
    service: Service, mixed: str, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "ALONE", 0)
    monkeypatch.setattr(making, "CHUNK", 100)
    told: list[tuple[int, int]] = []
    with Rebuilder(service.dsn, 2) as beside:
        beside.rebuild(mixed, NAMES, lambda done, total: told.append((done, total)))
    assert tables(service, mixed) == whole
    assert len(told) > 10
    assert told[-1][0] == told[-1][1]


def test_the_registers_of_numbers_are_not_read_again_with_every_batch(
    service: Service, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def told(entry: bytes) -> Any:
        seen.append(glance(entry)[2])
        return glance(entry)

    monkeypatch.setattr(reading, "glance", told)
    with connect(service.dsn, "projector") as connection:
        moved = [file.stream for file in reading.Reader(connection, small, service.mapper).moved(0, 10_000)]
    assert sorted(set(seen)) == moved == ["case/c1", "case/c2", "case/c3"]


def test_no_row_rests_on_more_of_the_log_than_its_mark_says(service: Service, small: str) -> None:
    forget(service, small)
    with running(service, small) as runner, service.reading() as connection:
        while runner.step(4) > 0:
            rows = connection.execute(
                "SELECT f.stream, f.position, e.stream, m.position FROM views.files AS f JOIN views.marks AS m"
                " USING (ledger) JOIN ledger.entries AS e ON e.ledger = f.ledger AND e.position = f.position"
                " WHERE f.ledger = %s AND m.projection = 'files'",
                [small],
            ).fetchall()
            for stream, position, found_in, mark in rows:
                assert (position < mark, stream) == (True, found_in)


def test_what_was_projected_while_the_ledger_grew_equals_a_rebuild(service: Service) -> None:
    ledger = "cn-growing-demo"
    service.create(ledger)
    desk = service.desk(ledger)
    found(desk, DAY, [KARAMAY])
    people = AtDesk(desk)
    with running(service, ledger) as runner:
        for number, upto in enumerate(("opinion-served", "notice-served", "order", "open", "reply")):
            people.walk(upto, f"c{number}")
            runner.step(3 + number)
        runner.catch_up()
    grown = tables(service, ledger)
    rebuild(service, ledger, [], lambda *_: None)
    assert tables(service, ledger) == grown
    assert grown["files"].count(b"\n") == 5


def test_two_runners_at_once_do_no_work_twice(
    service: Service, mixed: str, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(service, mixed)
    reached: list[tuple[str, int]] = []
    mark = Runner._mark

    def told(runner: Runner, members: Any, position: int) -> None:
        reached.extend((each.name, position) for each in members)
        mark(runner, members, position)

    monkeypatch.setattr(Runner, "_mark", told)
    barrier = Barrier(2)

    def run() -> None:
        with running(service, mixed) as runner:
            barrier.wait()
            until = monotonic() + 60
            while any(lag(service, mixed).values()):
                assert monotonic() < until
                runner.step(130)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tables(service, mixed) == whole
    assert len(reached) == len(set(reached))
    size = next(row["size"] for row in service.ledgers() if row["ledger"] == mixed)
    for name in NAMES:
        assert sorted(position for each, position in reached if each == name) == [*range(130, size, 130), size]


# --- rebuilding beside readers and writers -----------------------------------------------------------------------


def test_readers_keep_the_old_rows_until_a_rebuild_is_done(
    service: Service, mixed: str, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[bool] = []
    monkeypatch.setattr(making, "CHUNK", 300)
    with Rebuilder(service.dsn, 1) as alone:
        alone.rebuild(mixed, NAMES, lambda *_: looks.append(tables(service, mixed) == whole))
    assert looks == [True] * len(looks)
    assert len(looks) > 5


def test_a_reader_in_the_midst_of_a_transaction_is_waited_for(service: Service, small: str) -> None:
    rebuild(service, small, [], lambda *_: None)
    with psycopg.connect(service.dsn) as reader:
        before = reader.execute("SELECT count(*) FROM views.files").fetchone()
        worker = Thread(target=rebuild, args=(service, small, [], lambda *_: None))
        worker.start()
        sleep(1.5)
        assert worker.is_alive()
        assert reader.execute("SELECT count(*) FROM views.files").fetchone() == before
        reader.rollback()
        worker.join()
    assert lag(service, small) == UP_TO_DATE


class Interrupted(BaseException):  # it names what happened, and nothing that a program answers
    """The machine went down."""


@pytest.mark.parametrize("at", range(1, 40, 4))
def test_an_interrupted_rebuild_goes_on_where_it_stopped_though_the_ledger_grew(
    service: Service, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = f"cn-interrupted-{at}-demo"
    service.create(ledger)
    desk = service.desk(ledger)
    found(desk, DAY, [KARAMAY])
    people = AtDesk(desk)
    for number in range(4):
        people.walk("notice-served", f"c{number}")
    project(service, [ledger])
    monkeypatch.setattr(making, "CHUNK", 10)
    folded: list[str] = []
    with monkeypatch.context() as patched:
        steps = iter(range(1, 1_000))
        for module, name in ((making, "insert"), (making, "_spans"), (parts, "finish"), (making, "_bring_up")):
            _counted(patched, module, name, steps, at)
        with suppress(Interrupted), Rebuilder(service.dsn, 1) as alone:
            alone.rebuild(ledger, NAMES, lambda *_: None)
    people.walk("opinion-served", "a0-opened-meanwhile")
    people.walk("order", "c5")
    project(service, [ledger])
    kept_up = tables(service, ledger)
    with Rebuilder(service.dsn, 1) as alone:
        alone.rebuild(ledger, NAMES, lambda done, total: folded.append(f"{done}/{total}"))
    assert tables(service, ledger) == kept_up
    assert lag(service, ledger) == UP_TO_DATE
    with psycopg.connect(service.dsn) as connection:
        left = connection.execute("SELECT count(*) FROM views.rebuilds WHERE ledger = %s", [ledger]).fetchone()
    assert left == (0,)


def _counted(patched: pytest.MonkeyPatch, module: Any, name: str, steps: Iterator[int], at: int) -> None:
    done = getattr(module, name)

    def counted(*values: Any, **named: Any) -> Any:
        if next(steps) == at:
            raise Interrupted
        return done(*values, **named)

    patched.setattr(module, name, counted)


KILLED = """
import sys, time
from projections import rebuild
from projections.rooms import ROOMS

def told(done, total):
    print(done, flush=True)
    time.sleep(600)

if __name__ == "__main__":
    rebuild.ALONE, rebuild.CHUNK = 0, 100
    with rebuild.Rebuilder(sys.argv[1], 2) as processes:
        processes.rebuild(sys.argv[2], [room.name for room in ROOMS], told)
"""


def test_of_a_rebuild_that_is_killed_no_process_goes_on(service: Service, mixed: str, whole: dict[str, bytes]) -> None:
    dsn = make_conninfo(service.dsn, application_name="killed")
    with Popen([executable, "-c", KILLED, dsn, mixed], stdout=PIPE) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.kill()
    until = monotonic() + 30
    with psycopg.connect(service.dsn, autocommit=True) as connection:
        left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'killed'"
        while connection.execute(left).fetchone() != (0,):
            assert monotonic() < until
            sleep(0.05)
    rebuild(service, mixed, [], lambda *_: None)
    assert tables(service, mixed) == whole


def bare(service: Service) -> list[Any]:
    """The tables that belong to no read model."""
    with psycopg.connect(service.dsn) as connection:
        return connection.execute(
            "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'views' AND c.relkind = 'r' AND c.relname LIKE '%~%' AND NOT c.relispartition"
        ).fetchall()


def test_a_rebuild_of_other_read_models_starts_anew_and_leaves_nothing_of_the_one_before(
    service: Service, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(making, "_take_over", lambda *_: (_ for _ in ()).throw(Interrupted))
        with pytest.raises(Interrupted):
            rebuild(service, small, [], lambda *_: None)
    rebuild(service, small, ["deadlines"], lambda *_: None)
    assert bare(service) == []


def test_two_rebuilds_of_one_ledger_do_not_run_at_once(service: Service, small: str) -> None:
    with connect(service.dsn, "projector") as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended('caseledger rebuild ' || %s, 0))", [small])
        with pytest.raises(RebuildStopped, match=r"another rebuild|under way"):
            rebuild(service, small, [], lambda *_: None)


def test_only_the_named_read_models_are_rebuilt(service: Service, small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Build] = []
    begin = making._begin

    def told(*values: Any) -> Build:
        begun.append(begin(*values))
        return begun[-1]

    monkeypatch.setattr(making, "_begin", told)
    rebuild(service, small, ["deadlines"], lambda *_: None)
    assert [build.names for build in begun] == [("deadlines",)]
    with pytest.raises(Malformed, match="dashboards"):
        rebuild(service, small, ["dashboards"], lambda *_: None)


def test_a_ledger_that_is_far_behind_is_made_anew_and_not_step_by_step(
    service: Service, mixed: str, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(service, mixed)
    monkeypatch.setattr("api.projecting.BEHIND", 1_000)
    monkeypatch.setattr(Runner, "_advance", lambda *_: 0)
    project(service, [mixed])
    assert tables(service, mixed) == whole


# --- tables by version -------------------------------------------------------------------------------------------


def test_tables_of_an_earlier_version_are_made_anew_and_filled_again(service: Service, small: str) -> None:
    project(service, [small])
    made = tables(service, small)
    with connect(service.dsn, "projector") as connection:
        connection.execute("UPDATE views.rooms SET version = 0 WHERE projection = 'deadlines'")
        parts.prepare(connection, ROOMS)
    assert tables(service, small)["deadlines"] == b""
    assert lag(service, small)["files"] == 0
    project(service)
    assert tables(service, small) == made


def test_a_program_that_is_older_than_the_tables_touches_nothing(service: Service, small: str) -> None:
    project(service, [small])
    made = tables(service, small)
    with connect(service.dsn, "projector") as connection:
        connection.execute("UPDATE views.rooms SET version = 99 WHERE projection = 'deadlines'")
        with pytest.raises(parts.NewerRoom, match="99"):
            parts.prepare(connection, ROOMS)
        connection.execute(
            "UPDATE views.rooms SET version = %s WHERE projection = 'deadlines'",
            [next(room.version for room in ROOMS if room.name == "deadlines")],
        )
    assert tables(service, small) == made


@contextmanager
def made_anew_by_a_newer_program(service: Service) -> Iterator[None]:
    """The clocks have tables of a version that this program does not know."""
    own = next(room.version for room in ROOMS if room.name == "deadlines")
    with connect(service.dsn, "projector") as connection:
        version = "UPDATE views.rooms SET version = %s WHERE projection = 'deadlines'"
        connection.execute(version, [99])
        try:
            yield
        finally:
            connection.execute(version, [own])


def test_a_program_that_still_runs_puts_no_rows_into_the_tables_of_a_newer_one(service: Service, small: str) -> None:
    rebuild(service, small, [], lambda *_: None)
    made = tables(service, small)
    forget(service, small)
    with made_anew_by_a_newer_program(service):
        project(service, [small])
        found = tables(service, small)
        assert (found["deadlines"], found["watches"]) == (b"", b"")
        assert found["files"] == made["files"]
        with pytest.raises(parts.NewerRoom, match="99"):
            rebuild(service, small, ["deadlines"], lambda *_: None)
    project(service, [small])
    assert tables(service, small) == made


@pytest.mark.parametrize("name", ["_fold", "_take_over"])
def test_a_rebuild_that_a_newer_program_overtook_puts_nothing_in_the_place_of_its_tables(
    service: Service, small: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rebuild(service, small, [], lambda *_: None)
    made, done = tables(service, small), getattr(making, name)

    def overtaken(*values: Any) -> Any:
        with made_anew_by_a_newer_program(service):
            done(*values)

    with monkeypatch.context() as patched:
        patched.setattr(making, name, overtaken)
        with pytest.raises(parts.NewerRoom):
            rebuild(service, small, [], lambda *_: None)
    assert tables(service, small) == made
    rebuild(service, small, [], lambda *_: None)
    assert tables(service, small) == made


def test_tables_that_are_made_anew_leave_nothing_of_a_rebuild_that_was_interrupted(
    service: Service, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(making, "_take_over", lambda *_: (_ for _ in ()).throw(Interrupted))
        with pytest.raises(Interrupted):
            rebuild(service, small, [], lambda *_: None)
    with connect(service.dsn, "projector") as connection:
        connection.execute("UPDATE views.rooms SET version = 0 WHERE projection = 'deadlines'")
        parts.prepare(connection, ROOMS)
    assert bare(service) == []
    project(service)


# --- an entry that nobody here can read --------------------------------------------------------------------------


def test_an_entry_that_this_version_does_not_know_stops_a_rebuild_and_what_is_read_stays(
    service: Service, mixed: str, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    older = {name: cls for name, cls in TYPES.items() if name != "case.closed/1"}
    monkeypatch.setattr(making, "TYPES", older)
    with pytest.raises(RebuildStopped, match=r"case\.closed/1"):
        rebuild(service, mixed, [], lambda *_: None)
    assert tables(service, mixed) == whole
    assert lag(service, mixed) == UP_TO_DATE


@contextmanager
def slipped_in(service: Service, ledger: str, stream: str, type_: str) -> Iterator[int]:
    """An entry of a type that no version knows, put behind the last one by a superuser with the triggers off."""
    with psycopg.connect(service.dsn, autocommit=True) as admin:
        (row,) = admin.execute("SELECT size, last_recorded_at FROM ledger.ledgers WHERE ledger = %s", [ledger])
        at = row[1].astimezone(UTC) + timedelta(seconds=1)
        entry = encode(Header(ledger, row[0], stream, 1, type_, at, NO_LEAF), b'{"occurred_on":"2024-02-05"}')
        for table in ("ledgers", "entries"):
            admin.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL".encode())
        values = [ledger, row[0], stream, type_, at, leaf_hash(entry), entry]
        admin.execute("INSERT INTO ledger.entries VALUES (%s, %s, %s, 1, %s, %s, %s, %s)", values)
        admin.execute("UPDATE ledger.ledgers SET size = size + 1 WHERE ledger = %s", [ledger])
        yield row[0]
        admin.execute("DELETE FROM ledger.entries WHERE ledger = %s AND position = %s", [ledger, row[0]])
        admin.execute("UPDATE ledger.ledgers SET size = size - 1 WHERE ledger = %s", [ledger])
        for table in ("ledgers", "entries"):
            for trigger in ("never", "only_by_pen"):
                admin.execute(f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER {trigger}".encode())


@pytest.mark.parametrize(("stream", "type_"), [("case/strange", "case.burned/1"), ("tribunal/1", "tribunal.seated/1")])
def test_an_entry_of_a_type_that_nobody_knows_stops_its_ledger_at_its_position_and_no_other(
    service: Service, stream: str, type_: str
) -> None:
    strange, sound = f"cn-strange-{stream.partition('/')[0]}-demo", f"cn-sound-{stream.partition('/')[0]}-demo"
    for ledger in (strange, sound):
        service.create(ledger)
        found(service.desk(ledger), DAY, [KARAMAY])
        AtDesk(service.desk(ledger)).walk("order")
    project(service, [strange])
    before = tables(service, strange)
    with slipped_in(service, strange, stream, type_) as position:
        with tended(service):
            until = monotonic() + 40 * POLL
            while any(lag(service, sound).values()) or not stopped(service, strange):
                assert monotonic() < until
                sleep(POLL / 10)
        assert stopped(service, strange).keys() == set(NAMES)
        for stop in stopped(service, strange).values():
            assert stop["position"] == position
            assert stop["reason"].startswith("UnknownFact: ")
        assert lag(service, strange) == dict.fromkeys(NAMES, 1)
        assert tables(service, strange) == before
        project(service, [strange])  # to ask again changes nothing, and is no error
        with pytest.raises(ProjectionStopped):
            wait_for(service, strange, position, ["deadlines"])
    stop = Event()
    stop.set()
    with running(service, strange) as runner:
        runner.revive()
    assert stopped(service, strange) == {}
    assert lag(service, strange) == UP_TO_DATE


def test_what_one_read_model_cannot_take_stops_it_alone(
    service: Service, mixed: str, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(service, mixed)
    deadlines = next(room for room in ROOMS if room.name == "deadlines")
    with psycopg.connect(service.dsn) as connection:
        (row,) = connection.execute(
            "SELECT stream, max(position) FROM ledger.entries WHERE ledger = %s AND stream LIKE 'case/%%'"
            " GROUP BY stream HAVING count(*) > 10 ORDER BY random() LIMIT 1",
            [mixed],
        )
    rows = type(deadlines).rows

    def choosy(room: Any, folded: Any) -> Any:
        if folded.stream == row[0] and folded.position == row[1]:
            raise ZeroDivisionError("a fault of the program")
        return rows(room, folded)

    monkeypatch.setattr(type(deadlines), "rows", choosy)
    with running(service, mixed) as runner:
        runner.catch_up()
        assert stopped(service, mixed) == {
            "deadlines": {"position": row[1], "reason": "ZeroDivisionError: a fault of the program"}
        }
        others = {name: behind for name, behind in lag(service, mixed).items() if name != "deadlines"}
        assert set(others.values()) == {0}
        monkeypatch.setattr(type(deadlines), "rows", rows)
        runner.revive()
        runner.catch_up()
    assert tables(service, mixed) == whole


def test_what_no_table_can_take_stops_its_read_model_and_not_the_upkeep(
    service: Service, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(service, small, [], lambda *_: None)
    made = tables(service, small)
    forget(service, small)
    rows, long = Files.rows, "".join(sha256(str(number).encode()).hexdigest() for number in range(200))

    def wordy(room: Files, folded: Any) -> Any:
        for table, values in rows(room, folded):
            yield table, (long, *values[1:]) if table == "parties" and folded.stream == "case/c2" else values

    monkeypatch.setattr(Files, "rows", wordy)
    project(service, [small])
    assert stopped(service, small).keys() == {"files"}
    assert stopped(service, small)["files"]["reason"].startswith("ProgramLimitExceeded: ")
    monkeypatch.setattr(Files, "rows", rows)
    with running(service, small) as runner:
        runner.revive()
        runner.catch_up()
    assert tables(service, small) == made


def test_where_a_ledger_far_behind_cannot_be_made_anew_it_is_shown_at_which_position(
    service: Service, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(service, small)
    rows = Deadlines.rows

    def faulty(room: Deadlines, folded: Any) -> Any:
        if folded.stream == "case/c2":
            raise ZeroDivisionError("a fault of the program")
        return rows(room, folded)

    monkeypatch.setattr(Deadlines, "rows", faulty)
    monkeypatch.setattr("api.projecting.BEHIND", 0)
    project(service, [small])
    assert stopped(service, small).keys() == {"deadlines"}
    with pytest.raises(RebuildStopped, match=r"case/c.*ZeroDivisionError"):
        rebuild(service, small, ["deadlines"], lambda *_: None)
    monkeypatch.setattr(Deadlines, "rows", rows)
    rebuild(service, small, [], lambda *_: None)
    assert stopped(service, small) == {}


# --- waiting for one's own step ----------------------------------------------------------------------------------


def test_whoever_names_the_position_of_their_step_reads_what_knows_of_it(service: Service) -> None:
    ledger = "cn-own-step-demo"
    service.create(ledger)
    desk = service.desk(ledger)
    found(desk, DAY, [KARAMAY])
    with tended(service):
        people = AtDesk(desk)
        for number in range(5):
            people.walk("order", f"c{number}")
            last = next(row["size"] for row in service.ledgers() if row["ledger"] == ledger) - 1
            wait_for(service, ledger, last, NAMES, patience=30)
            with service.reading() as connection:
                (count,) = connection.execute(
                    "SELECT count(*) FROM views.files WHERE ledger = %s", [ledger]
                ).fetchone() or (0,)
            assert count == number + 1


def test_nobody_waits_for_ever_nor_for_what_was_not_recorded(service: Service, small: str) -> None:
    project(service, [small])
    size = next(row["size"] for row in service.ledgers() if row["ledger"] == small)
    wait_for(service, small, size - 1, NAMES, patience=0)
    with pytest.raises(Malformed):
        wait_for(service, small, size, NAMES)
    forget(service, small)
    with pytest.raises(Lagging):
        wait_for(service, small, size - 1, NAMES, patience=0)
    project(service, [small])


def test_upkeep_goes_on_after_a_fault_of_the_program(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = "cn-fault-demo"
    service.create(ledger)
    found(service.desk(ledger), DAY, [KARAMAY])
    faults = iter([RuntimeError("once"), RuntimeError("twice")])
    begin = Runner._begin

    def faulty(runner: Runner, names: list[str]) -> None:
        for fault in faults:
            raise fault
        begin(runner, names)

    monkeypatch.setattr(Runner, "_begin", faulty)
    stop = Event()
    worker = Thread(target=keep_up, args=(service, stop))
    worker.start()
    until = monotonic() + 60
    while any(lag(service, ledger).values()):
        assert monotonic() < until
        sleep(0.05)
    stop.set()
    worker.join()


def test_a_ledger_whose_read_models_cannot_be_kept_up_holds_up_no_other(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty, sound = "cn-a-faulty-demo", "cn-b-sound-demo"
    for ledger in (faulty, sound):
        service.create(ledger)
        found(service.desk(ledger), DAY, [KARAMAY])
    begin = Runner._begin

    def choosy(runner: Runner, names: list[str]) -> None:
        if runner._ledger == faulty:
            raise RuntimeError("a fault of the program")
        begin(runner, names)

    monkeypatch.setattr(Runner, "_begin", choosy)
    stop = Event()
    worker = Thread(target=keep_up, args=(service, stop))
    worker.start()
    until = monotonic() + 40 * POLL
    while any(lag(service, sound).values()) and monotonic() < until:
        sleep(0.05)
    stop.set()
    worker.join()
    assert lag(service, sound) == UP_TO_DATE


def test_the_time_of_this_machine_is_in_no_read_model(whole: dict[str, bytes]) -> None:
    now = datetime.now(UTC)
    for day in (now, now - timedelta(days=1)):
        assert day.date().isoformat().encode() not in b"".join(whole.values())
