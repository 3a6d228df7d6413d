"""Whether what was signed is this ledger, all of the file, and the ledger that was seen before."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.proof.checkpoint import Checkpoint, heads_origin, origin
from ledger.proof.inclusion import path_of
from ledger.proof.merkle import ProofError, check_consistency
from ledger.verify.parts import Parts
from ledger.verify.signatures import by_log, sealed
from ledger.verify.verdict import FORK, INCOMPLETE, SIGNATURE, Trust, Verdict, Wrong


def checkpoint(parts: Parts, trust: Trust, verdict: Verdict) -> int:
    """The checkpoint is of this ledger and size, signed by its key, cosigned by whom the reader asks for."""
    if (parts.at.origin, parts.at.size) != (origin(parts.bundle.ledger), parts.bundle.size):
        raise Wrong(SIGNATURE, f"the checkpoint is of {parts.at.origin} at {parts.at.size}, and the bundle is not")
    return sealed(parts.note, parts.bundle.ledger, parts.policy, verdict, trust.not_before)


def complete(parts: Parts) -> int:
    """The last entry is the last of its stream, in the heads that were signed beside the checkpoint."""
    heads, at = parts.heads, parts.at
    by_log(parts.head.checkpoint, parts.bundle.ledger, parts.policy)
    if (heads.origin, heads.size, heads.root) != (heads_origin(parts.bundle.ledger), at.size, at.root):
        why = f"the heads are of {heads.origin} at {heads.size}; they do not belong to the checkpoint at {at.size}"
        raise Wrong(INCOMPLETE, why)
    last = parts.headers[-1]
    if not parts.is_head():
        why = f"version {last.version} is not shown to be the last of the file at {at.size}"
        raise Wrong(INCOMPLETE, why, last.position, last.stream)
    return heads.streams


def consistent(parts: Parts, trust: Trust) -> int:
    """The ledger has grown from every checkpoint that the reader brings along."""
    notes = [note for note in (trust.since, trust.checkpoint) if note is not None]
    for note in notes:
        by_log(note, parts.bundle.ledger, parts.policy)
        _grown_from(Checkpoint.parse(note.text), parts)
    return len(notes)


def _grown_from(earlier: Checkpoint, parts: Parts) -> None:
    own = parts.own
    if earlier.size > own.size:
        why = f"the checkpoint brought along has {earlier.size} entries, the bundle {own.size}: ask for a later bundle"
        raise Wrong(FORK, why, own.size)
    path: Sequence[bytes] = ()
    if 0 < earlier.size < own.size:
        old, path = _growth(parts.bundle.files.get("consistency.proof", b""))
        if old != earlier.size:
            why = f"the bundle does not prove its growth from {earlier.size} entries: ask for one with --since"
            raise Wrong(FORK, why)
    try:
        check_consistency(earlier.size, own.size, earlier.root, own.root, path)
    except ProofError as error:
        why = f"the ledger is not the one of the earlier checkpoint: {error}"
        raise Wrong(FORK, why, earlier.size) from error


def _growth(content: bytes) -> tuple[int | None, Sequence[bytes]]:
    """The size that a proof of consistency goes out from, and its path."""
    first, *lines = content.decode("ascii", "replace").removesuffix("\n").split("\n")
    old = first.removeprefix("old ")
    return (int(old), path_of(lines)) if old != first and old.isdecimal() else (None, ())
