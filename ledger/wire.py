"""The SQL that the recorder sends, and how rows turn into the arrays of `ledger.append` and back. No connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ledger.requests import Appended, ClockWrong, Erasure, KeyReused, Malformed, Outcome, Request, Stale, TooLarge

_MICROSECOND: Final = timedelta(microseconds=1)

_ITEMS: Final = (
    b"SELECT request, outcome, first_position, recorded_at, leaves, stream, expected, actual FROM ledger.append("
    b"%b, %b, %b::bytea[], %b::bytea[], %b::bigint[]::integer[], %b::text[], %b::bigint[], %b::text[], %b::text[]"
)
_PLAIN: Final = _ITEMS + b")"
_LADEN: Final = (
    _ITEMS + b", %b::bigint[]::integer[], %b::text[], %b::bytea[], %b::bytea[], %b::bytea[], %b::bytea[]"
    b", %b::bigint[]::integer[], %b::bytea[], %b::text[], %b::bytea[], %b::bigint[]::integer[], %b::bytea[])"
)
ERASE: Final = (
    b"SELECT outcome, first_position, recorded_at, leaves, stream, expected, actual FROM ledger.erase("
    b"%b, %b, %b::bytea, %b::bytea, %b::bigint, %b::text, %b::text, %b::text,"
    b" %b::bigint[], %b::text[], %b::boolean[], %b::bytea[], %b::bytea[], %b::bytea, %b::bytea)"
)
RECORD_ACCESS: Final = b"SELECT ledger.record_access(%b, %b, %b, %b)"
KNOWN: Final = (
    b"SELECT r.digest, r.first_position, min(e.recorded_at), array_agg(e.leaf ORDER BY e.position)"
    b" FROM ledger.requests AS r JOIN ledger.entries AS e ON e.ledger = r.ledger"
    b" AND e.position >= r.first_position AND e.position < r.first_position + r.count"
    b" WHERE r.ledger = %b AND r.key = %b GROUP BY r.digest, r.first_position"
)
STREAM: Final = (
    b"SELECT stream, version, type, entry FROM ledger.entries WHERE ledger = %b AND stream = %b"
    b" AND version > %b AND version <= coalesce(%b::bigint, 9223372036854775807) ORDER BY version LIMIT %b::bigint"
)
STREAM_BACKWARDS: Final = STREAM.replace(b"ORDER BY version", b"ORDER BY version DESC")
LEDGER: Final = (
    b"SELECT stream, version, type, entry, position + 1 FROM ledger.entries WHERE ledger = %b"
    b" AND position >= %b AND position < coalesce(%b::bigint, 9223372036854775807)"
    b" AND (%b::text[] IS NULL OR type = ANY (%b::text[])) ORDER BY position LIMIT %b"
)
LAST: Final = b"SELECT max(position) + 1 FROM ledger.entries WHERE ledger = %b"

LAST_RECORDED_AT: Final = b"SELECT last_recorded_at FROM ledger.ledgers WHERE ledger = %b AND size > 0"
STREAMS: Final = b"SELECT stream FROM ledger.heads WHERE ledger = %b AND stream >= %b AND stream < %b ORDER BY stream"
LAW_TEXT: Final = b"SELECT content FROM ledger.law_texts WHERE ledger = %b AND digest = %b"
DATA_KEYS: Final = b"SELECT key_id, wrapped FROM ledger.data_keys WHERE ledger = %b AND subject = %b ORDER BY key_id"
SEALED_VALUES: Final = (
    b"SELECT v.position, k.wrapped, v.field, v.key_id, v.nonce, v.ciphertext, v.salt FROM ledger.sealed_values AS v"
    b" LEFT JOIN ledger.data_keys AS k ON k.ledger = v.ledger AND k.key_id = v.key_id"
    b" WHERE v.ledger = %b AND v.position = ANY (%b::bigint[]) ORDER BY v.position, v.field"
)


def call(requests: Sequence[Request]) -> tuple[bytes, list[Any]]:
    """The statement, and its parameters after ledger and clock: rows of requests and items, turned into columns."""
    items = [item for request in requests for item in request.items]
    params: list[Any] = [
        [request.key for request in requests],
        [request.digest for request in requests],
        [len(request.items) for request in requests],
        [item.stream for item in items],
        [item.expected for item in items],
        [item.type for item in items],
        [item.body.decode() for item in items],
    ]
    sealed = [
        (ordinal, value.field, value.key_id, value.nonce, None, value.ciphertext)
        for ordinal, item in enumerate(items, 1)
        for value in item.sealed
    ]
    data_keys = [
        (ordinal, key.key_id, key.subject, key.wrapped)
        for ordinal, request in enumerate(requests, 1)
        for key in request.data_keys
    ]
    law_texts = [(ordinal, text) for ordinal, request in enumerate(requests, 1) for text in request.law_texts]
    if not (sealed or data_keys or law_texts):
        return _PLAIN, params
    return _LADEN, [*params, *_columns(sealed, 6), *_columns(data_keys, 4), *_columns(law_texts, 2)]


def erasure(request: Request, erasure: Erasure) -> list[Any]:
    """The parameters of `ERASE` after ledger and clock: the entry, and what becomes of every text of the subject."""
    (item,) = request.items
    told: list[tuple[int, str, bool, bytes | None, bytes | None]] = [
        *((position, field, True, None, None) for position, field in erasure.goes),
        *((position, field, False, None, None) for position, field in erasure.shut),
        *((position, value.field, False, value.nonce, value.ciphertext) for position, value in erasure.stays),
    ]
    key = (erasure.key.key_id, erasure.key.wrapped) if erasure.key is not None else (None, None)
    entry = [request.key, request.digest, item.expected, item.type, item.body.decode()]
    return [*entry, erasure.subject, *([row[n] for row in told] for n in range(5)), *key]


def _columns(rows: list[tuple[Any, ...]], width: int) -> Iterable[list[Any] | None]:
    return map(list, zip(*rows, strict=True)) if rows else [None] * width


def outcome(
    outcome: str,
    first: int,
    at: datetime,
    leaves: list[bytes],
    stream: str,
    expected: int,
    actual: int,
) -> Outcome:
    match outcome:
        case "appended" | "replayed":
            return appended(first, at, leaves, replayed=outcome == "replayed")
        case "stale":
            return Stale(stream, expected, actual)
        case "key-reused":
            return KeyReused()
        case "too-large":
            return TooLarge()
        case "clock-wrong":
            return ClockWrong()
        case _:
            return Malformed(outcome.removeprefix("malformed: "))


def appended(first: int, at: datetime, leaves: list[bytes], *, replayed: bool) -> Appended:
    """The entries of a request stand together, and are recorded a microsecond apart."""
    at = at.astimezone(UTC)
    return Appended(first, tuple(leaves), tuple(at + n * _MICROSECOND for n in range(len(leaves))), replayed)
