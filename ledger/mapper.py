"""Between the event that the domain knows and the bytes that the log keeps: envelope and mapper.

Stored names are the catalogue's, never a module path, and a name that is not in it is refused: the library would import
whatever a row names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent, Transcoder

from domain.identity import Actor, Sealed
from ledger import canonical, entry, hashing
from ledger.codec import CodecError, codec
from ledger.entry import Glanced

Upcast = Callable[[Any], Any]
"""Makes a newer fact of an older one; pure."""

LATE_REASON: Final = "late_reason"


class UnknownFact(LookupError):  # noqa: N818  # named for what was met, like Python's own KeyError and StopIteration
    """The catalogue has no such stored name, or no name under which this fact may be written."""


@dataclass(frozen=True, slots=True)
class LawUsed:
    """The law a step used (适用法规): versions of the regime and the calendar, each with its digest in hexadecimal."""

    regime: str | None = None
    regime_digest: str | None = None
    calendar: str | None = None
    calendar_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the decider was shown of another stream: everything up to this version."""

    stream: str
    version: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """A fact with everything the log says about it; what the library calls a domain event.

    `request` is the digest of the idempotency key, in hexadecimal. `late_reason` is why the fact was recorded late
    (补录理由). `type` is the stored name; `position`, `recorded_at` and `leaf` are there once it is recorded.
    """

    originator_id: str
    originator_version: int
    fact: Any
    occurred_on: date
    actor: Actor
    basis: tuple[str, ...] = ()
    law: LawUsed | None = None
    seen: tuple[Seen, ...] = ()
    occurred_at: datetime | None = None
    late_reason: Sealed | None = None
    request: str | None = None
    type: str = ""
    position: int | None = None
    recorded_at: datetime | None = None
    leaf: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Body:
    """The members of an entry's body other than `facts`, in the order of the envelope's fields."""

    occurred_on: date
    actor: Actor
    basis: tuple[str, ...] = ()
    law: LawUsed | None = None
    seen: tuple[Seen, ...] = ()
    occurred_at: datetime | None = None
    late_reason: Sealed | None = None
    request: str | None = None


_BODY: Final = codec(_Body)
_OVERLOOKED: Final = ("law", "seen", "occurred_at")
"""Members of a body that `LedgerMapper.look` has no use for, and so does not spend time on."""


Looked = tuple[str, int, int, datetime, date, Actor, tuple[str, ...], Any, str | None, bool]
"""What `LedgerMapper.look` sees of an entry, in the order of `domain.procedure.recorded.Recorded`."""


class CanonicalTranscoder(Transcoder):
    """The library's seam for encodings: plain data as canonical JSON."""

    def encode(self, obj: Any) -> bytes:
        """The canonical bytes of plain data."""
        return canonical.encode(obj)

    def decode(self, data: bytes) -> Any:
        """The plain data of JSON bytes."""
        return canonical.decode(data)


class LedgerMapper(Mapper[str]):
    """Maps envelopes to stored events and back. `StoredEvent.state` is the body when written, the entry when read.

    Args:
        types: the catalogue, stored name to class; every name ever used.
        upcasters: by the stored name they read, what makes the newer fact; a name with an upcaster is written no more.

    Raises:
        ValueError: the catalogue cannot work: two names for a class, or a field of a fact named `late_reason`.
        CodecError: a class cannot be stored.
    """

    def __init__(self, types: Mapping[str, type], upcasters: Mapping[str, Upcast] | None = None) -> None:
        super().__init__(CanonicalTranscoder())
        self._upcasters = dict(upcasters or {})
        self._codecs = {name: codec(cls) for name, cls in types.items()}
        self._names = {(name.partition(".")[0], cls): name for name, cls in types.items()}
        if len(self._names) != len(types):
            raise ValueError("two stored names for one class in one kind of stream")
        if any(LATE_REASON in made.sealed_fields for made in self._codecs.values()):
            raise ValueError(f"the sealed field {LATE_REASON} is the envelope's")
        if unknown := self._upcasters.keys() - types.keys():
            raise ValueError(f"upcasters of names that are not in the catalogue: {sorted(unknown)}")

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The body of an envelope, under the stored name of its fact.

        Raises:
            UnknownFact: the fact's class may not be written.
            CodecError, CanonicalError: a value in it cannot be stored.
        """
        envelope = cast("Envelope", domain_event)
        name = self._names.get((str(envelope.originator_id).partition("/")[0], type(envelope.fact)))
        if name is None or name in self._upcasters or envelope.type not in ("", name):
            raise UnknownFact(f"no name to write a {type(envelope.fact).__name__} under")
        e = envelope
        body = _Body(e.occurred_on, e.actor, e.basis, e.law, e.seen, e.occurred_at, e.late_reason, e.request)
        members, sealed = _BODY.encode(body)
        members["facts"], commitments = self._codecs[name].encode(e.fact)
        members["sealed"] = sealed | commitments
        state = canonical.encode({member: value for member, value in members.items() if value})
        return StoredEvent(e.originator_id, e.originator_version, name, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Envelope:
        """The envelope of an entry, its fact in the newest form.

        Raises:
            EntryError, CanonicalError, CodecError: the bytes are not such an entry, or not the row's.
            UnknownFact: the catalogue does not know the type.
        """
        state = stored_event.state
        header, content = entry.parse(state)
        row = (stored_event.originator_id, stored_event.originator_version, stored_event.topic)
        if (header.stream, header.version, header.type) != row:
            raise entry.EntryError("row-differs", row=row, header=header)
        fact, body = self._read(header.type, canonical.decode(content))
        occurred_on, actor, basis, law, seen, occurred_at, late_reason, request = body
        return Envelope(
            header.stream,
            header.version,
            fact,
            occurred_on,
            actor,
            basis,
            law,
            seen,
            occurred_at,
            late_reason,
            request,
            header.type,
            header.position,
            header.recorded_at,
            hashing.leaf_hash(state),
        )

    def look(self, glanced: Glanced) -> Looked:
        """What an entry of the log says, without its leaf and with its header taken at its word (`entry.glance`).

        Which law and other streams its decider was shown is not looked at: an audit does that.

        Raises:
            CanonicalError, CodecError, ValueError: the body is not one of such an entry.
            UnknownFact: the catalogue does not know the type.
        """
        _, position, stream, version, type_, recorded_at, content = glanced
        members = canonical.decode(content)
        for name in _OVERLOOKED:
            members.pop(name, None)
        fact, body = self._read(type_, members)
        on, actor, basis, _, _, _, late_reason, request = body
        at = datetime.fromisoformat(recorded_at)
        return stream, version, position, at, on, actor, basis, fact, request, late_reason is not None

    def _read(self, name: str, members: Any) -> tuple[Any, tuple[Any, ...]]:
        """The fact in its newest form, and the other members of the body in the order of the envelope's fields."""
        made = self._codecs.get(name)
        if made is None:
            raise UnknownFact(f"the catalogue has no {name}")
        facts, sealed = members.pop("facts", {}), members.pop("sealed", {})
        if type(sealed) is not dict:
            raise CodecError(f"not an object: {sealed!r}")
        reason = {LATE_REASON: sealed.pop(LATE_REASON)} if LATE_REASON in sealed else {}
        body, fact = _BODY.values(members, reason), made.decode(facts, sealed)
        while name in self._upcasters:
            fact = self._upcasters[name](fact)
            name = self._names[name.partition(".")[0], type(fact)]
        return fact, body
