"""From the bytes of entries to what reports read of them. Loads no database and no web framework."""

from __future__ import annotations

from typing import Final

from domain.catalogue import TYPES
from domain.procedure.recorded import Recorded
from ledger.entry import glance, parse
from ledger.mapper import LedgerMapper

MAPPER: Final = LedgerMapper(TYPES)


def recorded(entry: bytes) -> Recorded:
    """An entry as whoever looks back sees it.

    Raises:
        EntryError, CanonicalError, CodecError: the bytes are not such an entry.
        UnknownFact: this version of the software does not know its fact.
    """
    parse(entry)
    return Recorded(*MAPPER.look(glance(entry)))
