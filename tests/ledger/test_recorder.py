"""The library's side of the recorder: saving, notifications, subscriptions, and errors of its own hierarchy."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from eventsourcing.persistence import IntegrityError, NotSupportedError, StoredEvent, Tracking

from ledger import hashing
from ledger.application import LedgerApplication
from ledger.mapper import Envelope
from ledger.recorder import RefusedError, StaleError
from ledger.requests import Appended, ClockWrong, KeyReused, Malformed, Stale, TooLarge, WrappedKey
from ledger.sealed import SealedValue
from tests.ledger.conftest import NewLedger
from tests.ledger.office import NOON, CaseOpened, envelope, item, new_key, request

EVENT = StoredEvent("case/1", 1, "case.opened/1", b"{}")


def test_the_library_saves_and_says_where(demo: LedgerApplication) -> None:
    first: list[Envelope] = [envelope("case/1", 1, CaseOpened("a")), envelope("case/1", 2, CaseOpened("b"))]
    recordings = demo.save(*first, now=NOON)
    assert [recording.notification.id for recording in recordings] == [2, 3]
    assert [read.fact for read in demo.read("case/1")] == [e.fact for e in first]
    assert [n.id for n in demo.notification_log.select(2, 10)] == [2, 3]
    assert demo.save(now=NOON) == []


def test_saving_on_a_version_that_is_taken_is_the_librarys_conflict(demo: LedgerApplication) -> None:
    demo.recorder.insert_events([EVENT], now=NOON)
    with pytest.raises(IntegrityError) as caught:
        demo.recorder.insert_events([EVENT], now=NOON)
    assert isinstance(caught.value, StaleError)
    assert caught.value.outcome == Stale("case/1", 0, 1)


def test_the_same_key_is_recorded_once_through_the_library_too(demo: LedgerApplication) -> None:
    key = new_key()
    assert list(demo.recorder.insert_events([EVENT], now=NOON, key=key)) == [2]
    assert list(demo.recorder.insert_events([EVENT], now=NOON, key=key)) == [2]
    with pytest.raises(RefusedError) as caught:
        demo.recorder.insert_events([EVENT], now=NOON, key=key, digest=hashing.digest(b"other"))
    assert caught.value.outcome == KeyReused()


def test_other_refusals_are_errors_that_name_them(demo: LedgerApplication) -> None:
    large = replace(EVENT, state=b'{"a":"' + b"x" * 65_535 + b'"}')
    for event, hours, outcome in (
        (large, 4, TooLarge()),
        (replace(EVENT, topic="case"), 4, Malformed("type")),
        (EVENT, 3, ClockWrong()),
    ):
        with pytest.raises(RefusedError) as caught:
            demo.recorder.insert_events([event], now=NOON.replace(hour=hours))
        assert caught.value.outcome == outcome
    with pytest.raises(NotSupportedError):
        demo.recorder.insert_events([EVENT], now=NOON, tracking=Tracking("other", 1))
    with pytest.raises(NotSupportedError):
        demo.recorder.create_table()


def test_what_belongs_to_the_events_goes_along(demo: LedgerApplication) -> None:
    value = SealedValue("note", b"key-1", b"n" * 12, b"ciphertext")
    key = WrappedKey(b"key-1", "case/1", b"wrapped")
    demo.recorder.insert_events([EVENT], now=NOON, sealed=[(value,)], data_keys=(key,), law_texts=(b"law",))
    assert demo.sealed_values([1]) == [(1, b"wrapped", value)]
    assert demo.law_text(hashing.digest(b"law")) == b"law"


def test_a_real_ledger_needs_no_time_from_the_caller(new_ledger: NewLedger) -> None:
    assert list(new_ledger("wall").recorder.insert_events([EVENT])) == [2]


def test_a_subscription_goes_on_with_what_is_recorded_later(demo: LedgerApplication) -> None:
    def later() -> None:
        time.sleep(0.3)
        demo.append([request(item("case/2", 0)), request(item("case/1", 1))], NOON)

    demo.append([request(item("case/1", 0))], NOON)
    writer = threading.Thread(target=later)
    with demo.recorder.subscribe(gt=1) as subscription:
        writer.start()
        found = [next(subscription).originator_id for _ in range(3)]
    writer.join()
    assert found == ["case/1", "case/2", "case/1"]


def test_a_subscription_that_cannot_read_says_so(demo: LedgerApplication) -> None:
    with demo.recorder.subscribe() as subscription:
        assert next(subscription).id == 1
        demo.close()
        with pytest.raises(ConnectionError):
            next(subscription)


def test_an_outcome_says_when_each_entry_was_recorded(demo: LedgerApplication) -> None:
    (outcome,) = demo.append([request(item("case/1", 0), item("case/1", 1))], NOON)
    assert isinstance(outcome, Appended)
    assert [e.recorded_at for e in demo.read("case/1")] == list(outcome.recorded_at)
    assert [e.leaf for e in demo.read("case/1")] == list(outcome.leaves)
    assert [e.position for e in demo.read("case/1")] == [outcome.first, outcome.first + 1]
