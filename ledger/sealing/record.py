"""What a sealer has signed so far (封存记录), durable and outside the database: without it, it would sign anything.

A SQLite file beside the key. An advance is one transaction, on the disk before anything is signed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ledger import hashing
from ledger.faults import Fault
from ledger.proof.chain import Chain, Head
from ledger.proof.merkle import Frontier

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sealed (
    ledger TEXT PRIMARY KEY, size INTEGER NOT NULL, last_at BLOB NOT NULL, last_leaf BLOB NOT NULL,
    peaks BLOB NOT NULL, round_at TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heads (
    ledger TEXT NOT NULL, stream BLOB NOT NULL, version INTEGER NOT NULL, leaf BLOB NOT NULL,
    PRIMARY KEY (ledger, stream)
) WITHOUT ROWID;
"""


class RecordError(Fault):
    """The record cannot be used: another process has it, or the file is none."""


def unusable(path: Path, error: sqlite3.DatabaseError) -> RecordError:
    """What is said of a record that SQLite does not open."""
    if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return RecordError("record-in-use", path=path)
    return RecordError("record-unusable", path=path, detail=error)


@dataclass(slots=True)
class Sealed:
    """How far a ledger is sealed: where its entries and streams end, the edge of its tree, when it was last looked at.

    `last_leaf` is the leaf of the newest entry, empty before the first; `round_at` is None before a round has ended.
    """

    chain: Chain
    frontier: Frontier
    last_leaf: bytes = b""
    round_at: datetime | None = None


class SealRecord:
    """The record of one sealer, for all its ledgers. One process has it at a time."""

    def __init__(self, path: Path) -> None:
        """Open it, and make it where there is none; only its owner can read it.

        Raises:
            RecordError: another process has it, or the file is none.
        """
        self._path = path
        path.touch(mode=0o600)
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=2)
        except sqlite3.DatabaseError as error:  # a folder, say
            raise unusable(path, error) from error
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA synchronous=EXTRA")
            self._db.execute("BEGIN EXCLUSIVE")
            for statement in _SCHEMA.split(";"):
                self._db.execute(statement)
            self._db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise unusable(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def of(self, ledger: str) -> Sealed:
        """How far a ledger is sealed; not at all, of one that is new.

        Raises:
            RecordError: what is in the file is damaged.
        """
        try:
            return self._of(ledger)
        except sqlite3.DatabaseError as error:
            raise unusable(self._path, error) from error
        except (ValueError, TypeError) as error:  # what SQLite reads and no sealer has written
            raise RecordError("record-damaged", path=self._path, ledger=ledger) from error

    def _of(self, ledger: str) -> Sealed:
        row = self._db.execute(
            "SELECT size, last_at, last_leaf, peaks, round_at FROM sealed WHERE ledger = ?", (ledger,)
        ).fetchone()
        if row is None:
            return Sealed(Chain(ledger), Frontier())
        size, last_at, last_leaf, peaks, round_at = row
        heads = self._db.execute("SELECT stream, version, leaf FROM heads WHERE ledger = ?", (ledger,))
        chain = Chain(ledger, size, last_at, {stream: (version, leaf) for stream, version, leaf in heads})
        edge = [peaks[at : at + hashing.SIZE] for at in range(0, len(peaks), hashing.SIZE)]
        when = datetime.fromisoformat(round_at).astimezone(UTC) if round_at else None
        return Sealed(chain, Frontier(size, edge), last_leaf, when)

    def advance(self, sealed: Sealed, moved: Mapping[bytes, Head]) -> None:
        """Put down how far a ledger is sealed now; `moved` are the heads that are not as they were."""
        ledger, round_at = sealed.chain.ledger, sealed.round_at
        self._in_one(
            (
                "INSERT OR REPLACE INTO sealed VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        ledger,
                        sealed.chain.size,
                        sealed.chain.last_at,
                        sealed.last_leaf,
                        b"".join(sealed.frontier.peaks),
                        round_at.isoformat() if round_at else None,
                    )
                ],
            ),
            (
                "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?)",
                [(ledger, stream, *head) for stream, head in moved.items()],
            ),
        )

    def forget(self, ledger: str) -> None:
        """Begin a ledger anew. Only after a recovery that the ledger itself records."""
        self._in_one(
            ("DELETE FROM heads WHERE ledger = ?", [(ledger,)]), ("DELETE FROM sealed WHERE ledger = ?", [(ledger,)])
        )

    def _in_one(self, *statements: tuple[str, Iterable[tuple[object, ...]]]) -> None:
        with self._db:  # commits, or rolls back
            self._db.execute("BEGIN IMMEDIATE")
            for statement, rows in statements:
                self._db.executemany(statement, rows)
