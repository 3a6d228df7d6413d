"""What travels with a request and commits with its entries: sealed values, data keys, law texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger import hashing
from ledger.application import LedgerApplication
from ledger.requests import Appended, Malformed, Request, Stale, WrappedKey
from ledger.sealed import DataKey, SealedValue, seal, unseal, unwrap, wrap
from tests.ledger.office import NOON, item, request

MASTER = bytes(range(32, 64))
KEY = DataKey(b"key-of-case-1", bytes(range(32)))
WRAPPED = WrappedKey(KEY.key_id, "case/1", wrap(MASTER, KEY.key))


def value(field: str = "note", key_id: bytes = KEY.key_id, **changed: Any) -> SealedValue:
    return replace(SealedValue(field, key_id, b"n" * 12, b"ciphertext"), **changed)


def with_note(stream: str, *values: SealedValue, expected: int = 0, **more: Any) -> Request:
    return request(replace(item(stream, expected), sealed=values or (value(),)), **more)


def test_a_sealed_text_is_opened_from_what_the_database_kept(demo: LedgerApplication) -> None:
    place: dict[str, Any] = {"ledger": demo.ledger, "stream": "case/1", "version": 1}
    held, sealed = seal("当事人甲", data_key=KEY, salt=b"s" * 16, nonce=b"n" * 12, field="note", **place)
    (outcome,) = demo.append([with_note("case/1", sealed, data_keys=(WRAPPED,))], NOON)
    assert isinstance(outcome, Appended)
    assert demo.data_keys("case/1") == [(KEY.key_id, WRAPPED.wrapped)]
    assert demo.data_keys("case/2") == []
    [(position, wrapped, kept)] = demo.sealed_values([outcome.first, 0])
    assert (position, kept) == (outcome.first, sealed)
    assert wrapped is not None
    assert unseal(kept, held, data_key=unwrap(MASTER, wrapped), **place) == ("当事人甲", b"s" * 16)
    assert demo.sealed_values([]) == []


def test_law_texts_are_kept_under_their_digest_once(demo: LedgerApplication) -> None:
    texts = (b"first law", b"second law")
    demo.append([request(item("case/1", 0), law_texts=texts), request(item("case/2", 0), law_texts=texts[:1])], NOON)
    assert [demo.law_text(hashing.digest(text)) for text in texts] == list(texts)
    assert demo.law_text(hashing.digest(b"third law")) is None


def test_what_is_refused_leaves_nothing_behind(demo: LedgerApplication) -> None:
    text = b"a law of a refused request"
    outcomes = demo.append(
        [
            with_note("case/1", expected=1, data_keys=(WRAPPED,), law_texts=(text,)),
            with_note("case/2"),  # its key would have come with the first
            request(item("case/3", 0)),
        ],
        NOON,
    )
    assert outcomes[:2] == (Stale("case/1", 1, 0), Malformed("sealed value"))
    assert (demo.data_keys("case/1"), demo.law_text(hashing.digest(text))) == ([], None)
    assert demo.recorder.max_notification_id() == 2


def test_a_key_made_by_an_earlier_request_seals_values_of_a_later_one(demo: LedgerApplication) -> None:
    outcomes = demo.append(
        [
            request(item("case/0", 0)),
            with_note("case/1", data_keys=(WRAPPED,)),
            request(item("case/1", 1)),
            with_note("case/1", value(), value("reason"), expected=2),
        ],
        NOON,
    )
    assert all(isinstance(outcome, Appended) for outcome in outcomes)
    demo.append([with_note("case/1", expected=3)], NOON)
    kept = [(position, found.field) for position, _, found in demo.sealed_values(range(10))]
    assert kept == [(2, "note"), (4, "note"), (4, "reason"), (5, "note")]


def test_a_data_key_is_never_replaced(demo: LedgerApplication) -> None:
    demo.append([request(item("case/1", 0), data_keys=(WRAPPED,))], NOON)
    for other in (replace(WRAPPED, wrapped=b"other"), replace(WRAPPED, subject="case/2")):
        assert demo.append([request(item("case/1", 1), data_keys=(other,))], NOON) == (Malformed("data key"),)
    (same,) = demo.append([request(item("case/1", 1), data_keys=(WRAPPED,))], NOON)
    assert isinstance(same, Appended)
    assert demo.data_keys("case/1") == [(KEY.key_id, WRAPPED.wrapped)]


@pytest.mark.parametrize(
    "wrong",
    [
        with_note("case/1", value(key_id=b"no such key"), data_keys=(WRAPPED,)),
        with_note("case/1", value(), value(), data_keys=(WRAPPED,)),
        with_note("case/1", value(nonce=b"short"), data_keys=(WRAPPED,)),
        with_note("case/1", value(salt=b"s" * 16), data_keys=(WRAPPED,)),
        with_note("case/1", value(field="a\0b"), data_keys=(WRAPPED,)),
        with_note("case/1", data_keys=(WRAPPED, WRAPPED)),
        with_note("case/1", data_keys=(replace(WRAPPED, subject="案"),)),
    ],
)
def test_an_attachment_that_is_malformed_harms_nobody_else(demo: LedgerApplication, wrong: Request) -> None:
    outcomes = demo.append([wrong, request(item("case/2", 0))], NOON)
    assert isinstance(outcomes[0], Malformed)
    assert isinstance(outcomes[1], Appended)
