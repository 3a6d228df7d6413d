"""A witness (见证): somebody else's process that cosigns a ledger only as long as it grows from what it last saw.

C2SP tlog-witness. It keeps, per log, the size and root that it has cosigned last, and never cosigns what does not
follow from them: a ledger that shows two histories shows at most one of them with this signature. It reads no entry.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ledger import hashing
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.inclusion import LONGEST, path_of
from ledger.proof.merkle import ProofError, check_consistency
from ledger.proof.note import LIMIT, Note, NoteError, SignatureError, SigningKey, VerifierKey, b64
from ledger.sealing.record import unusable

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL) WITHOUT ROWID"
)
SIZE_TYPE: Final = "text/x.tlog.size"
TEXT_TYPE: Final = "text/plain; charset=utf-8"
LOG: Final = logging.getLogger("caseledger.witness")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: an HTTP status, a body and its type."""

    status: int
    body: str
    type: str = TEXT_TYPE


class Witness:
    """One witness: its key, the logs it knows by the keys that sign them, and its record, which outlives it."""

    def __init__(self, path: Path, key: SigningKey, logs: Iterable[VerifierKey]) -> None:
        """Open its record, and make it where there is none.

        Raises:
            RecordError: the file cannot be used.
        """
        self._key = key
        self._one = threading.Lock()
        self._logs: dict[str, list[VerifierKey]] = {}
        for log in logs:
            self._logs.setdefault(log.name, []).append(log)
        path.touch(mode=0o600)
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        except sqlite3.DatabaseError as error:  # a folder, say
            raise unusable(path, error) from error
        try:
            # Not FULL: after a power failure the journal of the last commit could be there again, and would undo it.
            self._db.execute("PRAGMA synchronous=EXTRA")
            self._db.execute(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise unusable(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def add_checkpoint(self, body: bytes, time: int) -> Answer:
        """Answer a request to cosign.

        Args:
            body: of the request: the size seen before, a proof of consistency, an empty line, the checkpoint.
            time: seconds since 1970.

        Returns:
            200 and the cosignature; 400 what cannot be read; 403 nobody known has signed it; 404 an unknown log; 409
            another size or another root was cosigned last; 422 the tree did not only grow; 503 the record cannot be
            written, so nothing is cosigned.
        """
        try:
            old, path, note = _parts(body)
            checkpoint = Checkpoint.parse(note.text)
        except NoteError as error:
            return Answer(400, f"{error}\n")
        keys = self._logs.get(checkpoint.origin)
        if keys is None:
            return Answer(404, "unknown log\n")
        try:
            signed = note.checked(keys)
        except SignatureError as error:
            return Answer(403, f"{error}\n")
        if not signed:
            return Answer(403, "no signature of a known key\n")
        if old > checkpoint.size:
            return Answer(400, "the old size is above the new one\n")
        try:
            return self._decided(old, path, checkpoint, note, time)
        except sqlite3.OperationalError as error:  # a full disk, another process at it for long: not for ever
            LOG.error("not cosigned: the record cannot be written: %s", error)  # noqa: TRY400  # the sentence says it
            return Answer(503, f"the record cannot be written: {error}\n")

    def _decided(self, old: int, path: tuple[bytes, ...], checkpoint: Checkpoint, note: Note, time: int) -> Answer:
        """Check and put down in one: of two requests at once, the second sees what the first has left."""
        with self._one, self._db:  # commits, or rolls back
            self._db.execute("BEGIN IMMEDIATE")
            answer = self._judged(old, path, checkpoint)
            if answer is None:
                row = (checkpoint.origin, checkpoint.size, checkpoint.root)
                self._db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", row)
        return answer or Answer(200, f"{self._key.sign(note.text, time)}\n")

    def _judged(self, old: int, path: tuple[bytes, ...], checkpoint: Checkpoint) -> Answer | None:
        row = self._db.execute("SELECT size, root FROM seen WHERE origin = ?", (checkpoint.origin,)).fetchone()
        size, root = row or (0, b"")
        if old != size:
            return Answer(409, f"{size}\n", SIZE_TYPE)
        if size == checkpoint.size and row is not None and root != checkpoint.root:
            return Answer(409, f"{size}\n", SIZE_TYPE)
        try:
            check_consistency(size, checkpoint.size, root or hashing.EMPTY_ROOT, checkpoint.root, path)
        except ProofError as error:
            return Answer(422, f"{error}\n")
        return None


def request(old: int, path: Iterable[bytes], checkpoint: Note) -> bytes:
    """The body with which a log asks for a cosignature."""
    lines = (f"old {old}", *map(b64, path), "")
    return "".join(f"{line}\n" for line in lines).encode() + bytes(checkpoint)


def _parts(body: bytes) -> tuple[int, tuple[bytes, ...], Note]:
    if len(body) > LIMIT:
        raise NoteError("request-too-long", most=LIMIT)
    head, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise NoteError("proof-not-ascii") from error
    match = _OLD.fullmatch(first)
    if match is None or not blank or len(lines) > LONGEST:
        raise NoteError("request-form", most=LONGEST)
    return int(match[1]), path_of(lines), Note.parse(note)
