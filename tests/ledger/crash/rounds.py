"""A sealer with its witness, and a ledger for them: what is done to it in a process apart, and a look at what is left.

A state is a folder: the records of both, and what is published. The entries are handed to every process anew, so that
nothing but these files carries over.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ledger import canonical
from ledger.audit import Progress, Signed, audit
from ledger.entry import Header, encode, parse
from ledger.export import export
from ledger.hashing import NO_LEAF, leaf_hash
from ledger.proof.chain import Chain, Row
from ledger.proof.checkpoint import Checkpoint, Heads
from ledger.proof.merkle import check_consistency, consistency_proof
from ledger.proof.note import COSIGNS, Note, Signature, SigningKey
from ledger.proof.policy import Policy
from ledger.sealing.record import SealRecord
from ledger.sealing.sealer import Sealer
from ledger.sealing.site import Site
from ledger.sealing.witness import SIZE_TYPE, Witness, request
from ledger.verify.bundle import verify
from ledger.verify.verdict import Trust
from tests.ledger.sealing.office import KEY, LEDGER, MORNING, Entries

WITNESS: Final = SigningKey("witness.example/superior", COSIGNS, bytes(range(1, 33)))
MINUTE: Final = timedelta(minutes=1)
CASES: Final = ("ledger", "case/a", "case/b", "case/a")


def history(size: int, *, after: Sequence[bytes] = (), at: datetime = MORNING, other: str = "") -> list[bytes]:
    """A ledger of so many entries, the first of them given, the rest from a time on; `other` tells it from another."""
    rows = list(after)
    parsed = [(parse(row).header, leaf_hash(row)) for row in rows]
    last = {header.stream: (header, leaf) for header, leaf in parsed}
    for position in range(len(rows), size):
        stream = CASES[position % len(CASES)]
        version, prev = (last[stream][0].version + 1, last[stream][1].hex()) if stream in last else (1, NO_LEAF)
        when = at + timedelta(milliseconds=position)
        header = Header(LEDGER, position, stream, version, "case.opened/1", when, prev)
        rows.append(encode(header, canonical.encode({"facts": {"n": position, "other": other}})))
        last[stream] = header, leaf_hash(rows[-1])
    return rows


@dataclass(frozen=True, slots=True)
class Database:
    """The entries as an audit reads them out of a database."""

    entries: Entries

    def size(self) -> int:
        return self.entries.size()

    def rows(self, first: int, end: int) -> Iterator[Row]:
        for row in self.entries.entries(first, end):
            at = parse(row).header
            yield row, at.position, at.stream, at.version, at.type, at.recorded_at, leaf_hash(row)

    def counted(self) -> tuple[int, int]:
        return self.size(), len(list(self.kept_heads()))

    def kept_heads(self) -> Iterator[tuple[str, int, bytes]]:
        return self.entries.heads(self.size())


@dataclass(slots=True)
class Asking:
    """The sealer's side of a witness that is asked without a network between."""

    witness: Witness
    site: Site
    size: int = 0

    def __call__(self, note: Note, size: int) -> Note:
        for _ in range(2):
            path = consistency_proof(self.size, size, self.site.nodes(size)) if self.size <= size else []
            answer = self.witness.add_checkpoint(request(self.size, path, note), int(MORNING.timestamp()))
            if answer.status == 409 and answer.type == SIZE_TYPE:
                self.size = int(answer.body)
                continue
            break
        if answer.status != 200:
            return note
        self.size = size
        return Note(note.text, (*note.signatures, Signature.parse(answer.body.strip())))


@contextmanager
def at_work(folder: Path, rows: Iterable[bytes]) -> Iterator[Sealer]:
    """A sealer and its witness, over what they have kept in a folder."""
    site = Site(folder / "site")
    with (
        SealRecord(folder / "sealer.db") as record,
        Witness(folder / "witness.db", WITNESS, [KEY.verifier]) as witness,
    ):
        yield Sealer(LEDGER, Entries(list(rows)), record, site, [KEY], False, Asking(witness, site))


def seal(folder: Path, rows: Sequence[bytes], at: datetime) -> Checkpoint:
    """One round of a process that is new: to be done apart, or here."""
    with at_work(folder, rows) as sealer:
        return sealer.round(at, with_heads=True)


class State:
    """The folder of a sealer and its witness, as often as it is wanted in the state of before."""

    def __init__(self, folder: Path, signed: Sequence[bytes]) -> None:
        self._before, self._at, self._number = folder / "before", folder, 0
        self._before.mkdir()
        if signed:
            seal(self._before, signed, MORNING + MINUTE)

    def new(self) -> Path:
        """The state before; the one given last is gone."""
        shutil.rmtree(self._at / "state", ignore_errors=True)
        return shutil.copytree(self._before, self._at / "state")

    def copied(self) -> Path:
        """The state as it is now, beside it."""
        shutil.rmtree(self._at / "copy", ignore_errors=True)
        return shutil.copytree(self._at / "state", self._at / "copy")


def witnessed(folder: Path) -> int:
    """The size that the witness has put down last."""
    with closing(sqlite3.connect(folder / "witness.db")) as record:
        tables = record.execute("SELECT count(*) FROM sqlite_master").fetchone()
        row = record.execute("SELECT size FROM seen").fetchone() if tables[0] else None
    return int(row[0]) if row else 0


def published(folder: Path) -> tuple[Checkpoint | None, Heads | None]:
    """What a reader finds in the folder, whose signatures hold."""
    site = Site(folder / "site")
    checkpoint, heads = site.note("checkpoint"), site.note("heads")
    for note in (checkpoint, heads):
        assert note is None or KEY.verifier in note.checked([KEY.verifier])
    return (
        None if checkpoint is None else Checkpoint.parse(checkpoint.text),
        None if heads is None else Heads.parse(heads.text),
    )


def check(folder: Path, rows: Sequence[bytes]) -> None:
    """Whoever looks now finds all of it right: the entries, the tiles, the notes, those that are kept, a bundle."""
    site, (checkpoint, heads) = Site(folder / "site"), published(folder)
    entries = Entries(list(rows))
    audit(Database(entries), site, Signed(checkpoint, heads), Progress(Chain(LEDGER)), lambda *_: None)
    for size in site.sizes():
        kept, of = site.note(f"{site.at(size)}/checkpoint"), site.note(f"{site.at(size)}/heads")
        assert kept is not None
        assert of is not None
        assert Checkpoint.parse(kept.text).size == Heads.parse(of.text).size == size
        if checkpoint is not None:
            grew(folder, Checkpoint.parse(kept.text), checkpoint)


def grew(folder: Path, before: Checkpoint, after: Checkpoint) -> None:
    path = consistency_proof(before.size, after.size, Site(folder / "site").nodes(after.size))
    check_consistency(before.size, after.size, before.root, after.root, path)


def bundle_checks(folder: Path, rows: Sequence[bytes]) -> bool:
    """Whether a file that is handed out now, under the cosignature of the witness, checks."""
    bundle = export(LEDGER, "case/a", Entries(list(rows)), Site(folder / "site"))
    return verify(bundle, Trust(Policy.of([KEY.verifier], [WITNESS.verifier]))).exit == 0
