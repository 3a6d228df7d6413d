"""Questions about the list of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from projections.scope import VISIBLE


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file in the list. `position` is the last position of the log that the row rests on."""

    kind: str
    id: str
    regime: str
    supervisor: str
    subject: str | None
    person: str | None
    origin: str | None
    opened_on: date
    stage: str
    stage_zh: str
    stage_en: str
    closed: bool
    last_on: date
    handlers: list[str]
    numbers: list[str]
    version: int
    position: int


COLUMNS: Final = (
    "f.kind, f.id, f.regime, f.supervisor, f.subject, f.person, f.origin, f.opened_on, f.stage, f.stage_zh,"
    " f.stage_en, f.closed, f.last_on, f.handlers, f.numbers, f.version, f.position"
)


def newest(
    connection: psycopg.Connection[Any],
    ledger: str,
    kind: str,
    *,
    limit: int,
    after: tuple[date, str] | None = None,
    who: Sequence[str] | None = None,
) -> list[FileRow]:
    """Files of a kind by their last step, the newest first; `after` is the (last_on, id) of the last row already seen.

    `who` is somebody's organ and person, for those that they may read; None for all.
    """
    values: dict[str, Any] = {"ledger": ledger, "kind": kind, "limit": limit}
    if after is not None:
        values |= {"day": after[0], "last": f"{kind}/{after[1]}"}
    if who is not None:
        values |= {"who": list(who)} | dict(zip(("organ", "oneself"), who, strict=True))
    with connection.cursor(row_factory=class_row(FileRow)) as cursor:
        return cursor.execute(
            _of(behind=after is not None) if who else _all(behind=after is not None), values
        ).fetchall()


def named(connection: psycopg.Connection[Any], ledger: str, streams: Sequence[str]) -> dict[str, FileRow]:
    """The files of these streams, by stream. Whoever asks was told of the streams by a list within their scope."""
    with connection.cursor(row_factory=class_row(FileRow)) as cursor:
        rows = cursor.execute(
            f"SELECT {COLUMNS} FROM views.files AS f WHERE f.ledger = %s AND f.stream = ANY (%s)",
            [ledger, list(streams)],
        ).fetchall()
    return {f"{row.kind}/{row.id}": row for row in rows}


@cache
def _all(*, behind: bool) -> str:
    return (
        f"SELECT {COLUMNS} FROM views.files AS f WHERE f.ledger = %(ledger)s AND f.kind = %(kind)s"
        f"{_behind('f') if behind else ''} ORDER BY f.last_on DESC, f.stream LIMIT %(limit)s"
    )


@cache
def _of(*, behind: bool) -> str:
    one, another = (
        f"(SELECT p.last_on, p.stream FROM views.parties AS p WHERE p.party = %({party})s AND p.kind = %(kind)s"
        f" AND {VISIBLE}{_behind('p') if behind else ''} ORDER BY p.last_on DESC, p.stream LIMIT %(limit)s)"
        for party in ("organ", "oneself")
    )
    return (
        f"SELECT {COLUMNS} FROM ({one} UNION {another}) AS mine"
        " JOIN views.files AS f ON f.ledger = %(ledger)s AND f.stream = mine.stream"
        " ORDER BY mine.last_on DESC, mine.stream LIMIT %(limit)s"
    )


def _behind(table: str) -> str:
    """Behind the last row seen; said only where there is one, so that every page is a range of the index."""
    return f" AND {table}.last_on <= %(day)s AND ({table}.last_on < %(day)s OR {table}.stream > %(last)s)"
