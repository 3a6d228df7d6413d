"""Questions about the clocks. Each is asked as of a day: the table knows dates, not whether they have passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A clock in the list. `late` says that it was settled after its end."""

    case_id: str
    deadline: str
    title_zh: str
    title_en: str
    holder: str
    nature: str
    article: str
    trigger_on: date
    due: date
    earliest: date
    latest: date
    provisional: bool
    calendar: str
    state: str
    met_on: date | None
    cancelled: str | None
    late: bool
    lapsed: bool
    subject: str


COLUMNS = (
    "case_id, deadline, title_zh, title_en, holder, nature, article, trigger_on, due, earliest, latest, provisional,"
    " calendar, state, met_on, cancelled, late, lapsed, subject"
)


def open_ones(
    connection: psycopg.Connection[Any],
    ledger: str,
    *,
    limit: int,
    after: tuple[date, str, str] | None = None,
    organ: str | None = None,
) -> list[DeadlineRow]:
    """Clocks that run, the one that ends first at the top; `after` is (latest, case, deadline) of the last row seen.

    With an `organ`, those that it holds or of cases about it.
    """
    return _rows(
        connection,
        f"SELECT {COLUMNS} FROM views.deadlines WHERE ledger = %s AND state = 'running'"  # noqa: S608  # constants
        " AND (%s::text IS NULL OR %s IN (holder, subject))"
        " AND (%s::date IS NULL OR (latest, case_id, deadline) > (%s, %s, %s))"
        " ORDER BY latest, case_id, deadline LIMIT %s",
        (ledger, organ, organ, after[0] if after else None, *(after or (None, None, None)), limit),
    )


def of_case(connection: psycopg.Connection[Any], ledger: str, case_id: str) -> list[DeadlineRow]:
    """All clocks of a case, in the order in which they were set going."""
    return _rows(
        connection,
        f"SELECT {COLUMNS} FROM views.deadlines WHERE ledger = %s AND case_id = %s"  # noqa: S608  # constants
        " ORDER BY trigger_on, deadline",
        (ledger, case_id),
    )


def counts(connection: psycopg.Connection[Any], ledger: str, day: date, organ: str | None = None) -> dict[str, int]:
    """How many clocks are overdue, due on `day`, running with time left, suspended, and how many are provisional."""
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE state = 'running' AND latest < %(day)s AND nature <> 'right'),"
        " count(*) FILTER (WHERE state = 'running' AND latest = %(day)s),"
        " count(*) FILTER (WHERE state = 'running' AND latest > %(day)s),"
        " count(*) FILTER (WHERE state = 'suspended'),"
        " count(*) FILTER (WHERE state = 'running' AND provisional)"
        " FROM views.deadlines WHERE ledger = %(ledger)s"
        " AND (%(organ)s::text IS NULL OR %(organ)s IN (holder, subject))",
        {"ledger": ledger, "day": day, "organ": organ},
    ).fetchone()
    assert row is not None
    return dict(zip(("overdue", "today", "running", "suspended", "provisional"), row, strict=True))


def _rows(connection: psycopg.Connection[Any], statement: str, values: tuple[Any, ...]) -> list[DeadlineRow]:
    with connection.cursor(row_factory=class_row(DeadlineRow)) as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
