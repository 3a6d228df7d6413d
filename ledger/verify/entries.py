"""Whether the entries of a bundle are what was sealed, and what they point at is what they were made with."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import NoReturn

from domain.identity import Sealed
from ledger import canonical, hashing
from ledger.bundle import BundleError
from ledger.entry import format_time
from ledger.evidence.checking import checked
from ledger.evidence.errors import Damaged
from ledger.evidence.named import named
from ledger.proof.note import NoteError, unb64
from ledger.sealed import SealError, commitment
from ledger.verify.parts import Parts, kept_laws, laws_of, members
from ledger.verify.verdict import Verdict, Wrong


def follow(parts: Parts) -> int:
    """The entries are those of the stream, from its first version on, each naming the one before it."""
    bundle, prev = parts.bundle, hashing.NO_LEAF
    for number, (header, leaf) in enumerate(zip(parts.headers, parts.leaves, strict=True), 1):
        place = (header.position, header.stream)
        if (header.ledger, header.stream) != (bundle.ledger, bundle.stream):
            raise Wrong("foreign-entry", *place, ledger=header.ledger, stream=header.stream)
        if header.version != number:
            raise Wrong("version-out-of-place", *place, version=header.version, expected=number)
        if header.prev != prev:
            if number > 1 and not parts.included(number - 1):
                _altered(parts, number - 1)
            raise Wrong("other-before", *place, version=number)
        prev = leaf.hex()
    if not parts.included(len(parts.leaves)) and not parts.is_head():
        _altered(parts, len(parts.leaves))
    return len(parts.entries)


def included(parts: Parts) -> int:
    """Each entry stands at its position in the tree that was signed."""
    headers, proofs = parts.headers, parts.proofs
    if len(proofs) != len(headers):
        raise Wrong("proofs-miscounted", entries=len(headers), proofs=len(proofs))
    for number, (header, proof) in enumerate(zip(headers, proofs, strict=True), 1):
        of_this = proof.index == header.position and proof.checkpoint.text == parts.note.text
        if not of_this or not parts.included(number):
            raise Wrong("not-included", header.position, header.stream, version=number)
    return len(proofs)


def in_time(parts: Parts) -> int:
    """Positions and times of recording increase with the versions."""
    headers = parts.headers
    for before, header in pairwise(headers):
        if header.recorded_at <= before.recorded_at or header.position <= before.position:
            at, earlier = format_time(header.recorded_at), format_time(before.recorded_at)
            raise Wrong("time-not-later", header.position, header.stream, at=at, before=earlier)
    return len(headers)


def laws(parts: Parts) -> int:
    """The law is the one whose digests the entries hold."""
    files = parts.bundle.below("law")
    for entry in parts.entries:
        for digest in laws_of(entry):
            if f"{digest}.json" not in files:
                raise Wrong("law-missing", entry.header.position, entry.header.stream, digest=digest)
    return kept_laws(parts.bundle)


def evidence(parts: Parts, verdict: Verdict) -> int:
    """Evidence handed over is what entries name, and its bytes are. What is left out is put down, and no fault."""
    entries, pieces = {each.header.version: each.header for each in parts.entries}, parts.bundle.evidence
    naming = {each.digest: entries[each.version] for each in named(parts.entries)}
    verdict.left_out = sorted(naming.keys() - pieces.keys())
    for digest, piece in pieces.items():
        if digest not in naming:
            raise Wrong("evidence-not-named", digest=digest)
        place = (naming[digest].position, naming[digest].stream)
        try:
            deque(checked(piece.blocks(), digest), maxlen=0)
        except (Damaged, OSError) as error:
            raise Wrong("evidence-damaged", *place, digest=digest) from error
    return len(pieces)


def disclosed(parts: Parts) -> int:
    """Each text disclosed is the one that its entry commits to."""
    told = _disclosures(parts.bundle.files.get("disclosed.json"))
    for version, name, salt, text in told:
        entry = parts.entries[version - 1] if 0 < version <= len(parts.entries) else None
        held = members(entry, "sealed").get(name) if entry is not None else None
        if type(held) is not str or not _commits(text, salt, held):
            raise Wrong("disclosed-differs", name=name, version=version)
    return len(told)


def _altered(parts: Parts, number: int) -> NoReturn:
    header = parts.headers[number - 1]
    raise Wrong("entry-altered", header.position, header.stream, version=number)


def _commits(text: str, salt: bytes, held: str) -> bool:
    try:
        return commitment(text, salt) == Sealed(held)
    except (SealError, canonical.CanonicalError):
        return False


def _disclosures(content: bytes | None) -> list[tuple[int, str, bytes, str]]:
    try:
        told = canonical.decode(content) if content is not None else []
        return [(int(d["version"]), str(d["field"]), unb64(d["salt"]), str(d["text"])) for d in told]
    except (canonical.CanonicalError, NoteError, TypeError, KeyError, ValueError) as error:
        raise BundleError("disclosed-unreadable", why=error) from error
