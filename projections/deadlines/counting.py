"""The clocks counted: how they stand on a day, of whom, by day of the month; and how long those took that were met.

For `who` and `told_to` see `projections.deadlines.query.open_ones`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

import psycopg
from psycopg.rows import class_row

from projections import names
from projections.deadlines import asked
from projections.deadlines.asked import ANY, PARTIES, Which
from projections.scope import found


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clocks of open files stand how on a day, for one organ, person, regulation or article."""

    of: str
    overdue: int
    today: int
    running: int
    suspended: int
    provisional: int


def counts(
    connection: psycopg.Connection[Any],
    ledger: str,
    day: date,
    who: Sequence[str] | None = None,
    *,
    soon: date | None = None,
    which: Which = ANY,
    told_to: Sequence[str] | None = None,
) -> dict[str, int]:
    """How many clocks are overdue, due on `day`, running with time left, suspended, and how many are provisional.

    `soon` are those of the running that end up to that day; without one there are none. For `who` and `told_to` see
    `open_ones`.
    """
    named = asked.named(which)
    mine = asked.mine(who) + asked.wanted(named, told_to)
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE latest < %(day)s AND nature <> 'right'),"
        " count(*) FILTER (WHERE latest = %(day)s),"
        " count(*) FILTER (WHERE latest > %(day)s AND latest <= %(soon)s),"
        " count(*) FILTER (WHERE latest > %(day)s),"
        " (SELECT count(*) FROM views.deadlines AS d"
        f" WHERE d.ledger = %(ledger)s AND d.state = 'suspended' AND NOT d.closed{mine}),"
        " count(*) FILTER (WHERE provisional)"
        f" FROM views.deadlines AS d WHERE d.ledger = %(ledger)s AND d.state = 'running' AND NOT d.closed{mine}",
        asked.scope(ledger, who, told_to) | named | {"day": day, "soon": soon or day},
    ).fetchone()
    assert row is not None
    return dict(zip(("overdue", "today", "soon", "running", "suspended", "provisional"), row, strict=True))


By = Literal["holder", "person", "regime", "subject", "article", "kind"]
_BY: Final[dict[By, str]] = {
    "holder": "d.holder",
    "person": "unnest(d.persons)",
    "regime": "d.regime",
    "subject": "d.subject",
    "article": "d.article",
    "kind": "d.kind",
}


def tallies(
    connection: psycopg.Connection[Any],
    ledger: str,
    day: date,
    by: By,
    *,
    limit: int,
    after: tuple[int, str] | None = None,
    who: Sequence[str] | None = None,
    told_to: Sequence[str] | None = None,
) -> list[Tally]:
    """How many clocks stand how on a day, by whom or what they are of, those with most overdue first.

    `after` is (overdue, of) of the last row already seen. For `who` and `told_to` see `open_ones`.
    """
    values = asked.scope(ledger, who, told_to) | {"day": day, "limit": limit}
    tells = behind = ""
    if told_to is not None and by in {"holder", "person"}:
        tells = f" AND {names.told('d', 'd.of', *PARTIES)}"
    if after is not None:
        values |= dict(zip(("overdue", "last"), after, strict=True))
        behind = " WHERE overdue < %(overdue)s OR (overdue = %(overdue)s AND of > %(last)s)"
    with connection.cursor(row_factory=class_row(Tally)) as cursor:
        return cursor.execute(
            "SELECT * FROM (SELECT of, count(*) FILTER (WHERE runs AND latest < %(day)s AND nature <> 'right')"
            " AS overdue, count(*) FILTER (WHERE runs AND latest = %(day)s) AS today,"
            " count(*) FILTER (WHERE runs AND latest > %(day)s) AS running,"
            " count(*) FILTER (WHERE NOT runs) AS suspended,"
            " count(*) FILTER (WHERE runs AND provisional) AS provisional FROM (SELECT"
            f" {_BY[by]} AS of, d.state = 'running' AS runs, d.latest, d.nature, d.provisional, d.stream,"
            f" d.supervisor, d.subject FROM views.deadlines AS d WHERE d.ledger = %(ledger)s{asked.mine(who)}"
            " AND d.state IN ('running', 'suspended') AND NOT d.closed) AS d"
            f" WHERE of IS NOT NULL{tells} GROUP BY of) AS t{behind} ORDER BY overdue DESC, of LIMIT %(limit)s",
            values,
        ).fetchall()


def by_day(
    connection: psycopg.Connection[Any],
    ledger: str,
    since: date,
    until: date,
    who: Sequence[str] | None = None,
    which: Which = ANY,
    told_to: Sequence[str] | None = None,
) -> dict[date, int]:
    """How many running clocks end on each day from one to another, both included; days without any are left out.

    For `who` and `told_to` see `open_ones`.
    """
    named = asked.named(replace(which, since=since, until=until))
    rows = connection.execute(
        "SELECT d.latest, count(*) FROM views.deadlines AS d WHERE d.ledger = %(ledger)s AND d.state = 'running'"
        f" AND NOT d.closed{asked.mine(who)}{asked.wanted(named, told_to)} GROUP BY d.latest ORDER BY d.latest",
        asked.scope(ledger, who, told_to) | named,
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class HolderTime:
    """How long clocks took that were met in a span of time, by who held them: days without those they stood still."""

    holder: str
    name: str
    title_zh: str
    title_en: str
    regime: str
    count: int
    late: int
    median: int
    longest: int


def times(
    connection: psycopg.Connection[Any],
    ledger: str,
    since: date,
    until: date,
    holder: str | None = None,
    who: Sequence[str] | None = None,
    told_to: Sequence[str] | None = None,
) -> list[HolderTime]:
    """By holder and clock: how many calendar days those took that were met from one day to another.

    For `who` and `told_to` see `open_ones`.
    """
    mine = "" if who is None else f" AND {found('d')}"
    if told_to is not None:
        mine += f" AND {names.told('d', 'd.holder', *PARTIES)}"
    with connection.cursor(row_factory=class_row(HolderTime)) as cursor:
        return cursor.execute(
            "SELECT holder, name, title_zh, title_en, regime, count(*) AS count, count(*) FILTER (WHERE late) AS late,"
            " percentile_disc(0.5) WITHIN GROUP (ORDER BY met_on - trigger_on - paused) AS median,"
            " max(met_on - trigger_on - paused) AS longest FROM views.deadlines AS d WHERE d.ledger = %(ledger)s"
            f" AND met_on BETWEEN %(since)s AND %(until)s AND (%(holder)s::text IS NULL OR holder = %(holder)s){mine}"
            " GROUP BY holder, name, title_zh, title_en, regime ORDER BY holder, regime, name",
            asked.scope(ledger, who, told_to) | {"since": since, "until": until, "holder": holder},
            prepare=False,  # or the server would make one plan for a week and for a year
        ).fetchall()
