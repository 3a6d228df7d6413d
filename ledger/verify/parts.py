"""A bundle taken apart: its notes, its entries with their leaves, its proofs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ledger import canonical, hashing
from ledger.bundle import Bundle, BundleError
from ledger.entry import Entry, EntryError, Header, parse
from ledger.proof.checkpoint import Checkpoint, Heads, head_leaf
from ledger.proof.inclusion import HeadProof, InclusionProof
from ledger.proof.merkle import ProofError
from ledger.proof.note import Note
from ledger.verify.keys import trusted
from ledger.verify.verdict import Trust, Wrong


class Signed:
    """What of a bundle was signed.

    `own` is the checkpoint in the bundle; `note` and `at` the one that is checked against, which the reader may have
    brought along: same size, other signatures.
    """

    def __init__(self, bundle: Bundle, trust: Trust) -> None:
        """Take a bundle apart.

        Raises:
            BundleError: a part is missing.
            NoteError: a note or proof in it cannot be read.
        """
        self.bundle = bundle
        self.note = Note.parse(self.file("checkpoint"))
        self.own = Checkpoint.parse(self.note.text)
        if trust.checkpoint is not None and Checkpoint.parse(trust.checkpoint.text).size == self.own.size:
            self.note = trust.checkpoint
        self.at = Checkpoint.parse(self.note.text)
        self.policy = trusted(bundle, trust.policy)

    def file(self, name: str) -> bytes:
        """A file of the bundle that has to be there."""
        if name not in self.bundle.files:
            raise BundleError("part-missing", name=name)
        return self.bundle.files[name]


class Parts(Signed):
    """The parts of a bundle of one file that every check needs."""

    def __init__(self, bundle: Bundle, trust: Trust) -> None:
        """Take a bundle apart; see `Signed`."""
        super().__init__(bundle, trust)
        self.proofs = [InclusionProof.parse(content) for content in bundle.below("proofs").values()]
        self.head = HeadProof.parse(self.file("head.proof"))
        self.heads = Heads.parse(self.head.checkpoint.text)
        self._raw = list(bundle.below("entries").values())

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries by version.

        Raises:
            Wrong: one of them is none, or there is none.
        """
        found = []
        for number, raw in enumerate(self._raw, 1):
            try:
                found.append(parse(raw))
            except EntryError as error:
                raise Wrong("entry-unreadable", None, self.bundle.stream, number=number, why=error) from error
        if not found:
            raise Wrong("no-entries", None, self.bundle.stream)
        return found

    @property
    def headers(self) -> list[Header]:
        """Their headers."""
        return [entry.header for entry in self.entries]

    @cached_property
    def leaves(self) -> list[bytes]:
        """Their leaves."""
        return [hashing.leaf_hash(raw) for raw in self._raw]

    def included(self, number: int) -> bool:
        """Whether a proof leads from the entry of this number, from 1, to the root."""
        try:
            self.proofs[number - 1].check(self.leaves[number - 1], self.at.size, self.at.root)
        except (ProofError, IndexError):
            return False
        return True

    def is_head(self) -> bool:
        """Whether the last entry is the last of its stream in the heads that were signed."""
        leaf = head_leaf(self.bundle.stream, len(self.leaves), self.leaves[-1])
        try:
            self.head.check(leaf, self.heads.streams, self.heads.heads_root)
        except ProofError:
            return False
        return True


def members(entry: Entry, name: str) -> dict[str, Any]:
    """The members of an object in an entry's body; none where there is no such object.

    A bundle may hold what was never an entry: what it lacks is missed, and what is wrong with it said elsewhere.
    """
    try:
        body = canonical.decode(entry.body)
    except canonical.CanonicalError:
        return {}
    found = body.get(name) if type(body) is dict else None
    return found if type(found) is dict else {}


def laws_of(entry: Entry) -> Iterator[str]:
    """The digests of the texts of law that an entry rests on."""
    law = members(entry, "law")
    yield from (str(law[name]) for name in ("regime_digest", "calendar_digest") if law.get(name))


def kept_laws(bundle: Bundle) -> int:
    """How many texts of law a bundle holds; `Wrong` where one is not what its name says."""
    kept = [(name.partition(".")[0], content) for name, content in bundle.below("law").items()]
    for digest, content in kept:
        if hashing.digest(content).hex() != digest:
            raise Wrong("file-differs", digest=digest)
    return len(kept)
