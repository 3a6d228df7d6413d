"""A ledger is followed entry by entry, and whatever was done to it behind the log's back is named where it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import LIMIT, Header, encode, parse
from ledger.hashing import NO_LEAF, leaf_hash
from ledger.proof.chain import BrokenLog, Chain

LEDGER = "cn-000000-demo"
STREAMS = st.lists(st.sampled_from(["ledger", "case/a", "case/b", "lead/b.1~x"]), min_size=3, max_size=25)


def log(streams: list[str]) -> list[bytes]:
    """Entries that follow each other, on these streams, a microsecond apart."""
    entries: list[bytes] = []
    heads: dict[str, tuple[int, str]] = {}
    for position, stream in enumerate(streams):
        version, prev = heads.get(stream, (0, NO_LEAF))
        at = datetime(2024, 2, 5, 1, 2, 3, tzinfo=UTC) + timedelta(microseconds=position)
        header = Header(LEDGER, position, stream, version + 1, "case.opened/1", at, prev)
        entries.append(encode(header, b'{"position":%d}' % position))
        heads[stream] = version + 1, leaf_hash(entries[-1]).hex()
    return entries


KINDS = {10: "altered", 11: "missing", 12: "chain", 17: "time"}


def fault(entries: list[bytes]) -> tuple[str, int | None]:
    with pytest.raises(BrokenLog) as broken:
        Chain(LEDGER).follow(entries)
    return KINDS[broken.value.exit], broken.value.position


def changed(entry: bytes, **parts: object) -> bytes:
    header, body = parse(entry)
    return encode(replace(header, **parts), body)  # type: ignore[arg-type]  # each test names a part of its type


@given(STREAMS, st.integers(0, 25))
def test_what_the_log_wrote_is_followed_to_its_end_in_any_portions(streams: list[str], cut: int) -> None:
    entries = log(streams)
    chain = Chain(LEDGER)
    leaves = chain.follow(entries[:cut]) + chain.follow(entries[cut:])
    assert leaves == [leaf_hash(entry) for entry in entries]
    last = {parse(entry).header.stream.encode(): entry for entry in entries}
    assert chain.heads == {s: (parse(e).header.version, leaf_hash(e)) for s, e in last.items()}
    assert (chain.size, chain.last_at) == (len(entries), entries[-1].split(b" ")[6])


@given(STREAMS, st.data())
def test_an_entry_altered_breaks_the_stream_at_the_next_one(streams: list[str], data: st.DataObject) -> None:
    entries = log(streams)
    place = data.draw(st.integers(0, len(streams) - 1))
    entries[place] = entries[place].replace(b'"position"', b'"pozition"')
    after = [n for n in range(place + 1, len(streams)) if streams[n] == streams[place]]
    if after:
        assert fault(entries) == ("chain", after[0])
    else:
        assert leaf_hash(entries[place]) in Chain(LEDGER).follow(entries), "the tree tells, the chain cannot"


@given(STREAMS, st.data())
def test_an_entry_that_is_gone_doubled_or_swapped_is_found_where_it_was(
    streams: list[str], data: st.DataObject
) -> None:
    entries = log(streams)
    place = data.draw(st.integers(0, len(streams) - 2))
    assert fault(entries[:place] + entries[place + 1 :]) == ("missing", place)
    assert fault(entries[: place + 1] + entries[place:]) == ("missing", place + 1)
    assert fault([*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]]) == ("missing", place)


def test_an_entry_of_another_ledger_does_not_stand_here() -> None:
    entries = log(["case/a", "case/a"])
    assert fault([changed(entries[0], ledger="cn-000001-demo")]) == ("missing", 0)


def test_a_time_that_does_not_increase_is_found() -> None:
    entries = log(["case/a", "case/b", "case/c"])
    for earlier in (0, 1):
        back = parse(entries[1]).header.recorded_at - timedelta(microseconds=1 + earlier)
        assert fault([entries[0], changed(entries[1], recorded_at=back)]) == ("time", 1)


def test_a_version_left_out_or_a_stream_that_begins_anew_is_found() -> None:
    entries = log(["case/a", "case/a"])
    assert fault([entries[0], changed(entries[1], version=3)]) == ("chain", 1)
    assert fault([entries[0], changed(entries[1], version=1, prev=NO_LEAF)]) == ("chain", 1)
    assert fault([entries[0], changed(entries[1], prev="ab" * 32)]) == ("chain", 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"caseledger/1", b"caseledger/2"),
        (b" 0 case", b" 00 case"),
        (b"case/a", b"case//a"),
        (b"case/a 1", b"case/a 01"),
        (b"case.opened/1", b"Case.opened/1"),
        (b"2024-02-05T01", b"2024-02-05t01"),
        (b"2024-02-05", b"2024-02-31"),
        (b"0" * 64, b"0" * 63),
        (b"\n", b" "),
        (b"\n{", b"\n["),
        (b"}", b"x" * LIMIT + b"}"),
    ],
)
def test_bytes_that_are_no_entry_are_found(old: bytes, new: bytes) -> None:
    (entry,) = log(["case/a"])
    assert old in entry
    assert fault([entry.replace(old, new, 1)]) == ("altered", 0)


def test_what_is_found_is_said_in_a_sentence() -> None:
    with pytest.raises(BrokenLog, match="position 1, case/b: an entry of position 2 stands here"):
        Chain(LEDGER).follow([log(["case/a"])[0], log(["x", "x", "case/b"])[2]])
