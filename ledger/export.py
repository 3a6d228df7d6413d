"""Making a bundle (取证): the entries of a file, and the proofs of them out of what the sealer has published.

A proof is checked before it is handed out: what was altered in the database or in a tile is said to whoever exports,
and not found out by the auditor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Protocol

from ledger import canonical, hashing
from ledger.bundle import Bundle
from ledger.entry import EntryError, parse
from ledger.evidence.errors import NotKept
from ledger.evidence.named import named
from ledger.evidence.store import Address, Content, Store
from ledger.faults import Fault
from ledger.proof.checkpoint import Checkpoint, Heads, head_leaf
from ledger.proof.inclusion import HeadProof, InclusionProof
from ledger.proof.merkle import ProofError, consistency_proof, inclusion_proof, nodes_of, root
from ledger.proof.note import Note, b64
from ledger.sealing.kept import handovers
from ledger.sealing.site import STAMP, Site
from ledger.verify.parts import laws_of

HOW_TO_CHECK: Final = files("ledger").joinpath("HOW-TO-CHECK.md").read_bytes()


class ExportRefused(Fault):
    """There is nothing to hand out, or what there is does not agree with what was signed."""


class Entries(Protocol):
    """What an export reads of the database."""

    def stream(self, stream: str, end: int) -> list[bytes]:
        """The entries of a stream among the first `end`, by version."""

    def heads(self, end: int) -> Iterator[tuple[str, int, bytes]]:
        """Every stream among the first `end` entries with its last version and leaf, sorted by name."""

    def law(self, digest: str) -> bytes | None:
        """A text of law that the ledger keeps."""

    def typed(self, type_: str) -> Iterator[bytes]:
        """The entries of one type on the stream of the ledger itself."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A sealed text that the reader may see: of which version and field, with the salt of its commitment."""

    version: int
    field: str
    salt: bytes
    text: str


def export(
    ledger: str,
    stream: str,
    source: Entries,
    site: Site,
    *,
    since: Note | None = None,
    disclosed: tuple[Disclosure, ...] = (),
    evidence: Store | None = None,
) -> Bundle:
    """The bundle of one file, complete as of the newest size whose heads are signed.

    Args:
        ledger: its id.
        stream: of the file, `case/...`.
        source: the database.
        site: what the sealer has published of the ledger.
        since: a checkpoint of the auditor's, from which growth is to be proved.
        disclosed: the sealed texts to hand out.
        evidence: the store out of which the evidence is to be handed out that the entries name, as far as it is there.

    Raises:
        ExportRefused: nothing is signed yet, the file had no entry then, or database and signature disagree.
        EvidenceError, OSError: the store of evidence does not answer.
    """
    heads, note, checkpoint, found = published(ledger, source, site, since)
    entries = source.stream(stream, heads.size)
    if not entries:
        raise ExportRefused("not-sealed-yet", stream=stream, size=heads.size)
    found["head.proof"] = bytes(_head(stream, source, heads, note))
    for number, entry in enumerate(entries, 1):
        found[f"entries/{number:06}.entry"] = entry
        found[f"proofs/{number:06}.tlog-proof"] = bytes(_proof(entry, site, checkpoint))
    found |= texts_of({law for entry in entries for law in laws_of(parse(entry))}, source)
    if disclosed:
        disclosed = tuple(d for d in disclosed if d.version <= len(entries))  # what is not sealed yet is not handed out
        told = [{"version": d.version, "field": d.field, "salt": b64(d.salt), "text": d.text} for d in disclosed]
        found["disclosed.json"] = canonical.encode(told)
    pieces = _evidence(entries, evidence, ledger) if evidence is not None else {}
    return Bundle(ledger, stream, heads.size, found, pieces)


def published(
    ledger: str, source: Entries, site: Site, since: Note | None
) -> tuple[Heads, Note, Note, dict[str, bytes]]:
    """What a bundle rests on: the newest heads that are signed, their note, the checkpoint beside it.

    With the files that come of it: the checkpoint, its timestamp, changes of keys, growth from an earlier one.

    Raises:
        ExportRefused: nothing is signed yet, or what was published is not whole.
    """
    note = site.note("heads")
    if note is None:
        raise ExportRefused("nothing-sealed", ledger=ledger)
    heads = Heads.parse(note.text)
    checkpoint = site.note(f"{site.at(heads.size)}/checkpoint")
    if checkpoint is None:
        raise ExportRefused("checkpoint-gone", size=heads.size)
    found = {"checkpoint": bytes(checkpoint), "HOW-TO-CHECK.md": HOW_TO_CHECK}
    stamped = site.stamp(heads.size)
    if stamped is not None:
        found[STAMP] = stamped
    found |= dict(rotations(source, site, heads.size))
    if since is not None:
        found["consistency.proof"] = _growth(since, site, heads.size)
    return heads, note, checkpoint, found


def texts_of(digests: Collection[str], source: Entries) -> dict[str, bytes]:
    """The texts of law with these digests, as files of a bundle; `ExportRefused` where one is not as it was."""
    return {f"law/{digest}.json": _law(digest, source) for digest in sorted(digests)}


def _proof(entry: bytes, site: Site, note: Note) -> InclusionProof:
    checkpoint = Checkpoint.parse(note.text)
    try:
        position = parse(entry).header.position
    except EntryError as error:
        raise ExportRefused("stored-no-entry", why=error) from error
    try:
        path = inclusion_proof(position, checkpoint.size, site.nodes(checkpoint.size))
        proof = InclusionProof(position, tuple(path), note)
        proof.check(hashing.leaf_hash(entry), checkpoint.size, checkpoint.root)
    except (ProofError, LookupError) as error:
        raise ExportRefused("position-differs", position=position, why=error) from error
    return proof


def rotations(source: Entries, site: Site, end: int) -> Iterator[tuple[str, bytes]]:
    """Each change of keys, with its proof under the first checkpoint after it that the earlier key has signed."""
    for number, entry, _, note in handovers(source, site):
        if parse(entry).header.position < end:
            yield f"keys/{number:06}.entry", entry
            yield f"keys/{number:06}.tlog-proof", bytes(_proof(entry, site, note))


def _head(stream: str, source: Entries, heads: Heads, note: Note) -> HeadProof:
    names, leaves = [], []
    for name, version, head in source.heads(heads.size):
        names.append(name)
        leaves.append(head_leaf(name, version, head))
    if (len(leaves), root(leaves)) != (heads.streams, heads.heads_root):
        raise ExportRefused("streams-differ", size=heads.size)
    if stream not in names:
        raise ExportRefused("not-a-stream", stream=stream, size=heads.size)
    index = names.index(stream)
    return HeadProof(index, tuple(inclusion_proof(index, len(leaves), nodes_of(leaves))), note)


def _growth(since: Note, site: Site, size: int) -> bytes:
    old = Checkpoint.parse(since.text).size
    if old > size:
        raise ExportRefused("since-ahead", earlier=old, size=size)
    try:
        path = consistency_proof(old, size, site.nodes(size))
    except LookupError as error:
        raise ExportRefused("tile-missing", why=error) from error
    return "".join(f"{line}\n" for line in (f"old {old}", *map(b64, path))).encode()


def _law(digest: str, source: Entries) -> bytes:
    text = source.law(digest)
    if text is None or hashing.digest(text).hex() != digest:
        raise ExportRefused("law-differs", digest=digest)
    return text


def _evidence(entries: list[bytes], store: Store, ledger: str) -> dict[str, Content]:
    found: dict[str, Content] = {}
    for each in named(entries):
        if each.digest not in found:
            with suppress(NotKept):
                found[each.digest] = store.open(Address(ledger, each.organ, each.digest))
    return found
