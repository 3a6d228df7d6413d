"""The append in SQL held against two that are written independently of it: the one in memory, and the library's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder
from hypothesis import given
from hypothesis import strategies as st

from ledger import entry
from ledger.application import LedgerApplication
from ledger.memory import MemoryLog
from ledger.postgres.connect import open_ledger
from ledger.recorder import LedgerRecorder
from ledger.requests import Appended, Outcome, Request
from tests.ledger.office import MAPPER, NOON, item, opening, request

STREAMS = ("case/1", "case/2", "register/a")
_NUMBERS = count(1)

items = st.builds(
    item, st.sampled_from(STREAMS), st.integers(0, 4), n=st.integers(0, 9), note=st.sampled_from(("", "x" * 65_500))
)
requests = st.builds(
    lambda its, key, asked: request(*its, key=key, asked=asked),
    st.lists(items, min_size=1, max_size=3),
    st.sampled_from([None, None, None, b"key-1", b"key-2"]),
    st.sampled_from([b"asked", b"asked otherwise"]),
)
calls = st.lists(st.tuples(st.lists(requests, min_size=1, max_size=5), st.integers(-8, 8)), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def pool(dsn: str) -> Iterator[LedgerApplication]:
    """One application for all examples; each has a ledger of its own."""
    open_ledger(dsn, "cn-pool-demo", "simulated")
    with LedgerApplication(dsn, "cn-pool-demo", MAPPER) as application:
        yield application


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # an entry may be of the greatest length
@given(calls)
def test_the_log_in_the_database_answers_like_the_one_in_memory(
    dsn: str, pool: LedgerApplication, calls: Sequence[tuple[list[Request], int]]
) -> None:
    ledger = f"cn-{next(_NUMBERS)}-demo"
    open_ledger(dsn, ledger, "simulated")
    log, memory = LedgerRecorder(pool.recorder.datastore, ledger), MemoryLog(ledger, MAPPER)
    now = NOON
    first = opening("simulated")
    assert list(log.append([first], now)) == list(memory.append([first], now))
    for asked, seconds in calls:
        now += timedelta(seconds=seconds)
        answers: Sequence[Outcome] = log.append(asked, now)
        assert list(answers) == list(memory.append(asked, now))
    assert [n.state for n in log.select_notifications(None, 1000)] == memory.entries


def test_a_clock_is_right_or_wrong_for_a_whole_call(pool: LedgerApplication, dsn: str) -> None:
    ledger = f"cn-{next(_NUMBERS)}-demo"
    open_ledger(dsn, ledger, "simulated")
    log, memory = LedgerRecorder(pool.recorder.datastore, ledger), MemoryLog(ledger, MAPPER)
    behind = [(NOON, [opening("simulated")]), (NOON - timedelta(seconds=5), [request(item(s, 0)) for s in STREAMS])]
    for now, asked in behind:
        answers = log.append(asked, now)
        assert list(answers) == list(memory.append(asked, now))
        assert all(isinstance(answer, Appended) for answer in answers)


moves = st.lists(st.tuples(st.sampled_from(STREAMS), st.integers(0, 3), st.integers(1, 3)), max_size=3)


@given(st.lists(moves, max_size=8), st.data())
def test_the_recorder_records_and_reads_like_the_librarys(
    dsn: str, pool: LedgerApplication, rounds: Sequence[list[tuple[str, int, int]]], data: st.DataObject
) -> None:
    """Ours refuses a version that leaves a gap, which the library's does not look at; so none is asked for here."""
    ledger = f"cn-{next(_NUMBERS)}-demo"
    open_ledger(dsn, ledger, "simulated")
    ours, theirs = LedgerRecorder(pool.recorder.datastore, ledger), POPOApplicationRecorder()
    versions = dict.fromkeys(STREAMS, 0)
    body = b'{"facts":{"clock":"simulated"}}'
    for recorder in (ours, theirs):
        recorder.insert_events([StoredEvent("ledger", 1, "ledger.opened/1", body)], now=NOON)
    for moved in rounds:
        events = [
            StoredEvent(stream, max(versions[stream] - back, 0) + n, "case.opened/1", body)
            for stream, back, length in moved
            for n in range(1, length + 1)
        ]
        try:
            ids = theirs.insert_events(events)
        except IntegrityError:
            with pytest.raises(IntegrityError):
                ours.insert_events(events, now=NOON)
        else:
            assert list(ours.insert_events(events, now=NOON)) == (ids or [])
            versions |= {str(e.originator_id): e.originator_version for e in events}
    assert ours.max_notification_id() == theirs.max_notification_id()
    asked: dict[str, Any] = {
        "start": data.draw(st.none() | st.integers(0, 9)),
        "limit": data.draw(st.integers(1, 9)),
        "stop": data.draw(st.none() | st.integers(1, 9)),
        "topics": data.draw(st.sampled_from([(), ("case.opened/1",), ("ledger.opened/1", "x")])),
        "inclusive_of_start": data.draw(st.booleans()),
    }
    assert _shown(ours.select_notifications(**asked)) == _shown(theirs.select_notifications(**asked))
    within: dict[str, Any] = {
        "gt": data.draw(st.none() | st.integers(0, 4)),
        "lte": data.draw(st.none() | st.integers(0, 6)),
        "desc": data.draw(st.booleans()),
        "limit": data.draw(st.none() | st.integers(1, 4)),
    }
    for stream in STREAMS:
        assert _shown(ours.select_events(stream, **within)) == _shown(theirs.select_events(stream, **within))


def _shown(events: Sequence[StoredEvent]) -> list[tuple[object, ...]]:
    """Events without what the log wraps around a body."""
    return [
        (
            getattr(e, "id", None),
            e.originator_id,
            e.originator_version,
            e.topic,
            entry.parse(e.state).body if e.state.startswith(b"caseledger") else e.state,
        )
        for e in events
    ]
