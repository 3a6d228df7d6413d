"""When an entry was recorded: by the database's clock, unless the ledger is a simulated one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from ledger.application import LedgerApplication
from ledger.postgres.connect import open_ledger
from ledger.requests import Appended, ClockWrong
from tests.ledger.conftest import NewLedger
from tests.ledger.office import MAPPER, NOON, item, request

SECOND = timedelta(seconds=1)


def recorded(log: LedgerApplication, now: datetime, items: int = 1) -> tuple[datetime, ...]:
    """Times of the entries of a new stream, appended at a time of the caller's clock."""
    stream = f"case/{log.recorder.max_notification_id()}"
    (outcome,) = log.append([request(*(item(stream, n) for n in range(items)))], now)
    assert isinstance(outcome, Appended)
    return outcome.recorded_at


def test_a_real_ledger_goes_by_the_clock_of_the_database(new_ledger: NewLedger, admin: psycopg.Connection) -> None:
    log = new_ledger("wall")
    before = admin.execute("SELECT clock_timestamp()").fetchone()
    (first,) = recorded(log, datetime.now(UTC) - 4 * SECOND)
    after = admin.execute("SELECT clock_timestamp()").fetchone()
    assert before is not None
    assert after is not None
    assert before[0] < first < after[0]


def test_a_caller_whose_clock_is_five_seconds_off_records_nothing(new_ledger: NewLedger) -> None:
    log = new_ledger("wall")
    for off in (-6 * SECOND, 6 * SECOND):
        assert log.append([request(item("case/1", 0))], datetime.now(UTC) + off) == (ClockWrong(),)
    assert log.recorder.max_notification_id() == 1


def test_who_waits_for_the_ledger_has_no_wrong_clock(new_ledger: NewLedger, admin: psycopg.Connection) -> None:
    log = new_ledger("wall")
    with ThreadPoolExecutor(1) as thread:
        with admin.transaction():
            admin.execute("SELECT 1 FROM ledger.ledgers WHERE ledger = %s FOR UPDATE", [log.ledger])
            asked = thread.submit(recorded, log, datetime.now(UTC) - 4.5 * SECOND)
            time.sleep(0.8)
        assert len(asked.result()) == 1


def test_who_waits_for_a_connection_has_no_wrong_clock_either(new_ledger: NewLedger, dsn: str) -> None:
    ledger = new_ledger("wall").ledger
    with LedgerApplication(dsn, ledger, MAPPER, pool_size=1) as log, ThreadPoolExecutor(1) as thread:
        with log.recorder.datastore.get_connection():
            asked = thread.submit(log.append, [request(item("case/1", 0))], datetime.now(UTC) - 4 * SECOND)
            time.sleep(1.5)
        assert isinstance(asked.result()[0], Appended)


def test_a_real_ledger_waits_for_no_clock_that_is_far_behind_its_last_entry(
    new_ledger: NewLedger, admin: psycopg.Connection
) -> None:
    log = new_ledger("wall")
    for ahead, outcome in ((4, Appended), (60, ClockWrong)):
        with admin.transaction():  # the clock of the server cannot be set back, so its last entry is set ahead
            admin.execute("ALTER TABLE ledger.ledgers DISABLE TRIGGER only_by_pen")
            admin.execute(
                "UPDATE ledger.ledgers SET last_recorded_at = clock_timestamp() + %s WHERE ledger = %s",
                [ahead * SECOND, log.ledger],
            )
            admin.execute("ALTER TABLE ledger.ledgers ENABLE ALWAYS TRIGGER only_by_pen")
        stream = f"case/{ahead}"
        assert isinstance(log.append([request(item(stream, 0))], datetime.now(UTC))[0], outcome)


def test_a_simulated_ledger_goes_by_the_clock_of_its_caller(demo: LedgerApplication) -> None:
    assert recorded(demo, NOON + SECOND) == (NOON + SECOND,)
    assert demo.last_recorded_at() == NOON + SECOND
    late = datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert recorded(demo, late) == (late,)
    assert demo.append([request(item("case/x", 0))], datetime(9999, 1, 2, tzinfo=UTC)) == (ClockWrong(),)


def test_times_strictly_increase_even_where_the_clock_does_not(demo: LedgerApplication) -> None:
    microsecond = timedelta(microseconds=1)
    assert recorded(demo, NOON, items=3) == (NOON + microsecond, NOON + 2 * microsecond, NOON + 3 * microsecond)
    assert recorded(demo, NOON - 4 * SECOND) == (NOON + 4 * microsecond,)
    assert demo.append([request(item("case/x", 0))], NOON - 6 * SECOND) == (ClockWrong(),)
    assert recorded(demo, NOON + SECOND, items=2) == (NOON + SECOND, NOON + SECOND + microsecond)


def test_a_known_key_is_answered_whatever_the_clock(demo: LedgerApplication) -> None:
    first = request(item("case/1", 0))
    demo.append([first], NOON)
    again, new = demo.append([first, request(item("case/2", 0))], NOON - 60 * SECOND)
    assert isinstance(again, Appended)
    assert new == ClockWrong()


@pytest.mark.parametrize(
    ("ledger", "clock"),
    [("cn-x", "simulated"), ("cn-x-demo", "wall"), ("cn-x", "sundial"), ("CN", "wall"), ("cn x", "wall"), ("", "wall")],
)
def test_only_a_ledger_whose_name_says_so_is_simulated(dsn: str, ledger: str, clock: str) -> None:
    with pytest.raises(psycopg.DataError, match="no ledger is called"):
        open_ledger(dsn, ledger, clock)
