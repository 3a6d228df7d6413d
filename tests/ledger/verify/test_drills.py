"""The drills of an auditor (演练): as superuser with the triggers off, whatever could be done is done, and named.

Each drill works on a ledger of its own in a real database, that was sealed and witnessed before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ledger.application import LedgerApplication
from ledger.audit import Progress, Signed, audit
from ledger.entry import encode, parse
from ledger.export import ExportRefused, export
from ledger.hashing import leaf_hash
from ledger.postgres.connect import connect
from ledger.proof.chain import Chain
from ledger.proof.checkpoint import Checkpoint, Heads, head_leaf, origin
from ledger.proof.merkle import consistency_proof, root
from ledger.proof.note import COSIGNS, SIGNS, Note, Signature, SigningKey
from ledger.proof.policy import Policy
from ledger.requests import Appended
from ledger.sealing.record import SealRecord
from ledger.sealing.sealer import Sealer, SealRefused
from ledger.sealing.site import Site
from ledger.sealing.source import DatabaseSource
from ledger.sealing.witness import Witness
from ledger.sealing.witness import request as asking
from ledger.verify.bundle import verify
from ledger.verify.verdict import Trust, Wrong
from tests.ledger.conftest import NewLedger
from tests.ledger.office import item, request

CASE = "case/a"
SECOND = timedelta(seconds=1)
STREAMS = (CASE, "case/b", CASE, "case/c", CASE, "case/b", "case/c", CASE)
WITNESS = SigningKey("witness.example/superior", COSIGNS, bytes(range(1, 33)))


@dataclass
class Scene:
    """A ledger in the database, its sealer and witness; `admin` is a superuser who has switched the triggers off."""

    app: LedgerApplication
    admin: psycopg.Connection
    reader: psycopg.Connection
    folder: Path
    record: SealRecord
    witness: Witness
    versions: dict[str, int]

    def __post_init__(self) -> None:
        self.key = SigningKey(origin(self.app.ledger), SIGNS, bytes(range(32)))
        self.source = DatabaseSource(self.reader, self.app.ledger)
        self.site = Site(self.folder / "site")
        self.sealer = Sealer(self.app.ledger, self.source, self.record, self.site, [self.key], False, self.cosigned)
        self.policy = Policy.of([self.key.verifier], [WITNESS.verifier])
        self.seen = 0

    def cosigned(self, note: Note, size: int) -> Note:
        """What the witness makes of a checkpoint: its signature, or nothing."""
        path = consistency_proof(self.seen, size, self.site.nodes(size)) if self.seen <= size else []
        answer = self.witness.add_checkpoint(asking(self.seen, path, note), int(datetime.now(UTC).timestamp()))
        if answer.status != 200:
            return note
        self.seen = size
        return Note(note.text, (*note.signatures, Signature.parse(answer.body.strip())))

    def append(self, *streams: str) -> None:
        for stream in streams:
            version = self.versions.get(stream, 0)
            outcome = self.app.append([request(item(stream, version))], datetime.now(UTC))[0]
            assert isinstance(outcome, Appended)
            self.versions[stream] = version + 1

    def seal(self) -> Note:
        self.sealer.round(datetime.now(UTC), with_heads=True)
        note = self.site.note("checkpoint")
        assert note is not None
        return note

    def signed(self, *since: Note) -> Signed:
        checkpoint, heads = self.site.note("checkpoint"), self.site.note("heads")
        assert checkpoint is not None
        assert heads is not None
        earlier = tuple(Checkpoint.parse(note.text) for note in since)
        return Signed(Checkpoint.parse(checkpoint.text), Heads.parse(heads.text), earlier)

    def audit(self, *since: Note) -> tuple[int, int | None]:
        """Exit code and first bad position of an audit."""
        progress = Progress(Chain(self.app.ledger))
        try:
            audit(self.source, self.site, self.signed(*since), progress, lambda *_: None)
        except Wrong as wrong:
            return wrong.exit, wrong.position
        return 0, None

    def verify(self, policy: Policy | None = None, since: Note | None = None) -> int:
        """Exit code of the check of a bundle that is exported now."""
        bundle = export(self.app.ledger, CASE, self.source, self.site, since=since)
        return verify(bundle, Trust(policy or self.policy, since=since)).exit

    def refusal(self) -> int | None:
        """The position at which the sealer refuses to go on."""
        with pytest.raises(SealRefused) as refused:
            self.sealer.round(datetime.now(UTC))
        return refused.value.position

    def entry(self, position: int) -> bytes:
        (found,) = self.source.entries(position, position + 1)
        return found

    def put(self, position: int, entry: bytes) -> None:
        """Put an entry in the place of another, with every column and head that goes with it."""
        h, leaf = parse(entry).header, leaf_hash(entry)
        self.admin.execute(
            "UPDATE ledger.entries SET entry = %s, leaf = %s, stream = %s, version = %s, type = %s, recorded_at = %s"
            " WHERE ledger = %s AND position = %s",
            (entry, leaf, h.stream, h.version, h.type, h.recorded_at, self.app.ledger, position),
        )
        self.admin.execute(
            "UPDATE ledger.heads SET leaf = %s WHERE ledger = %s AND stream = %s AND version = %s",
            (leaf, self.app.ledger, h.stream, h.version),
        )

    def rewrite(self, first: int) -> None:
        """Alter one entry and every later one, so that all of it agrees again: chain, columns, heads."""
        leaves: dict[str, str] = {}
        for position in range(first, self.source.size()):
            header, body = parse(self.entry(position))
            body = body.replace(b"organ-b", b"organ-z") if position == first else body
            prev = leaves.get(header.stream, header.prev)
            entry = encode(replace(header, prev=prev), body)
            leaves[header.stream] = leaf_hash(entry).hex()
            self.put(position, entry)

    def cut(self, end: int) -> None:
        """Put the tables back to their first `end` entries, as an older backup has them."""
        ledger, gone = self.app.ledger, range(end, self.source.size())
        streams = {parse(self.entry(position)).header.stream for position in gone}
        self.admin.execute("DELETE FROM ledger.entries WHERE ledger = %s AND position >= %s", (ledger, end))
        last = "SELECT max(position) FROM ledger.entries AS e WHERE e.ledger = h.ledger AND e.stream = h.stream"
        for stream in streams:
            self.admin.execute(
                f"UPDATE ledger.heads AS h SET (version, leaf, position) = (SELECT version, leaf, position FROM"
                f" ledger.entries WHERE ledger = h.ledger AND position = ({last})) WHERE ledger = %s AND stream = %s",
                (ledger, stream),
            )
            kept = "SELECT version FROM ledger.heads WHERE ledger = %s AND stream = %s"
            row = self.admin.execute(kept, (ledger, stream)).fetchone()
            assert row is not None
            self.versions[stream] = int(row[0])
        self.admin.execute("DELETE FROM ledger.requests WHERE ledger = %s AND first_position >= %s", (ledger, end))
        self.admin.execute("UPDATE ledger.ledgers SET size = %s WHERE ledger = %s", (end, ledger))


@pytest.fixture
def scene(dsn: str, admin: psycopg.Connection, new_ledger: NewLedger, tmp_path: Path) -> Iterator[Scene]:
    app = new_ledger("wall")
    tables = ("ledgers", "entries", "heads", "requests")
    key = SigningKey(origin(app.ledger), SIGNS, bytes(range(32)))
    with (
        connect(dsn, "reader") as reader,
        SealRecord(tmp_path / "sealer.db") as record,
        Witness(tmp_path / "witness.db", WITNESS, [key.verifier]) as witness,
    ):
        made = Scene(app, admin, reader, tmp_path, record, witness, {})
        made.append(*STREAMS)
        made.seal()
        assert made.audit() == (0, None)
        assert made.verify() == 0
        for table in tables:
            admin.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL".encode())
        try:
            yield made
        finally:
            for table in tables:
                admin.execute(f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER never".encode())
                admin.execute(f"ALTER TABLE ledger.{table} ENABLE ALWAYS TRIGGER only_by_pen".encode())


@pytest.mark.parametrize("position", [1, 3, 8])
def test_an_entry_edited(scene: Scene, position: int) -> None:
    scene.put(position, scene.entry(position).replace(b"organ-b", b"organ-z"))
    assert scene.audit() == (10, position)
    with pytest.raises(ExportRefused, match=f"position {position} is not what was sealed|streams of the database"):
        scene.verify()


@pytest.mark.parametrize("time", ["infinity", "-infinity", "0044-03-15 BC", "20000-03-15"])
def test_a_time_that_no_entry_can_say(scene: Scene, time: str) -> None:
    query = "UPDATE ledger.entries SET recorded_at = %s WHERE ledger = %s AND position = 3"
    scene.admin.execute(query, (time, scene.app.ledger))
    assert scene.audit() == (10, 3)


def test_an_entry_deleted(scene: Scene) -> None:
    scene.admin.execute("DELETE FROM ledger.entries WHERE ledger = %s AND position = 3", (scene.app.ledger,))
    assert scene.audit() == (11, 3)


def test_an_entry_inserted(scene: Scene) -> None:
    ledger = scene.app.ledger
    scene.admin.execute(
        "UPDATE ledger.entries SET position = position + 100 WHERE ledger = %s AND position >= 4", (ledger,)
    )
    scene.admin.execute(
        "UPDATE ledger.entries SET position = position - 99 WHERE ledger = %s AND position >= 104", (ledger,)
    )
    header, body = parse(scene.entry(3))
    slipped = encode(replace(header, position=4, stream="case/x", version=1, prev="0" * 64), body)
    scene.admin.execute(
        "INSERT INTO ledger.entries SELECT ledger, 4, 'case/x', 1, type, recorded_at, %s, %s FROM ledger.entries"
        " WHERE ledger = %s AND position = 3",
        (leaf_hash(slipped), slipped, ledger),
    )
    scene.admin.execute("UPDATE ledger.ledgers SET size = size + 1 WHERE ledger = %s", (ledger,))
    code, position = scene.audit()
    assert (code in (10, 17), position) == (True, 4)


def test_two_entries_swapped(scene: Scene) -> None:
    one, other = scene.entry(2), scene.entry(4)
    for position, entry in ((2, other), (4, one)):
        scene.admin.execute(
            "UPDATE ledger.entries SET entry = %s WHERE ledger = %s AND position = %s",
            (entry, scene.app.ledger, position),
        )
    code, place = scene.audit()
    assert (code in (10, 11), place) == (True, 2)


def test_an_entry_back_dated(scene: Scene) -> None:
    header, body = parse(scene.entry(8))
    scene.put(8, encode(replace(header, recorded_at=header.recorded_at - timedelta(days=1)), body))
    code, position = scene.audit()
    assert (code in (10, 17), position) == (True, 8)


def test_an_entry_back_dated_before_it_was_sealed(scene: Scene) -> None:
    scene.append(CASE)
    header, body = parse(scene.entry(9))
    scene.put(9, encode(replace(header, recorded_at=header.recorded_at - timedelta(days=1)), body))
    assert scene.audit() == (17, 9)
    assert scene.refusal() == 9


def test_the_end_truncated(scene: Scene) -> None:
    scene.cut(6)
    assert scene.audit() == (11, 6)
    assert scene.refusal() == 6


def test_an_older_backup_restored_that_has_gone_on_since(scene: Scene) -> None:
    scene.cut(6)
    scene.append(CASE, "case/b", "case/b", CASE, CASE)
    assert scene.source.size() > 9
    assert scene.audit() == (10, 6)
    assert scene.refusal() == 8


def test_a_log_forked_by_whoever_holds_database_and_key(scene: Scene, tmp_path: Path) -> None:
    """Another history under the same key: whoever has seen the first, and the witness, do not go along."""
    first = scene.site.note("checkpoint")
    assert first is not None
    scene.rewrite(5)
    scene.site = Site(tmp_path / "forked")
    with SealRecord(tmp_path / "forked.db") as record:
        scene.sealer = replace(scene.sealer, record=record, site=scene.site)
        note = scene.seal()
    assert WITNESS.verifier not in note.checked([WITNESS.verifier])
    assert scene.audit() == (0, None), "what is published agrees with what is in the database"
    assert scene.audit(first) == (15, None)
    assert scene.verify() == 14, "the witness has not signed it"
    assert scene.verify(Policy.of([scene.key.verifier])) == 0, "the stolen key alone says yes"
    assert scene.verify(Policy.of([scene.key.verifier]), since=first) == 15


def test_a_stream_forked(scene: Scene) -> None:
    scene.append(CASE, CASE)
    header, body = parse(scene.entry(10))
    scene.put(10, encode(replace(header, prev=parse(scene.entry(9)).header.prev), body))
    assert scene.audit() == (12, 10)
    assert scene.refusal() == 10


def test_an_entry_slipped_into_a_quiet_night(scene: Scene) -> None:
    last = parse(scene.entry(8)).header.recorded_at
    night = last + timedelta(hours=8)
    scene.sealer.round(night)
    header, body = parse(scene.entry(8))
    slipped = encode(
        replace(header, position=9, version=5, prev=leaf_hash(scene.entry(8)).hex(), recorded_at=last + SECOND), body
    )
    scene.admin.execute(
        "INSERT INTO ledger.entries VALUES (%s, 9, %s, 5, %s, %s, %s, %s)",
        (scene.app.ledger, CASE, header.type, last + SECOND, leaf_hash(slipped), slipped),
    )
    scene.admin.execute(
        "UPDATE ledger.heads SET version = 5, leaf = %s, position = 9 WHERE ledger = %s AND stream = %s",
        (leaf_hash(slipped), scene.app.ledger, CASE),
    )
    scene.admin.execute("UPDATE ledger.ledgers SET size = 10 WHERE ledger = %s", (scene.app.ledger,))
    assert scene.audit() == (0, None), "nothing in the database tells"
    with pytest.raises(SealRefused, match="before the round of") as refused:
        scene.sealer.round(night + SECOND)
    assert refused.value.position == 9


def test_a_false_note_of_heads(scene: Scene) -> None:
    """Signed with the sealer's key, it hides the last step of a case from a reader of bundles; an audit convicts it."""
    heads = scene.signed().heads
    assert heads is not None
    entries = scene.source.stream(CASE, 9)
    leaves = []
    for stream, version, leaf in scene.source.heads(9):
        hidden = stream == CASE
        leaves.append(head_leaf(stream, version - hidden, leaf_hash(entries[-2]) if hidden else leaf))
    false = replace(heads, heads_root=root(leaves))
    scene.site.publish(heads=Note(false.text()).signed(scene.key))
    code, _ = scene.audit()
    assert code == 16
    with pytest.raises(ExportRefused, match="not those that were signed"):
        scene.verify()


def test_a_stale_bundle(scene: Scene) -> None:
    stale = export(scene.app.ledger, CASE, scene.source, scene.site)
    scene.append(CASE)
    later = scene.seal()
    trust = Trust(scene.policy, checkpoint=later)
    assert verify(stale, trust).exit == 15, "it is of an older size than the checkpoint at hand"
    assert verify(stale, Trust(scene.policy, not_before=datetime.now(UTC) + SECOND)).exit == 14
    assert verify(stale, Trust(scene.policy)).exit == 0, "as of its own size it is what it says"


def test_entries_tree_and_checkpoint_rewritten_together_without_the_key(scene: Scene, tmp_path: Path) -> None:
    scene.rewrite(3)
    forged = SigningKey(scene.key.name, SIGNS, bytes(32))
    scene.site = Site(tmp_path / "forged")
    with SealRecord(tmp_path / "forged.db") as record:
        replace(scene.sealer, record=record, site=scene.site, keys=[forged]).round(datetime.now(UTC), with_heads=True)
    assert scene.verify() == 14
    assert scene.refusal() in (8, 9)


def test_a_bit_flipped_in_a_tile(scene: Scene) -> None:
    path = scene.site.folder / "tile/0/000.p/9"
    content = bytearray(path.read_bytes())
    content[4 * 32 + 7] ^= 1
    path.write_bytes(content)
    assert scene.audit() == (13, 4)
    with pytest.raises(ExportRefused, match="a tile is damaged"):
        scene.verify()


def test_a_step_dropped_from_a_bundle(scene: Scene) -> None:
    bundle = export(scene.app.ledger, CASE, scene.source, scene.site)
    for number, code in ((1, 11), (2, 11), (4, 16)):
        files = {name: content for name, content in bundle.files.items() if f"/{number:06}." not in name}
        assert verify(replace(bundle, files=files), Trust(scene.policy)).exit == code


def test_an_old_checkpoint_played_again(scene: Scene) -> None:
    old = {name: scene.site.note(name) for name in ("checkpoint", "heads")}
    scene.append(CASE, "case/b")
    later = scene.seal()
    scene.site.publish(**{name: note for name, note in old.items() if note is not None})
    assert scene.audit(later) == (0, None), "the database still holds what the later checkpoint says"
    assert (
        verify(export(scene.app.ledger, CASE, scene.source, scene.site), Trust(scene.policy, checkpoint=later)).exit
        == 15
    )
    assert scene.witness.add_checkpoint(asking(11, [], old["checkpoint"] or later), 1).status == 400


def test_the_table_of_heads_changed_to_let_a_stream_fork(scene: Scene) -> None:
    scene.admin.execute(
        "UPDATE ledger.heads SET version = 3, leaf = %s WHERE ledger = %s AND stream = %s",
        (leaf_hash(scene.source.stream(CASE, 9)[2]), scene.app.ledger, CASE),
    )
    assert scene.audit() == (12, None)
