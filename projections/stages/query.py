"""Questions about how long things take: at each stage of a file, and in whose hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from projections.scope import found


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long stays took that ended in a span of time: how many, and days: the middle, nine in ten, the longest."""

    kind: str
    regime: str
    stage: str
    stage_zh: str
    stage_en: str
    count: int
    median: int
    p90: int
    longest: int


def times(
    connection: psycopg.Connection[Any],
    ledger: str,
    since: date,
    until: date,
    subject: str | None = None,
    who: Sequence[str] | None = None,
) -> list[StageTime]:
    """By kind, regulation and stage: how many calendar days the stays took that ended from one day to another.

    `who` is somebody's organ and person, for the files that they may read; None for all.
    """
    mine, parties = ("", {}) if who is None else (f" AND {found('s')}", {"who": list(who), "organ": who[0]})
    with connection.cursor(row_factory=class_row(StageTime)) as cursor:
        return cursor.execute(
            # Stays of equal length are counted first: to sort them all by five texts took ten times as long.
            "WITH lengths AS (SELECT kind, regime, stage, min(stage_zh) AS stage_zh, min(stage_en) AS stage_en,"
            " until - since AS days, count(*) AS stays"
            " FROM views.stays AS s WHERE s.ledger = %(ledger)s AND until BETWEEN %(since)s AND %(until)s"
            f" AND (%(subject)s::text IS NULL OR subject = %(subject)s){mine}"
            " GROUP BY kind, regime, stage, until - since), ranks AS (SELECT *,"
            " sum(stays) OVER (PARTITION BY kind, regime, stage) AS total,"
            " sum(stays) OVER (PARTITION BY kind, regime, stage ORDER BY days) AS upto FROM lengths)"
            " SELECT kind, regime, stage, min(stage_zh) AS stage_zh, min(stage_en) AS stage_en,"
            " max(total)::bigint AS count, min(days) FILTER (WHERE upto >= 0.5 * total) AS median,"
            " min(days) FILTER (WHERE upto >= 0.9 * total) AS p90, max(days) AS longest FROM ranks"
            " GROUP BY kind, regime, stage ORDER BY kind, regime, stage",
            {"ledger": ledger, "since": since, "until": until, "subject": subject, **parties},
            prepare=False,  # a plan for any two days, which a prepared one becomes, takes three times as long
        ).fetchall()


def of_file(
    connection: psycopg.Connection[Any], ledger: str, stream: str
) -> list[tuple[str, str, str, date, date | None]]:
    """The stays of one file: stage, its two names, since when and until when."""
    return connection.execute(
        "SELECT stage, stage_zh, stage_en, since, until FROM views.stays WHERE ledger = %s AND stream = %s"
        " ORDER BY version",
        [ledger, stream],
    ).fetchall()
