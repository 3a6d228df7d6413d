"""Whether what was signed is this ledger, all of the file, and the ledger that was seen before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ledger.proof.checkpoint import Checkpoint, heads_origin, origin
from ledger.proof.inclusion import path_of
from ledger.proof.merkle import ProofError, check_consistency
from ledger.proof.note import Note
from ledger.verify.parts import Parts, Signed
from ledger.verify.signatures import by_log, sealed
from ledger.verify.verdict import Trust, Verdict, Wrong

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


def checkpoint(parts: Signed, trust: Trust, verdict: Verdict) -> int:
    """The checkpoint is of this ledger and size, signed by its key, cosigned by whom the reader asks for."""
    if (parts.at.origin, parts.at.size) != (origin(parts.bundle.ledger), parts.bundle.size):
        raise Wrong("checkpoint-of-another", origin=parts.at.origin, size=parts.at.size)
    count = sealed(parts.note, parts.bundle.ledger, parts.policy, verdict, trust.not_before)
    if parts.at.root != parts.own.root:  # the reader's is checked against; the one in the bundle convicts the signer
        by_log(Note.parse(parts.file("checkpoint")), parts.bundle.ledger, parts.policy)
        raise Wrong("roots-differ", size=parts.own.size)
    return count


def complete(parts: Parts) -> int:
    """The last entry is the last of its stream, in the heads that were signed beside the checkpoint."""
    heads, at = parts.heads, parts.at
    by_log(parts.head.checkpoint, parts.bundle.ledger, parts.policy)
    if (heads.origin, heads.size, heads.root) != (heads_origin(parts.bundle.ledger), at.size, at.root):
        raise Wrong("heads-of-another", origin=heads.origin, size=heads.size, expected=at.size)
    last = parts.headers[-1]
    if not parts.is_head():
        raise Wrong("not-the-last", last.position, last.stream, version=last.version, size=at.size)
    return heads.streams


def consistent(parts: Signed, trust: Trust) -> int:
    """The ledger has grown from every checkpoint that the reader brings along."""
    notes = [note for note in (trust.since, trust.checkpoint) if note is not None]
    for note in notes:
        by_log(note, parts.bundle.ledger, parts.policy)
        _grown_from(Checkpoint.parse(note.text), parts)
    return len(notes)


def _grown_from(earlier: Checkpoint, parts: Signed) -> None:
    own = parts.own
    if earlier.size > own.size:
        raise Wrong("ahead-of-bundle", own.size, earlier=earlier.size, size=own.size)
    path: Sequence[bytes] = ()
    if 0 < earlier.size < own.size:
        old, path = _growth(parts.bundle.files.get("consistency.proof", b""))
        if old != earlier.size:
            raise Wrong("growth-not-proved", size=earlier.size)
    try:
        check_consistency(earlier.size, own.size, earlier.root, own.root, path)
    except ProofError as error:
        raise Wrong("ledger-differs", earlier.size, why=error) from error


def _growth(content: bytes) -> tuple[int | None, Sequence[bytes]]:
    """The size that a proof of consistency goes out from, and its path."""
    first, *lines = content.decode("ascii", "replace").removesuffix("\n").split("\n")
    match = _OLD.fullmatch(first)
    return (int(match[1]), path_of(lines)) if match is not None else (None, ())
