"""What became of the numbers of a register (文号): given, voided, never used, or missing between two others.

Registers are streams of the ledger's own, so the question goes to the log; whether a document bears its number, to the
register of documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import psycopg

from domain.register.events import NumberAssigned, NumberVoided
from ledger.entry import glance
from ledger.mapper import LedgerMapper

_ENTRIES: Final = (
    "SELECT entry FROM ledger.entries WHERE ledger = %(ledger)s AND stream = %(stream)s AND version > %(after)s"
    " AND type LIKE 'register.number-assigned/%%' ORDER BY version LIMIT %(limit)s"
)
_BEFORE: Final = (
    "SELECT entry FROM ledger.entries WHERE ledger = %(ledger)s AND stream = %(stream)s AND version <= %(after)s"
    " AND type LIKE 'register.number-assigned/%%' ORDER BY version DESC LIMIT 1"
)
_VOIDED: Final = (
    "SELECT entry FROM ledger.entries WHERE ledger = %(ledger)s AND stream = %(stream)s"
    " AND type LIKE 'register.number-voided/%%' ORDER BY version"
)
_USED: Final = (
    "SELECT d.stream, d.document, d.number FROM unnest(%s::text[], %s::text[]) AS n (stream, document)"
    " JOIN views.documents AS d ON d.ledger = %s AND d.stream = n.stream AND d.document = n.document"
)


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number (文号) as given. `missing` are the sequence numbers between the one before it and its own: a gap.

    `used`: the document that it was given for was issued under it. `version` is that of the entry in the register.
    """

    version: int
    sequence: int
    number: str
    kind: str
    id: str
    document: str
    voided: bool
    used: bool
    missing: list[int]


def numbers(
    connection: psycopg.Connection[Any], mapper: LedgerMapper, ledger: str, register: str, *, limit: int, after: int = 0
) -> list[NumberRow]:
    """The numbers of a register, in the order in which they were given.

    Args:
        connection: may read.
        mapper: knows the facts of registers.
        ledger: its id.
        register: its stream, `register/<organ>/<instrument>/<year>`.
        limit: at most so many.
        after: the version of the last one already seen.
    """
    values = {"ledger": ledger, "stream": register, "after": after, "limit": limit}

    def facts(statement: str) -> list[tuple[int, object]]:
        rows = connection.execute(statement.encode(), values).fetchall()
        looked = (mapper.look(glance(entry)) for (entry,) in rows)
        return [(version, fact) for _, version, _, _, _, _, _, fact, *_ in looked]

    given = [(version, fact) for version, fact in facts(_ENTRIES) if isinstance(fact, NumberAssigned)]
    voided = {fact.sequence for _, fact in facts(_VOIDED) if isinstance(fact, NumberVoided)}
    streams, documents = [fact.stream for _, fact in given], [fact.document for _, fact in given]
    used = set(connection.execute(_USED, [streams, documents, ledger]).fetchall())
    last = max((fact.sequence for _, fact in facts(_BEFORE) if isinstance(fact, NumberAssigned)), default=0)
    found = []
    for version, fact in given:
        kind, _, id_ = fact.stream.partition("/")
        is_used = (fact.stream, fact.document, fact.number) in used
        gap = list(range(last + 1, fact.sequence))[:_MOST]
        row = NumberRow(
            version, fact.sequence, fact.number, kind, id_, fact.document, fact.sequence in voided, is_used, gap
        )
        found.append(row)
        last = fact.sequence
    return found


_MOST: Final = 1_000
"""Of the numbers missing in one gap, so many are told: a wrong number far off must not make an answer without end."""


def registers(connection: psycopg.Connection[Any], ledger: str, *, limit: int, after: str = "") -> list[str]:
    """The registers of a ledger, by name; `after` is the last one already seen."""
    rows = connection.execute(
        "SELECT stream FROM ledger.heads WHERE ledger = %s AND stream >= 'register/' AND stream < 'register0'"
        " AND stream > %s ORDER BY stream LIMIT %s",
        [ledger, after, limit],
    )
    return [stream for (stream,) in rows]
