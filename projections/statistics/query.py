"""Questions about the figures of a year. Of what lasts, the caller says which day counts: rows know no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure: how much of which part of a measure an organ has, and on how many entries that rests."""

    organ: str
    measure: str
    of: str
    value: int
    entries: int


_OF_YEAR: Final = (
    "SELECT organ, measure, part, value, position FROM views.figures"
    " WHERE ledger = %(ledger)s AND since IS NULL AND year = %(year)s"
)
_LASTING: Final = (
    "SELECT organ, measure, part, value, position FROM views.figures"
    " WHERE ledger = %(ledger)s AND since IS NOT NULL AND since <= %(day)s AND (until IS NULL OR until > %(day)s)"
)
_ORGAN: Final = " AND organ = %(organ)s"


def annual(
    connection: psycopg.Connection[Any], ledger: str, year: int, day: date, *, organ: str | None = None
) -> list[FigureRow]:
    """The figures of a year by organ, measure and part.

    Args:
        connection: of a role that reads.
        ledger: which.
        year: by legal dates.
        day: that counts for what lasts: the last of the year, or today.
        organ: the only one; None for all.
    """
    with connection.cursor(row_factory=class_row(FigureRow)) as cursor:
        return cursor.execute(
            'SELECT organ, measure, part AS "of", sum(value)::bigint AS value, count(*) AS entries'
            f" FROM ({_both(organ)}) AS figures GROUP BY organ, measure, part ORDER BY organ, measure, part",
            {"ledger": ledger, "year": year, "day": day, "organ": organ},
        ).fetchall()


def positions(
    connection: psycopg.Connection[Any],
    ledger: str,
    year: int,
    day: date,
    figure: FigureRow,
    *,
    limit: int,
    after: int = -1,
) -> list[int]:
    """The entries on which a figure rests, by position; `after` is the last position already seen."""
    rows = connection.execute(
        f"SELECT position FROM ({_both(figure.organ)}) AS figures WHERE measure = %(measure)s AND part = %(part)s"
        " AND position > %(after)s ORDER BY position LIMIT %(limit)s",
        {
            "ledger": ledger, "year": year, "day": day, "organ": figure.organ, "measure": figure.measure,
            "part": figure.of, "after": after, "limit": limit,
        },
    ).fetchall()  # fmt: skip
    return [position for (position,) in rows]


def _both(organ: str | None) -> str:
    wanted = _ORGAN if organ is not None else ""
    return f"{_OF_YEAR}{wanted} UNION ALL {_LASTING}{wanted}"
