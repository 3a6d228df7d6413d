"""Erasure in the database: with its entry or not at all, and of exactly the texts it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application import LedgerApplication
from ledger.erasure import erase
from ledger.memory import MemoryLog
from ledger.postgres.connect import DatabaseUnavailable, Role, connect, open_ledger
from ledger.requests import Appended, ClockWrong, Erasure, Request, Stale, TooLarge, WrappedKey
from ledger.sealed import SealedValue
from tests.ledger.office import MAPPER, NOON, item, opening, request

OLD = WrappedKey(b"old-1", "case/1", b"w" * 40)
NEW = WrappedKey(b"new-1", "case/1", b"v" * 40)
OTHER = WrappedKey(b"old-2", "case/2", b"u" * 40)
ERASURE = "ledger.erasure-performed/1"
_NUMBERS = count(1)


def value(field: str, key: WrappedKey, ciphertext: bytes = b"ciphertext") -> SealedValue:
    return SealedValue(field, key.key_id, b"n" * 12, ciphertext)


def said(expected: int = 1, key: bytes | None = None, **facts: str) -> Request:
    return request(item("ledger", expected, ERASURE, **facts), key=key)


def filled(log: LedgerApplication | MemoryLog) -> None:
    """Texts of case/1 at positions 1 and 2, one of case/2 at position 3."""
    first = replace(item("case/1", 0), sealed=(value("matter", OLD), value("late_reason", OLD)))
    second = replace(item("case/1", 1), sealed=(value("matter", OLD),))
    other = replace(item("case/2", 0), sealed=(value("matter", OTHER),))
    answers = log.append([request(first, second, data_keys=(OLD,)), request(other, data_keys=(OTHER,))], NOON)
    assert all(isinstance(answer, Appended) for answer in answers)


TEXTS = ((1, "late_reason"), (1, "matter"), (2, "matter"))


def of(stay: Sequence[tuple[int, str]], go: Sequence[tuple[int, str]]) -> Erasure:
    anew = tuple((position, value(field, NEW, b"sealed anew")) for position, field in stay)
    return Erasure("case/1", tuple(go), anew, key=NEW if stay else None)


def kept(log: LedgerApplication | MemoryLog) -> list[tuple[int, bytes | None, SealedValue]]:
    return sorted(log.sealed_values([0, 1, 2, 3]), key=lambda row: (row[0], row[2].field))


def keys(log: LedgerApplication | MemoryLog) -> list[list[tuple[bytes, bytes]]]:
    return [list(log.data_keys(subject)) for subject in ("case/1", "case/2")]


def test_what_goes_is_gone_with_its_key_and_what_stays_lies_under_another(dsn: str, demo: LedgerApplication) -> None:
    filled(demo)
    answer = erase(dsn, demo.ledger, said(), of(TEXTS[:1], TEXTS[1:]), NOON)
    assert isinstance(answer, Appended)
    assert kept(demo) == [
        (1, NEW.wrapped, value("late_reason", NEW, b"sealed anew")),
        (3, OTHER.wrapped, value("matter", OTHER)),
    ]
    assert keys(demo) == [[(NEW.key_id, NEW.wrapped)], [(OTHER.key_id, OTHER.wrapped)]]
    assert answer.first == 4


@pytest.mark.parametrize(
    ("stay", "go"),
    [
        (TEXTS[:1], TEXTS[1:2]),
        (TEXTS, [(3, "matter")]),
        (TEXTS[:2], TEXTS[1:]),
        ((), ((1, "matter"), (9, "x"), (8, "y"))),
    ],
    ids=["one is not told", "one is another's", "one is told twice", "none of that name"],
)
def test_an_erasure_that_does_not_tell_what_is_there_changes_nothing(
    dsn: str, demo: LedgerApplication, stay: Sequence[tuple[int, str]], go: Sequence[tuple[int, str]]
) -> None:
    filled(demo)
    before = kept(demo), keys(demo)
    answer = erase(dsn, demo.ledger, said(), of(stay, go), NOON)
    assert answer == Stale("case/1", len(stay) + len(go), 3)
    assert (kept(demo), keys(demo)) == before
    assert demo.recorder.max_notification_id() == 4


def test_an_erasure_whose_entry_is_refused_destroys_nothing(dsn: str, demo: LedgerApplication) -> None:
    filled(demo)
    before = kept(demo), keys(demo)
    everything = of((), TEXTS)
    assert erase(dsn, demo.ledger, said(0), everything, NOON) == Stale("ledger", 0, 1)
    assert erase(dsn, demo.ledger, said(note="x" * 65_500), everything, NOON) == TooLarge()
    assert erase(dsn, demo.ledger, said(), everything, NOON - timedelta(hours=1)) == ClockWrong()
    assert (kept(demo), keys(demo)) == before


def test_an_erasure_asked_for_again_is_answered_and_not_done_again(dsn: str, demo: LedgerApplication) -> None:
    filled(demo)
    once = erase(dsn, demo.ledger, said(key=b"erasure"), of((), TEXTS), NOON)
    assert isinstance(once, Appended)
    late = replace(item("case/1", 2), sealed=(value("matter", NEW),))
    assert isinstance(demo.append([request(late, data_keys=(NEW,))], NOON)[0], Appended)
    again = erase(dsn, demo.ledger, said(key=b"erasure"), of((), TEXTS), NOON)
    assert again == replace(once, replayed=True)
    assert [row[0] for row in demo.sealed_values([1, 2, 5])] == [5]


def test_a_text_whose_key_is_lost_is_erased_like_any_and_left_as_it_lies_where_it_stays(
    dsn: str, demo: LedgerApplication, admin: psycopg.Connection
) -> None:
    filled(demo)
    with admin.transaction():
        admin.execute("ALTER TABLE ledger.data_keys DISABLE TRIGGER ALL")
        admin.execute("DELETE FROM ledger.data_keys WHERE ledger = %s AND subject = 'case/1'", [demo.ledger])
        admin.execute("ALTER TABLE ledger.data_keys ENABLE ALWAYS TRIGGER never, ENABLE ALWAYS TRIGGER only_by_pen")
    answer = erase(dsn, demo.ledger, said(), Erasure("case/1", TEXTS[:1], (), TEXTS[1:]), NOON)
    assert isinstance(answer, Appended)
    assert [(position, wrapped) for position, wrapped, _ in kept(demo)] == [(1, None), (2, None), (3, OTHER.wrapped)]


def test_what_says_that_something_is_erased_is_said_by_no_other_entry(dsn: str, demo: LedgerApplication) -> None:
    filled(demo)
    with pytest.raises(psycopg.DataError, match="not of the form"):
        erase(dsn, demo.ledger, request(item("ledger", 1, "case.opened/1")), of((), TEXTS), NOON)
    with pytest.raises(psycopg.DataError, match="not of the form"):
        erase(dsn, demo.ledger, said(), replace(of(TEXTS, ()), key=None), NOON)
    assert len(kept(demo)) == 4


def test_the_service_can_destroy_nothing(dsn: str, demo: LedgerApplication) -> None:
    call = b"SELECT ledger.erase('x', now(), '', '', 0, '', '', '', '{}', '{}', '{}', '{}', '{}', NULL, NULL)"
    roles: tuple[Role, ...] = ("writer", "reader", "projector")
    for role in roles:
        with connect(dsn, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="erase"):
            connection.execute(call)


def test_a_server_that_is_away_is_said_to_be(tmp_path: object) -> None:
    with pytest.raises(DatabaseUnavailable):
        erase(f"host={tmp_path} connect_timeout=1", "cn-1", said(), of((), TEXTS), NOON)


Told = list[tuple[int, str]]
tellings = st.lists(st.sampled_from([*TEXTS, (3, "matter"), (2, "x")]), max_size=4)


@given(st.lists(st.tuples(tellings, tellings, tellings, st.integers(0, 2)), min_size=1, max_size=4))
def test_an_erasure_in_the_database_does_what_the_one_in_memory_does(
    dsn: str, rounds: Sequence[tuple[Told, Told, Told, int]]
) -> None:
    ledger = f"cn-erased-{next(_NUMBERS)}-demo"
    open_ledger(dsn, ledger, "simulated")
    memory = MemoryLog(ledger, MAPPER)
    with LedgerApplication(dsn, ledger, MAPPER, pool_size=1) as log:
        first = opening("simulated")
        assert list(log.append([first], NOON)) == list(memory.append([first], NOON))
        filled(log)
        filled(memory)
        memory.entries = [entry.state for entry in log.recorder.select_notifications(None, 99)]
        for number, (stay, go, shut, expected) in enumerate(rounds):
            new = WrappedKey(f"new-{number}".encode(), "case/1", b"w" * 40)
            anew = tuple((position, value(field, new, b"sealed anew")) for position, field in stay)
            erasure = Erasure("case/1", tuple(go), anew, tuple(shut), new if stay else None)
            asked = said(expected)
            assert erase(dsn, ledger, asked, erasure, NOON) == memory.erase(asked, erasure, NOON)
            assert (kept(log), keys(log)) == (kept(memory), keys(memory))
