"""The bytes of an entry, and of its hash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import hashing
from ledger.entry import (
    LEDGER,
    LIMIT,
    STREAM,
    TYPE,
    EntryError,
    Header,
    encode,
    encode_header,
    format_time,
    parse,
    parse_time,
)

HEADER = Header("cn-000000", 0, "case/1", 1, "case.opened/1", datetime(2024, 2, 5, 1, 2, 3, 4, UTC), hashing.NO_LEAF)
ENTRY = (
    b"caseledger/1 cn-000000 0 case/1 1 case.opened/1 2024-02-05T01:02:03.000004Z "
    + b"0" * 64
    + b'\n{"a":"\xe6\xa1\x88"}'
)

names = {name: st.from_regex(pattern, fullmatch=True) for name, pattern in (("ledger", LEDGER), ("type", TYPE))}
headers = st.builds(
    Header,
    ledger=names["ledger"].filter(lambda name: len(name) <= 64),
    position=st.integers(0, 2**63 - 1),
    stream=st.from_regex(STREAM, fullmatch=True).filter(lambda name: len(name) <= 200),
    version=st.integers(2, 2**63 - 1),
    type=names["type"].filter(lambda name: len(name) <= 100),
    recorded_at=st.datetimes(timezones=st.just(UTC)),
    prev=st.binary(min_size=32, max_size=32).filter(any).map(bytes.hex),
)


def test_an_entry_is_a_header_and_a_body_one_line_each() -> None:
    assert encode(HEADER, b'{"a":"\xe6\xa1\x88"}') == ENTRY
    assert parse(ENTRY) == (HEADER, b'{"a":"\xe6\xa1\x88"}')


def test_a_leaf_is_hashed_as_rfc_9162_says() -> None:
    assert hashing.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert hashing.digest(b"").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert hashing.commit(b"salt", b"text") == hashing.digest(b"salttext")


@given(headers)
def test_what_is_written_is_read_back(header: Header) -> None:
    assert parse(encode(header, b"{}")) == (header, b"{}")


@given(headers, st.data())
def test_a_header_has_one_spelling(header: Header, data: st.DataObject) -> None:
    spelled = encode_header(header)
    at = data.draw(st.integers(0, len(spelled) - 1))
    other = spelled[:at] + data.draw(st.binary(max_size=2)) + spelled[at + data.draw(st.integers(0, 2)) :]
    try:
        read = parse(other + b"\n{}").header
    except EntryError:
        return
    assert encode_header(read) == other


@pytest.mark.parametrize(
    "broken",
    [
        ENTRY.replace(b"caseledger/1", b"caseledger/2"),
        ENTRY.replace(b" 0 case", b" 00 case"),
        ENTRY.replace(b" 0 case", b" +1 case"),
        ENTRY.replace(b" 0 case", b" " + b"9" * 20 + b" case"),
        ENTRY.replace(b"case/1 1", b"case/1 0"),
        ENTRY.replace(b"case/1 1", b"case/1 2"),  # a second version that names no first
        ENTRY.replace(b"case/1 1", b"case/1  1"),
        ENTRY.replace(b"case/1", b"case/" + b"x" * 200),
        ENTRY.replace(b"case/1", "case/案".encode()),
        ENTRY.replace(b"2024-02-05", b"2024-02-30"),
        ENTRY.replace(b"2024-02-05", b"2024-W06-1"),
        ENTRY.replace(b".000004Z", b".000004+00:00"),
        ENTRY.replace(b"0" * 64, b"0" * 63),
        ENTRY.replace(b"0" * 64, b"A" * 64),
        ENTRY.replace(b"\n", b" "),
        ENTRY.replace(b"\n", b"\r\n"),
        ENTRY + b"\n",
        ENTRY.replace(b"{", b"["),
        ENTRY + b" " * LIMIT,
        b"",
    ],
)
def test_any_other_bytes_are_refused(broken: bytes) -> None:
    with pytest.raises(EntryError):
        parse(broken)


def test_times_are_spelled_in_utc_with_microseconds() -> None:
    beijing = timezone(timedelta(hours=8))
    assert format_time(datetime(2024, 2, 5, 9, 2, 3, tzinfo=beijing)) == "2024-02-05T01:02:03.000000Z"
    assert parse_time("2024-02-05T01:02:03.000000Z") == datetime(2024, 2, 5, 1, 2, 3, tzinfo=UTC)
    with pytest.raises(EntryError, match="without its distance from UTC"):
        format_time(datetime(2024, 2, 5, 9, 2, 3))  # noqa: DTZ001  # the fault that is tested
    with pytest.raises(EntryError):
        parse_time("2024-02-05T01:02:03.0000001Z")


def test_the_longest_entry_has_65535_bytes() -> None:
    room = LIMIT - len(encode(HEADER, b"{}"))
    assert len(encode(HEADER, b"{" + b" " * room + b"}")) == LIMIT
    with pytest.raises(EntryError, match="at most 65535 bytes"):
        encode(HEADER, b"{" + b" " * (room + 1) + b"}")
