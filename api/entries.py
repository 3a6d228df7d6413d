"""From the bytes of entries to what reports read of them. Loads no database and no web framework."""

from __future__ import annotations

from typing import Final

from eventsourcing.persistence import StoredEvent

from domain.catalogue import TYPES
from domain.procedure.recorded import Recorded
from ledger.entry import parse
from ledger.mapper import Envelope, LedgerMapper

MAPPER: Final = LedgerMapper(TYPES)


def recorded(entry: bytes) -> Recorded:
    """An entry as whoever looks back sees it.

    Raises:
        EntryError, CanonicalError, CodecError: the bytes are not such an entry.
        UnknownFact: this version of the software does not know its fact.
    """
    header = parse(entry).header
    return seen(MAPPER.to_domain_event(StoredEvent(header.stream, header.version, header.type, entry)))


def seen(entry: Envelope) -> Recorded:
    """The same of an entry that was read already."""
    assert entry.position is not None, "an entry that was read has its place"
    assert entry.recorded_at is not None, "see above"
    return Recorded(
        entry.originator_id,
        entry.originator_version,
        entry.position,
        entry.recorded_at,
        entry.occurred_on,
        entry.actor,
        entry.basis,
        entry.fact,
    )
