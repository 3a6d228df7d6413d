"""All checks of a bundle for a report over many files but the report itself: who knows the facts computes that anew.

The leaves of the whole ledger lead to the root that was signed, each entry has its leaf among them, and the list of
heads, whose root was signed as well, says which streams there are and where each ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from ledger import hashing
from ledger.bundle import Bundle, BundleError
from ledger.entry import Entry, EntryError, format_time, parse
from ledger.packed import Head, heads_in, unpacked
from ledger.proof.checkpoint import Heads, head_leaf, heads_origin
from ledger.proof.merkle import root
from ledger.proof.note import Note
from ledger.proof.tiles import split, tiles_of
from ledger.verify import signed
from ledger.verify.parts import Signed, kept_laws, laws_of
from ledger.verify.signatures import by_log
from ledger.verify.verdict import Trust, Verdict, Wrong

Reads = Callable[[str], bool]
"""Whether a report rests on a stream."""


@dataclass(slots=True)
class Followed:
    """What going through the entries once has found: where each stream ends, when each was recorded, which law."""

    ends: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    times: list[tuple[int, str, str]] = field(default_factory=list)  # position, recorded_at, stream
    laws: dict[str, tuple[int, str]] = field(default_factory=dict)  # the first entry that names it
    missing: Wrong | None = None


def verify_many(bundle: Bundle, trust: Trust, reads: Reads) -> Verdict:
    """Check a bundle for a report, all but the report.

    Args:
        bundle: the bundle.
        trust: what the reader brings along.
        reads: whether the report rests on a stream, so that all of it has to be there.

    Raises:
        BundleError: a part of it is missing or cannot be read.
        NoteError: a note in it cannot be read.
    """
    verdict = Verdict(bundle.ledger, None, bundle.size)
    parts = Signed(bundle, trust)
    note = Note.parse(parts.file("heads"))
    heads, listed = Heads.parse(note.text), list(heads_in(bundle))
    leaves = _leaves(bundle)
    verdict.run("checkpoint", lambda: signed.checkpoint(parts, trust, verdict))
    verdict.run("inclusion", lambda: _tree(parts, leaves))
    followed = Followed()
    verdict.run("entries", lambda: _follow(bundle, leaves, followed))
    verdict.run("time", lambda: _in_time(followed))
    verdict.run("completeness", lambda: _complete(parts, note, heads, listed, followed, reads))
    if trust.since is not None or trust.checkpoint is not None:
        verdict.run("consistency", lambda: signed.consistent(parts, trust))
    verdict.run("law", lambda: _laws(bundle, followed))
    return verdict


def _leaves(bundle: Bundle) -> list[bytes]:
    """The leaves of the ledger, out of the tiles; as far as they are there, whole and no more than were signed."""
    found: list[bytes] = []
    for tile in tiles_of(bundle.size):
        if tile.level > 0:
            break
        content = bundle.files.get(tile.path)
        if content is None or len(content) != tile.width * hashing.SIZE:
            raise BundleError("part-missing", name=tile.path)
        found += split(content)
    return found


def _tree(parts: Signed, leaves: list[bytes]) -> int:
    """The leaves lead to the root that was signed."""
    if root(leaves) != parts.at.root:
        raise Wrong("tiles-differ", size=parts.at.size)
    return len(leaves)


def _follow(bundle: Bundle, leaves: list[bytes], followed: Followed) -> int:
    """Each entry is the one that was sealed at its position, and follows the one before it on its stream."""
    before, prev, stream, version = "", hashing.NO_LEAF, "", 0
    for number, (raw, entry) in enumerate(_entries(bundle), 1):
        header, leaf = entry.header, hashing.leaf_hash(raw)
        place = (header.position, header.stream)
        if header.ledger != bundle.ledger:
            raise Wrong("foreign-entry", *place, ledger=header.ledger, stream=header.stream)
        if header.position >= len(leaves) or leaf != leaves[header.position]:
            raise Wrong("entry-differs", *place)
        if header.stream != stream:
            if header.stream <= before:
                raise Wrong("stream-out-of-place", *place, number=number)
            before, stream, version, prev = header.stream, header.stream, 0, hashing.NO_LEAF
        if header.version <= version:
            raise Wrong("version-out-of-place", *place, version=header.version, expected=version + 1)
        if header.version != version + 1:
            followed.missing = followed.missing or Wrong("step-left-out", *place, version=version + 1)
        elif header.prev != prev:
            raise Wrong("other-before", *place, version=header.version)
        version, prev = header.version, leaf.hex()
        followed.ends[stream] = (version, leaf)
        followed.times.append((header.position, format_time(header.recorded_at), header.stream))
        for digest in laws_of(entry):
            followed.laws.setdefault(digest, place)
    return len(followed.times)


def _entries(bundle: Bundle) -> Iterator[tuple[bytes, Entry]]:
    for number, raw in enumerate(unpacked(bundle), 1):
        try:
            yield raw, parse(raw)
        except EntryError as error:
            raise Wrong("entry-unreadable", None, None, number=number, why=error) from error


def _in_time(followed: Followed) -> int:
    """Times of recording increase with positions, across all streams."""
    for (_, before, _), (position, at, stream) in pairwise(sorted(followed.times)):
        if at <= before:
            raise Wrong("time-not-later", position, stream, at=at, before=before)
    return len(followed.times)


def _complete(parts: Signed, note: Note, heads: Heads, listed: list[Head], followed: Followed, reads: Reads) -> int:
    """Every stream that the report rests on is there to its last step, as the heads say that were signed."""
    by_log(note, parts.bundle.ledger, parts.policy)
    if (heads.origin, heads.size, heads.root) != (heads_origin(parts.bundle.ledger), parts.at.size, parts.at.root):
        raise Wrong("heads-of-another", origin=heads.origin, size=heads.size, expected=parts.at.size)
    if (len(listed), root(head_leaf(*head) for head in listed)) != (heads.streams, heads.heads_root):
        raise Wrong("list-of-heads-differs", size=heads.size)
    if sum(version for _, version, _ in listed) != heads.size:
        raise Wrong("heads-miscounted", size=heads.size)
    if followed.missing is not None:
        raise followed.missing
    ends = dict(followed.ends)
    for stream, version, leaf in listed:
        end = ends.pop(stream, None)
        if end is None and reads(stream):
            raise Wrong("stream-left-out", None, stream, stream=stream)
        if end is not None and end != (version, leaf):
            raise Wrong("stream-cut-off", None, stream, stream=stream, version=end[0], last=version)
    if ends:
        raise Wrong("stream-not-listed", None, min(ends), stream=min(ends))
    return len(listed)


def _laws(bundle: Bundle, followed: Followed) -> int:
    """The law is the one whose digests the entries hold."""
    for digest, place in followed.laws.items():
        if f"law/{digest}.json" not in bundle.files:
            raise Wrong("law-missing", *place, digest=digest)
    return kept_laws(bundle)
