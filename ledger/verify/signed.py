"""Whether what was signed is this ledger, all of the file, and the ledger that was seen before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from ledger.proof.checkpoint import Checkpoint, heads_origin, origin
from ledger.proof.inclusion import path_of
from ledger.proof.merkle import ProofError, check_consistency
from ledger.proof.note import COSIGNS, Note, SignatureError, VerifierKey
from ledger.verify.parts import Parts
from ledger.verify.verdict import FORK, INCOMPLETE, SIGNATURE, Trust, Verdict, Wrong


def checkpoint(parts: Parts, trust: Trust, verdict: Verdict) -> int:
    """The checkpoint is of this ledger and size, signed by its key, cosigned by whom the reader asks for."""
    if (parts.at.origin, parts.at.size) != (origin(parts.bundle.ledger), parts.bundle.size):
        raise Wrong(SIGNATURE, f"the checkpoint is of {parts.at.origin} at {parts.at.size}, and the bundle is not")
    signed = _by_log(parts.note, parts.bundle.ledger, trust)
    cosigned = _checked(parts.note, trust.policy.witness_keys)
    if not trust.policy.witnessed(cosigned):
        names = ", ".join(sorted(key.name for key in cosigned)) or "nobody"
        raise Wrong(SIGNATURE, f"not witnessed as the policy asks; cosigned by {names}")
    verdict.sealed_at, verdict.witnessed_at = _newest(signed), _newest(cosigned)
    newest = verdict.witnessed_at if trust.policy.witnesses else verdict.sealed_at
    if trust.not_before is not None and (newest is None or newest < trust.not_before):
        why = f"the newest signature with a time is of {newest or 'no time'}, before {trust.not_before}"
        raise Wrong(SIGNATURE, why)
    return len(signed) + len(cosigned)


def complete(parts: Parts, trust: Trust) -> int:
    """The last entry is the last of its stream, in the heads that were signed beside the checkpoint."""
    heads, at = parts.heads, parts.at
    _by_log(parts.head.checkpoint, parts.bundle.ledger, trust)
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
        _by_log(note, parts.bundle.ledger, trust)
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


def _by_log(note: Note, ledger: str, trust: Trust) -> Mapping[VerifierKey, int | None]:
    """The signatures of the log's keys, plain and with the time; one at least is plain."""
    keys = [key for key in trust.policy.logs if key.name == origin(ledger)]
    if not keys:
        names = ", ".join(key.name for key in trust.policy.logs)
        raise Wrong(SIGNATURE, f"the key is of {names}, the bundle of {origin(ledger)}")
    found = _checked(note, [*keys, *(VerifierKey(key.name, COSIGNS, key.public) for key in keys)])
    if not any(key in found for key in keys):
        first = note.text.split(b"\n", 1)[0].decode()
        raise Wrong(SIGNATURE, f"the note of {first} is not signed with the key")
    return found


def _checked(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int | None]:
    try:
        return note.checked(keys)
    except SignatureError as error:
        raise Wrong(SIGNATURE, str(error)) from error


def _newest(signed: Mapping[VerifierKey, int | None]) -> datetime | None:
    times = [time for time in signed.values() if time is not None]
    try:
        return datetime.fromtimestamp(max(times), UTC) if times else None
    except (OverflowError, ValueError, OSError) as error:
        raise Wrong(SIGNATURE, f"a signature is of the second {max(times)}, which is no time") from error
