"""The sealer (封存): looks at what is new, signs that nothing else has changed, and otherwise refuses to sign.

It is a process of its own, reads the database and writes nothing there. Each round it follows the new entries from its
own record, never from what the database says about them, puts the outcome down durably, and only then signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, Protocol

from ledger import canonical, hashing
from ledger.entry import EntryError, parse
from ledger.faults import FaultAt
from ledger.proof.chain import BrokenLog
from ledger.proof.checkpoint import Checkpoint, Heads, head_leaf, heads_origin, origin
from ledger.proof.merkle import Frontier, root
from ledger.proof.note import COSIGNS, Note, SignatureError, SigningKey
from ledger.sealing.kept import prune
from ledger.sealing.record import Sealed, SealRecord
from ledger.sealing.site import Site

TOLERANCE: Final = timedelta(seconds=5)
"""How far clocks may be apart, and how long an append may take from its time to its commit."""

RECOVERY: Final = "ledger.recovery-recorded/1"
"""The type of the entry with which a named person lets the sealer go on."""

HEARTBEAT: Final = timedelta(seconds=60)
"""How often a checkpoint is signed anew where nothing changes, so that silence shows; how often heads are signed."""

_PORTION: Final = 1 << 14  # entries that are followed before the record advances


class SealRefused(FaultAt):
    """The ledger is not as it was signed, or what is new cannot have come through the log: nothing is signed.

    `signed` is what was signed last, size and root, which a recovery has to name.
    """

    def __init__(self, code: str, ledger: str, position: int, /, **facts: Any) -> None:
        super().__init__(code, position, **facts)
        self.ledger = ledger
        self.signed = ""

    @property
    def en(self) -> str:
        """What is wrong and where, in English."""
        last = f"; signed last: {self.signed}" if self.signed else ""
        return f"{self.ledger}, position {self.position}: {self.why}{last}"

    @property
    def zh(self) -> str:
        """What is wrong and where, in Chinese."""
        last = f"；最后签名的规模与根：{self.signed}" if self.signed else ""
        return f"{self.ledger}，位置{self.position}：{self.why_zh}{last}"


class Source(Protocol):
    """The entries of one ledger, as the database has them."""

    def size(self) -> int:
        """How many there are."""

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        """Those from one position up to another, in their order."""

    def typed(self, type_: str) -> Iterator[bytes]:
        """Those of one type, in their order."""


@dataclass(slots=True)
class Sealer:
    """The sealer of one ledger.

    Args of the constructor: the key carries the ledger's origin as its name; `simulated` ledgers have no time that
    could be checked; `cosign` hands a checkpoint to witnesses, and returns it with what they signed; `stamp`
    has its text timestamped by an authority, once for each note of heads.
    """

    ledger: str
    source: Source
    record: SealRecord
    site: Site
    keys: Sequence[SigningKey]
    simulated: bool
    cosign: Callable[[Note, int], Note] = lambda note, _: note
    stamp: Callable[[bytes], bytes | None] = lambda _: None
    _signed_at: datetime | None = None
    _heads_at: datetime | None = None

    def round(self, now: datetime, *, with_heads: bool = False) -> Checkpoint:
        """Seal what is new. `with_heads` signs the heads now, as an export asks; otherwise once a minute.

        Returns:
            The checkpoint that is published.

        Raises:
            SealRefused: the database is behind what was signed, disagrees with it, or holds what cannot be.
        """
        sealed = self.record.of(self.ledger)
        before = sealed.chain.size
        try:
            self._follow(sealed, now)
        except SealRefused as refused:
            sealed = self._begun_anew(refused)
            before = -1
            self._follow(sealed, now)
        checkpoint = Checkpoint(origin(self.ledger), sealed.chain.size, sealed.frontier.root())
        published = self.site.note("checkpoint")
        stale = self._signed_at is None or now - self._signed_at >= HEARTBEAT
        if stale or sealed.chain.size != before or published is None or published.text != checkpoint.text():
            self._sign(checkpoint, now)
        heads = self.site.note("heads")
        current = heads is not None and Heads.parse(heads.text).size == checkpoint.size
        due = self._heads_at is None or now - self._heads_at >= HEARTBEAT
        if not current and (with_heads or due):
            self._sign_heads(sealed, checkpoint, now)
        return checkpoint

    def _follow(self, sealed: Sealed, now: datetime) -> None:
        """Bring the record up to the end of the ledger; what is published of it as tiles is durable before."""
        end = self.source.size()
        start = sealed.chain.size
        if end < start:
            raise SealRefused("cut-off", self.ledger, end, end=end, signed=start)
        if start > 0:
            self._recognise(sealed)
        published = self._published()
        if published is not None and published.size > start:
            self._agrees(sealed, published)
        entries = self.source.entries(start, end)
        earliest = sealed.round_at
        while portion := list(islice(entries, _PORTION)):
            self._take(sealed, portion, earliest, now)
        if sealed.chain.size != end:
            raise SealRefused("entry-gone-counted", self.ledger, sealed.chain.size, count=end)
        sealed.round_at = now
        self.record.advance(sealed, {})

    def _begun_anew(self, refused: SealRefused) -> Sealed:
        """What is sealed after a recovery that somebody has recorded: nothing yet, all of it is followed again.

        What was published stays beside it under the size that was signed: whoever holds a checkpoint of it finds out
        whether the ledger still grew from there.

        Raises:
            SealRefused: as before, where the ledger records no recovery from what was signed.
        """
        signed, published = self.record.of(self.ledger), self._published()
        size, root = signed.chain.size, signed.frontier.root()
        if published is not None and published.size > size:
            size, root = published.size, published.root
        if not any(_recovers(entry, size, root) for entry in self.source.typed(RECOVERY)):
            refused.signed = f"{size} {root.hex()}"
            raise refused
        self.site.put_aside(size)
        self.record.forget(self.ledger)
        return self.record.of(self.ledger)

    def _recognise(self, sealed: Sealed) -> None:
        last = sealed.chain.size - 1
        (entry,) = list(self.source.entries(last, last + 1)) or [b""]
        if hashing.leaf_hash(entry) != sealed.last_leaf:
            raise SealRefused("not-the-signed-one", self.ledger, last)

    def _published(self) -> Checkpoint | None:
        """The checkpoint that is published, if it is signed with one of the keys."""
        note = self.site.note("checkpoint")
        try:
            signed = note is not None and note.checked([key.verifier for key in self.keys])
        except SignatureError:  # somebody else's: it is written over
            return None
        return Checkpoint.parse(note.text) if note is not None and signed else None

    def _agrees(self, sealed: Sealed, published: Checkpoint) -> None:
        """Whether the ledger still is what was signed, where the record was lost or is an older one than that.

        A record is durable before anything is signed, so what is published is ahead of it for no other reason.
        """
        start, frontier = sealed.chain.size, Frontier(sealed.chain.size, sealed.frontier.peaks)
        frontier.extend(map(hashing.leaf_hash, self.source.entries(start, published.size)))
        if frontier.size != published.size:
            raise SealRefused("cut-off", self.ledger, frontier.size, end=frontier.size, signed=published.size)
        if frontier.root() != published.root:
            raise SealRefused("altered-before", self.ledger, published.size - 1)

    def _take(self, sealed: Sealed, portion: list[bytes], earliest: datetime | None, now: datetime) -> None:
        chain, start = sealed.chain, sealed.chain.size
        streams = set()
        try:
            leaves = chain.follow(portion)
        except BrokenLog as broken:
            raise SealRefused(broken.code, self.ledger, chain.size, **broken.facts) from broken
        for position, entry in enumerate(portion, start):
            header = parse(entry).header
            streams.add(header.stream.encode())
            if not self.simulated:
                self._in_time(position, header.recorded_at, earliest, now)
        self.site.grow(start, leaves)
        sealed.frontier.extend(leaves)
        sealed.last_leaf = leaves[-1]
        self.record.advance(sealed, {stream: chain.heads[stream] for stream in streams})

    def _in_time(self, position: int, at: datetime, earliest: datetime | None, now: datetime) -> None:
        if earliest is not None and at < earliest - TOLERANCE:
            raise SealRefused("before-the-round", self.ledger, position, at=at, round=earliest)
        if at > now + TOLERANCE:
            raise SealRefused("in-the-future", self.ledger, position, at=at, now=now)

    def _sign(self, checkpoint: Checkpoint, now: datetime) -> None:
        self._signed_at = None  # what is left undone here, for want of room, is due in the next round
        note = self._signed(checkpoint.text(), now)
        self.site.publish(checkpoint=note)
        cosigned = self.cosign(note, checkpoint.size)
        if cosigned != note:
            self.site.publish(checkpoint=cosigned)
        # What is handed out rests on the checkpoint that is kept: a witness that was away then has signed by now.
        kept = self.site.note(f"{self.site.at(checkpoint.size)}/checkpoint")
        if kept is not None and _signers(kept) <= _signers(cosigned):
            self.site.publish(**{f"{self.site.at(checkpoint.size)}/checkpoint": cosigned})
        self._signed_at = now

    def _sign_heads(self, sealed: Sealed, checkpoint: Checkpoint, now: datetime) -> None:
        leaves = [head_leaf(stream.decode(), *head) for stream, head in sorted(sealed.chain.heads.items())]
        heads = Heads(heads_origin(self.ledger), checkpoint.size, checkpoint.root, len(leaves), root(leaves))
        note = self._signed(heads.text(), now)
        published = self.site.note("checkpoint")
        assert published is not None, "a checkpoint is published before its heads are"
        stamped = self.stamp(published.text)
        if stamped is not None:
            self.site.keep_stamp(checkpoint.size, stamped)
        self.site.keep(checkpoint.size, checkpoint=published, heads=note)
        self.site.publish(heads=note)
        prune(self.source, self.site)  # not before: until here an export rests on the notes of the size before
        self._heads_at = now

    def _signed(self, text: bytes, now: datetime) -> Note:
        """The text under the signatures of every key, each once plain and once with the time."""
        note, seconds = Note(text), int(now.timestamp())
        for key in self.keys:
            timed = SigningKey(key.name, COSIGNS, key.seed)
            note = note.signed(key).signed(timed, seconds)
        return note


def _signers(note: Note) -> set[tuple[str, bytes]]:
    return {(signature.name, signature.key_id) for signature in note.signatures}


def _recovers(entry: bytes, size: int, root: bytes) -> bool:
    """Whether an entry records the recovery from what was signed last."""
    try:
        facts = canonical.decode(parse(entry).body).get("facts", {})
    except (EntryError, canonical.CanonicalError, AttributeError):
        return False
    return type(facts) is dict and (facts.get("size"), facts.get("root")) == (size, root.hex())
