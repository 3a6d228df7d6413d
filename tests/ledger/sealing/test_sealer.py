"""The sealer signs what only grew, and refuses, saying where, whatever was done to it behind the log's back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.entry import encode, parse
from ledger.hashing import leaf_hash
from ledger.proof.checkpoint import Checkpoint, Heads, head_leaf
from ledger.proof.merkle import ProofError, check_consistency, check_inclusion, consistency_proof, inclusion_proof, root
from ledger.proof.note import COSIGNS, SigningKey
from ledger.sealing.record import RecordError, SealRecord
from ledger.sealing.sealer import HEARTBEAT, RECOVERY, Sealer, SealRefused
from ledger.sealing.site import Site
from tests.ledger.sealing.office import KEY, LEDGER, MORNING, Entries, sealer

TIMED = SigningKey(KEY.name, COSIGNS, KEY.seed).verifier
SECOND = timedelta(seconds=1)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SealRecord]:
    with SealRecord(tmp_path / "sealer.db") as opened:
        yield opened


@pytest.fixture
def entries() -> Entries:
    made = Entries()
    made.append("ledger", "case/a", "case/b", "case/a", "case/a")
    return made


@pytest.fixture
def at_work(entries: Entries, record: SealRecord, tmp_path: Path) -> Sealer:
    return sealer(entries, tmp_path / "site", record)


def published(site: Site, name: str = "checkpoint") -> Checkpoint:
    note = site.note(name)
    assert note is not None
    signed = note.checked([KEY.verifier, TIMED])
    assert set(signed) == {KEY.verifier, TIMED}
    return Checkpoint.parse(note.text)


def test_a_round_publishes_the_root_over_all_entries_and_another_round_goes_on(
    at_work: Sealer, entries: Entries
) -> None:
    first = at_work.round(MORNING + SECOND)
    assert first.root == root(map(leaf_hash, entries.rows))
    assert published(at_work.site) == first
    entries.append("case/c", at=MORNING + 2 * SECOND)
    second = at_work.round(MORNING + 3 * SECOND)
    assert (second.size, second.root) == (6, root(map(leaf_hash, entries.rows)))
    assert published(at_work.site) == second
    assert published(at_work.site, f"{at_work.site.at(5)}/checkpoint") == first


@settings(max_examples=15)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=5))
def test_however_the_rounds_fall_the_tiles_prove_every_entry_and_every_growth(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    site, sizes = Site(tmp_path_factory.mktemp("rounds")), list[int]()
    leaves = [leaf_hash(b"%d" % n) for n in range(sum(steps))]
    for step in steps:
        since = sizes[-1] if sizes else 0
        site.grow(since, leaves[since : since + step])
        sizes.append(since + step)
    for size in filter(None, sizes):
        for index in {0, size // 2, size - 1}:
            path = inclusion_proof(index, size, site.nodes(size))
            check_inclusion(leaves[index], index, size, path, root(leaves[:size]))
        path = consistency_proof(size, sizes[-1], site.nodes(sizes[-1]))
        check_consistency(size, sizes[-1], root(leaves[:size]), root(leaves), path)


def test_a_sealer_that_was_stopped_goes_on_from_its_record(entries: Entries, tmp_path: Path) -> None:
    for step in range(3):
        with SealRecord(tmp_path / "sealer.db") as record:
            checkpoint = sealer(entries, tmp_path / "site", record).round(MORNING + step * SECOND)
            assert checkpoint.root == root(map(leaf_hash, entries.rows))
        entries.append("case/a", f"case/{step}", at=MORNING + step * SECOND)


def test_the_record_has_one_process_and_one_reader(tmp_path: Path) -> None:
    path = tmp_path / "sealer.db"
    with SealRecord(path), pytest.raises(RecordError, match="cannot be used"):
        SealRecord(path)
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"no database" * 100)
    with pytest.raises(RecordError, match="cannot be used"):
        SealRecord(path)


def edited(entries: Entries) -> int:
    entries.rows[-1] = entries.rows[-1].replace(b'"n"', b'"m"')
    return len(entries.rows) - 1


def deleted(entries: Entries) -> int:
    del entries.rows[-1]
    return len(entries.rows)


def restored(entries: Entries) -> int:
    """An older backup, that has gone on since."""
    del entries.rows[-1]
    entries.append("case/z", "case/y")
    return 4


@pytest.mark.parametrize("done", [edited, deleted, restored])
def test_what_was_signed_and_is_not_there_any_more_is_refused_with_its_place(
    at_work: Sealer, entries: Entries, done: Callable[[Entries], int]
) -> None:
    at_work.round(MORNING + SECOND)
    before = at_work.site.note("checkpoint")
    place = done(entries)
    with pytest.raises(SealRefused) as refused:
        at_work.round(MORNING + 2 * SECOND)
    assert refused.value.position == place
    assert at_work.site.note("checkpoint") == before, "nothing is signed"


def forked(entries: Entries) -> int:
    """A stream whose signed entry is replaced by a later one."""
    header, body = parse(entries.rows[-1])
    entries.append("case/b")
    header = replace(parse(entries.rows[-1]).header, stream="case/a", version=header.version, prev=header.prev)
    entries.rows[-1] = encode(header, body)
    return len(entries.rows) - 1


def backdated(entries: Entries) -> int:
    entries.append("case/a")
    header, body = parse(entries.rows[-1])
    entries.rows[-1] = encode(replace(header, recorded_at=MORNING), body)
    return len(entries.rows) - 1


def slipped_in(entries: Entries) -> int:
    """In a quiet night, with the time of the evening before."""
    entries.append("case/a", at=MORNING + timedelta(minutes=1))
    return len(entries.rows) - 1


def post_dated(entries: Entries) -> int:
    entries.append("case/a", at=MORNING + timedelta(days=2))
    return len(entries.rows) - 1


def counted(entries: Entries) -> int:
    """The database counts more entries than it has."""
    entries.size = lambda: len(entries.rows) + 1  # type: ignore[method-assign]
    return len(entries.rows)


@pytest.mark.parametrize("done", [forked, backdated, slipped_in, post_dated, counted])
def test_what_did_not_come_through_the_log_is_refused_with_its_place(
    at_work: Sealer, entries: Entries, done: Callable[[Entries], int]
) -> None:
    at_work.round(MORNING + SECOND)
    at_work.round(MORNING + timedelta(hours=10))
    before = at_work.site.note("checkpoint")
    place = done(entries)
    for _ in range(2):
        with pytest.raises(SealRefused) as refused:
            at_work.round(MORNING + timedelta(hours=11))
        assert refused.value.position == place
        assert at_work.site.note("checkpoint") == before


def test_a_ledger_in_simulated_time_may_tell_of_other_days(
    entries: Entries, record: SealRecord, tmp_path: Path
) -> None:
    demo = sealer(entries, tmp_path / "site", record, simulated=True)
    demo.round(MORNING + timedelta(days=9))
    entries.append("case/a")
    assert demo.round(MORNING + timedelta(days=10)).size == 6


def test_an_append_that_took_as_long_as_is_tolerated_is_sealed(at_work: Sealer, entries: Entries) -> None:
    at_work.round(MORNING + 10 * SECOND)
    entries.append("case/a", at=MORNING + 6 * SECOND)
    assert at_work.round(MORNING + 11 * SECOND).size == 6


def test_where_nothing_changes_a_checkpoint_is_signed_anew_each_minute(at_work: Sealer) -> None:
    def signed_at() -> int | None:
        note = at_work.site.note("checkpoint")
        assert note is not None
        return note.checked([TIMED])[TIMED]

    at_work.round(MORNING)
    first = signed_at()
    at_work.round(MORNING + HEARTBEAT - SECOND)
    assert signed_at() == first
    at_work.round(MORNING + HEARTBEAT)
    assert signed_at() == int((MORNING + HEARTBEAT).timestamp())


def test_the_heads_are_signed_when_asked_and_at_most_once_a_minute_otherwise(at_work: Sealer, entries: Entries) -> None:
    def size_of_heads() -> int:
        note = at_work.site.note("heads")
        assert note is not None
        assert set(note.checked([KEY.verifier, TIMED])) == {KEY.verifier, TIMED}
        return Heads.parse(note.text).size

    at_work.round(MORNING)
    assert size_of_heads() == 5
    entries.append("case/a")
    at_work.round(MORNING + SECOND)
    assert size_of_heads() == 5
    at_work.round(MORNING + 2 * SECOND, with_heads=True)
    assert size_of_heads() == 6
    entries.append("case/a")
    at_work.round(MORNING + 3 * SECOND)
    assert size_of_heads() == 6
    at_work.round(MORNING + 2 * SECOND + HEARTBEAT)
    assert size_of_heads() == 7


def test_a_witness_that_was_away_is_under_what_is_handed_out_once_it_is_back(at_work: Sealer) -> None:
    witness = SigningKey("witness.example/superior", COSIGNS, bytes(range(1, 33)))
    away, there = at_work.cosign, lambda note, _: note.signed(witness, 1)
    for minute, (cosign, signed) in enumerate([(away, False), (there, True), (away, True)]):
        at_work.cosign = cosign
        at_work.round(MORNING + minute * HEARTBEAT)
        kept = at_work.site.note(f"{at_work.site.at(5)}/checkpoint")
        assert kept is not None
        assert (witness.verifier in kept.checked([witness.verifier])) == signed


def test_the_heads_are_every_stream_with_its_last_version(at_work: Sealer, entries: Entries) -> None:
    at_work.round(MORNING)
    note = at_work.site.note("heads")
    assert note is not None
    heads = Heads.parse(note.text)
    last = {"case/a": (3, 4), "case/b": (1, 2), "ledger": (1, 0)}
    leaves = [head_leaf(s, version, leaf_hash(entries.rows[at])) for s, (version, at) in sorted(last.items())]
    assert (heads.streams, heads.heads_root) == (3, root(leaves))
    assert (heads.size, heads.root) == (5, root(map(leaf_hash, entries.rows)))
    assert LEDGER in heads.origin


def test_an_empty_ledger_is_sealed_as_empty(record: SealRecord, tmp_path: Path) -> None:
    empty = sealer(Entries(), tmp_path / "site", record)
    assert empty.round(MORNING).size == 0
    assert published(empty.site).size == 0


@pytest.mark.parametrize("cut", ["before the record", "before the checkpoint", "before the heads"])
def test_a_sealer_that_died_between_two_steps_takes_up_where_it_was(
    entries: Entries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Died

    step = {
        "before the record": (SealRecord, "advance"),
        "before the checkpoint": (Site, "publish"),
        "before the heads": (Site, "keep"),
    }[cut]
    with SealRecord(tmp_path / "sealer.db") as record:
        sealer(entries, tmp_path / "site", record).round(MORNING)
        entries.append("case/a", "case/q", at=MORNING + SECOND)
        mortal = sealer(entries, tmp_path / "site", record)
        monkeypatch.setattr(*step, die)
        with pytest.raises(Died):
            mortal.round(MORNING + 2 * SECOND, with_heads=True)
        monkeypatch.undo()
    with SealRecord(tmp_path / "sealer.db") as record:
        again = sealer(entries, tmp_path / "site", record)
        assert again.round(MORNING + 3 * SECOND, with_heads=True).root == root(map(leaf_hash, entries.rows))
        assert published(again.site).size == 7


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("done", [edited, deleted, restored])
def test_a_sealer_whose_record_is_lost_or_an_older_one_does_not_sign_against_what_it_has_published(
    entries: Entries, tmp_path: Path, done: Callable[[Entries], int], *, older: bool
) -> None:
    path, kept = tmp_path / "sealer.db", tmp_path / "older.db"
    with SealRecord(path) as record:
        sealer(entries, tmp_path / "site", record).round(MORNING + SECOND)
    path.rename(kept)
    if older:
        shutil.copy(kept, path)
    entries.append("case/a", "case/b", at=MORNING + 2 * SECOND)
    with SealRecord(path) as record:
        signed = sealer(entries, tmp_path / "site", record).round(MORNING + 3 * SECOND)
    kept.rename(path) if older else path.unlink()
    before = Site(tmp_path / "site").note("checkpoint")
    done(entries)
    with SealRecord(path) as record:
        again = sealer(entries, tmp_path / "site", record)
        with pytest.raises(SealRefused, match=f"signed last: 7 {signed.root.hex()}"):
            again.round(MORNING + 4 * SECOND)
        assert again.site.note("checkpoint") == before, "nothing is signed"
        recovered(entries, 7, signed.root.hex(), 5 * SECOND)
        assert again.round(MORNING + 6 * SECOND).root == root(map(leaf_hash, entries.rows))


def test_a_sealer_whose_record_is_lost_goes_on_where_the_ledger_only_grew(entries: Entries, tmp_path: Path) -> None:
    for number in (1, 2):
        with SealRecord(tmp_path / f"{number}.db") as record:
            at = sealer(entries, tmp_path / "site", record).round(MORNING + number * SECOND)
            assert at.root == root(map(leaf_hash, entries.rows))
        entries.append("case/a", at=MORNING + number * SECOND)


def recovered(entries: Entries, size: int, root: str, at: timedelta) -> None:
    facts = {"size": size, "root": root, "position": size - 1, "approver": "person-h"}
    entries.append("ledger", at=MORNING + at, type_=RECOVERY, facts=facts)


def test_after_a_recovery_that_somebody_has_recorded_the_sealer_follows_everything_again(
    at_work: Sealer, entries: Entries
) -> None:
    signed = at_work.round(MORNING + SECOND)
    restored(entries)
    with pytest.raises(SealRefused, match=f"signed last: 5 {signed.root.hex()}"):
        at_work.round(MORNING + 2 * SECOND)
    recovered(entries, 5, signed.root.hex(), 3 * SECOND)
    after = at_work.round(MORNING + 4 * SECOND)
    assert (after.size, after.root) == (7, root(map(leaf_hash, entries.rows)))
    assert published(at_work.site) == after
    aside = Site(at_work.site.folder.with_name("site.until-5"))
    assert published(aside) == signed, "what was signed before is kept"
    path = consistency_proof(5, 7, at_work.site.nodes(7))
    with pytest.raises(ProofError):
        check_consistency(5, 7, signed.root, after.root, path)


def test_a_recovery_from_a_false_alarm_leaves_a_ledger_that_only_grew(at_work: Sealer, entries: Entries) -> None:
    """A commit took too long: nothing was altered, and whoever saw the earlier checkpoint goes along."""
    signed = at_work.round(MORNING + timedelta(minutes=5))
    entries.append("case/a", at=MORNING + timedelta(minutes=4))
    with pytest.raises(SealRefused, match="before the round of"):
        at_work.round(MORNING + timedelta(minutes=6))
    recovered(entries, 5, signed.root.hex(), timedelta(minutes=7))
    after = at_work.round(MORNING + timedelta(minutes=8))
    path = consistency_proof(5, after.size, at_work.site.nodes(after.size))
    check_consistency(5, after.size, signed.root, after.root, path)


@pytest.mark.parametrize(("size", "root"), [(4, None), (5, "ab" * 32)])
def test_a_recovery_from_something_else_does_not_count(
    at_work: Sealer, entries: Entries, size: int, root: str | None
) -> None:
    signed = at_work.round(MORNING + SECOND)
    restored(entries)
    recovered(entries, size, root or signed.root.hex(), 3 * SECOND)
    for _ in range(2):
        with pytest.raises(SealRefused):
            at_work.round(MORNING + 4 * SECOND)


def test_a_recovery_counts_once(at_work: Sealer, entries: Entries) -> None:
    signed = at_work.round(MORNING + SECOND)
    restored(entries)
    recovered(entries, 5, signed.root.hex(), 3 * SECOND)
    at_work.round(MORNING + 4 * SECOND)
    edited(entries)
    with pytest.raises(SealRefused):
        at_work.round(MORNING + 5 * SECOND)
