"""Questions about the list of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list. `position` is the last position of the log that the row rests on."""

    case_id: str
    regime: str
    supervisor: str
    subject: str
    origin: str
    opened_on: date
    stage: str
    stage_zh: str
    stage_en: str
    closed: bool
    last_on: date
    numbers: list[str]
    version: int
    position: int


def newest(
    connection: psycopg.Connection[Any],
    ledger: str,
    *,
    limit: int,
    after: tuple[date, str] | None = None,
    organ: str | None = None,
) -> list[CaseRow]:
    """Cases by their last step, the newest first; `after` is the (last_on, case_id) of the last row already seen.

    With an `organ`, those that it keeps or that are about it.
    """
    with connection.cursor(row_factory=class_row(CaseRow)) as cursor:
        cursor.execute(
            "SELECT case_id, regime, supervisor, subject, origin, opened_on, stage, stage_zh, stage_en, closed,"
            " last_on, numbers, version, position FROM views.cases WHERE ledger = %(ledger)s"
            " AND (%(day)s::date IS NULL OR last_on < %(day)s OR (last_on = %(day)s AND case_id > %(case)s))"
            " AND (%(organ)s::text IS NULL OR %(organ)s IN (supervisor, subject))"
            " ORDER BY last_on DESC, case_id LIMIT %(limit)s",
            {
                "ledger": ledger,
                "day": after[0] if after else None,
                "case": after[1] if after else None,
                "limit": limit,
                "organ": organ,
            },
        )
        return cursor.fetchall()
