"""An audit goes through a whole ledger and names the first position at which it is not what was sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import canonical
from ledger.audit import PORTION, Progress, Signed, audit
from ledger.entry import encode, parse
from ledger.hashing import leaf_hash
from ledger.proof.chain import BrokenLog, Chain, Row, Segment, segment
from ledger.proof.checkpoint import Checkpoint, Heads
from ledger.sealing.record import SealRecord
from ledger.sealing.site import Site
from ledger.verify.verdict import Wrong
from tests.ledger.sealing.office import LEDGER, MORNING, Entries, sealer


@dataclass
class Tables:
    """The tables of a database, each of which anybody may change."""

    rows_: list[Row] = field(default_factory=list)
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    counts: int = 0

    @classmethod
    def of(cls, entries: Entries) -> Tables:
        tables = cls()
        for entry in entries.rows:
            h, leaf = parse(entry).header, leaf_hash(entry)
            tables.rows_.append((entry, h.position, h.stream, h.version, h.type, h.recorded_at, leaf))
            tables.heads[h.stream] = h.version, leaf
        tables.counts = len(tables.rows_)
        return tables

    def size(self) -> int:
        return self.counts

    def rows(self, first: int, end: int) -> Iterator[Row]:
        return iter([row for row in sorted(self.rows_, key=lambda row: row[1]) if first <= row[1] < end])

    def counted(self) -> tuple[int, int]:
        return len(self.rows_), len(self.heads)

    def kept_heads(self) -> Iterator[tuple[str, int, bytes]]:
        return ((stream, *head) for stream, head in sorted(self.heads.items()))

    def put(self, place: int, **columns: Any) -> None:
        """Change columns of a row, whose entry stays."""
        names = ("entry", "position", "stream", "version", "type", "recorded_at", "leaf")
        self.rows_[place] = tuple(columns.get(n, v) for n, v in zip(names, self.rows_[place], strict=True))

    def rewrite(self, place: int, entry: bytes) -> None:
        """Change an entry with all that belongs to it."""
        h = parse(entry).header
        self.rows_[place] = (entry, h.position, h.stream, h.version, h.type, h.recorded_at, leaf_hash(entry))
        if self.heads[h.stream][0] == h.version:
            self.heads[h.stream] = h.version, leaf_hash(entry)


@dataclass
class Office:
    tables: Tables
    entries: Entries
    site: Site
    signed: Signed
    length: int | None = None  # of the segments that others follow beside; None: nobody does

    def segments(self, first: int, end: int) -> Iterator[Segment | None]:
        assert self.length is not None
        for start in range(first, end, self.length):
            rows = self.tables.rows(start, min(start + self.length, end))
            try:
                found = segment(LEDGER, start, rows)
            except (BrokenLog, StopIteration):
                yield None
            else:
                yield found

    def audit(self, **changed: Any) -> int:
        said: dict[str, Any] = {"site": self.site, "signed": self.signed, "progress": Progress(Chain(LEDGER))} | changed
        said.setdefault("segments", self.segments if self.length is not None else None)
        return audit(self.tables, told=lambda *_: None, **said)

    def found(self, **changed: Any) -> tuple[int, int | None]:
        with pytest.raises(Wrong) as wrong:
            self.audit(**changed)
        return wrong.value.exit, wrong.value.position


@pytest.fixture(params=[None, 1, 7, 100], ids=["alone", "beside, 1", "beside, 7", "beside, 100"])
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Office:
    """Whoever goes through a ledger alone and whoever has others follow segments of it find the same."""
    return built(tmp_path, request.param)


def built(tmp_path: Path, length: int | None) -> Office:
    entries = Entries()
    entries.append("ledger", *(f"case/{n % 9}" for n in range(300)))
    with SealRecord(tmp_path / "sealer.db") as record:
        work = sealer(entries, tmp_path / "site", record, simulated=True)
        early = work.round(MORNING, with_heads=True)
        entries.append(*(f"case/{n}" for n in range(20)))
        checkpoint = work.round(MORNING + timedelta(minutes=2), with_heads=True)
    note = Site(tmp_path / "site").note("heads")
    assert note is not None
    entries.append("case/1", "case/30")
    signed = Signed(checkpoint, Heads.parse(note.text), (early,))
    return Office(Tables.of(entries), entries, Site(tmp_path / "site"), signed, length)


def test_a_ledger_that_only_grew_is_gone_through_to_its_end(office: Office) -> None:
    assert office.audit() == 323
    assert office.audit(site=None) == 323
    assert office.audit(signed=Signed()) == 323


@settings(max_examples=30)
@given(
    st.integers(1, 320),
    st.sampled_from(["body", "deleted", "swapped", "inserted"]),
    st.none() | st.integers(1, 330),
)
def test_whatever_is_done_to_one_entry_is_found_where_it_is(
    tmp_path_factory: pytest.TempPathFactory, place: int, done: str, length: int | None
) -> None:
    office = made(tmp_path_factory, length)
    rows = office.tables.rows_
    match done:
        case "body":
            office.tables.rewrite(place, rows[place][0].replace(b'"n":', b'"m":'))
            assert office.found() == (10, place)
        case "deleted":
            del rows[place]
            assert office.found() == (11, place)
        case "swapped":
            one, other = rows[place][0], rows[place - 1][0]
            office.tables.put(place, entry=other)
            office.tables.put(place - 1, entry=one)
            assert office.found()[1] == place - 1
        case _:
            rows.insert(place, (rows[place][0], place, *rows[place][2:]))
            for at in range(place + 1, len(rows)):
                office.tables.put(at, position=at)
            office.tables.counts += 1
            assert office.found() == (11, place + 1)


OFFICE: list[Office] = []


def made(folders: pytest.TempPathFactory, length: int | None) -> Office:
    """The office once, with tables of its own for each example."""
    if not OFFICE:
        OFFICE.append(built(folders.mktemp("office"), None))
    return replace(OFFICE[0], tables=Tables.of(OFFICE[0].entries), length=length)


@pytest.mark.parametrize(
    ("column", "value"),
    [("stream", "case/99"), ("version", 77), ("type", "case.closed/1"), ("recorded_at", MORNING), ("leaf", bytes(32))],
)
def test_a_column_that_does_not_say_what_its_entry_says_is_found(office: Office, column: str, value: object) -> None:
    office.tables.put(200, **{column: value})
    assert office.found() == (10, 200)


def test_a_rewritten_end_is_found_where_it_begins_though_all_of_it_agrees(office: Office) -> None:
    rows, office.entries.rows = office.entries.rows, []
    for place, row in enumerate(rows):
        header, body = parse(row)
        told = canonical.decode(body) | ({"n": 9_999} if place == 150 else {})
        office.entries.append(header.stream, at=header.recorded_at, **told)
    forged = replace(office, tables=Tables.of(office.entries))
    assert forged.found() == (15, 150)
    assert forged.found(signed=replace(office.signed, since=())) == (10, 150)
    assert forged.found(site=None, signed=replace(office.signed, since=())) == (10, 320)
    assert forged.audit(site=None, signed=Signed()) == 323, "with nothing signed at hand nothing tells"


def test_the_end_cut_off_is_missed(office: Office) -> None:
    del office.tables.rows_[310:]
    assert office.found() == (11, 310)
    office.tables.counts = 310
    assert office.found() == (11, 310)


def test_what_the_counters_do_not_count_is_found(office: Office) -> None:
    office.tables.counts = 322
    assert office.found() == (11, 322)


def test_a_bit_flipped_in_a_tile_is_told_from_an_entry_altered(office: Office) -> None:
    path = office.site.folder / "tile/0/000"
    content = bytearray(path.read_bytes())
    content[100 * 32] ^= 4
    path.write_bytes(content)
    assert office.found() == (13, 100)
    office.tables.rewrite(150, office.tables.rows_[150][0].replace(b'"n":', b'"m":'))
    assert office.found()[0] in (10, 12)


def test_a_tile_that_is_gone_is_named(office: Office) -> None:
    (office.site.folder / "tile/0/000").unlink()
    assert office.found() == (13, 0)


def test_a_bit_flipped_in_a_tile_above_the_leaves_is_found(office: Office) -> None:
    (path,) = (office.site.folder / "tile/1").rglob("000.p/1")
    path.write_bytes(bytes([path.read_bytes()[0] ^ 4]) + path.read_bytes()[1:])
    assert office.found() == (13, 0)


def test_a_false_note_of_heads_is_convicted(office: Office) -> None:
    heads = office.signed.heads
    assert heads is not None
    for false in (replace(heads, streams=heads.streams - 1), replace(heads, heads_root=bytes(32))):
        assert office.found(signed=replace(office.signed, heads=false))[0] == 16


def test_a_checkpoint_of_another_ledger_is_a_fork(office: Office) -> None:
    other = Checkpoint(office.signed.since[0].origin, 100, bytes(32))
    assert office.found(signed=replace(office.signed, since=(other,)))[0] == 15


def test_heads_that_the_database_keeps_wrongly_are_found(office: Office) -> None:
    office.tables.heads["case/3"] = 1, bytes(32)
    assert office.found() == (12, None)
    del office.tables.heads["case/3"]
    assert office.found() == (12, None)


def back_dated(office: Office) -> None:
    header, body = parse(office.tables.rows_[322][0])
    office.tables.rewrite(322, encode(replace(header, recorded_at=MORNING - timedelta(days=1)), body))


def forked(office: Office) -> None:
    header, body = parse(office.tables.rows_[321][0])
    office.tables.rewrite(321, encode(replace(header, prev="ab" * 32), body))


@pytest.mark.parametrize(("done", "found"), [(back_dated, (17, 322)), (forked, (12, 321))])
def test_what_was_not_sealed_yet_has_to_follow_as_well(
    office: Office, done: Callable[[Office], None], found: tuple[int, int]
) -> None:
    done(office)
    assert office.found() == found


def test_an_audit_that_was_stopped_goes_on_where_it_was(office: Office) -> None:
    class Stopped(BaseException):
        pass

    progress = Progress(Chain(LEDGER))

    def told(at: Progress, _: set[str]) -> None:
        if at.chain.size > 100:
            raise Stopped

    with pytest.raises(Stopped):
        audit(office.tables, office.site, office.signed, progress, told)
    assert 100 < progress.chain.size < 323
    read: list[int] = []
    tables = office.tables

    class Watched(Tables):
        def rows(self, first: int, end: int) -> Iterator[Row]:
            read.append(first)
            return tables.rows(first, end)

    watched = Watched(tables.rows_, tables.heads, tables.counts)
    assert audit(watched, office.site, office.signed, progress, lambda *_: None) == 323
    assert min(read) > 100
    assert PORTION > 323
