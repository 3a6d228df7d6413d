"""Questions about the clocks. Each is asked as of a day: the table knows dates, not whether they have passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final, Literal

import psycopg
from psycopg.rows import class_row

from projections.scope import found


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A clock in the list. `late` says that it was settled after its end; `persons` handle it for its keeper."""

    kind: str
    id: str
    deadline: str
    title_zh: str
    title_en: str
    holder: str
    persons: list[str]
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
    regime: str
    supervisor: str
    subject: str | None
    position: int


COLUMNS: Final = (
    "d.kind, d.id, d.deadline, d.title_zh, d.title_en, d.holder, d.persons, d.nature, d.article, d.trigger_on, d.due,"
    " d.earliest, d.latest, d.provisional, d.calendar, d.state, d.met_on, d.cancelled, d.late, d.lapsed, d.regime,"
    " d.supervisor, d.subject, d.position"
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the running clocks: those that end between two days, of a regulation, held by an organ or a person."""

    since: date | None = None
    until: date | None = None
    regime: str | None = None
    holder: str | None = None
    person: str | None = None
    article: str | None = None
    subject: str | None = None
    supervisor: str | None = None
    kind: str | None = None


ANY: Final = Which()


def open_ones(
    connection: psycopg.Connection[Any],
    ledger: str,
    *,
    limit: int,
    after: tuple[date, str, str] | None = None,
    who: Sequence[str] | None = None,
    which: Which = ANY,
) -> list[DeadlineRow]:
    """Clocks that run in open files, the one that ends first at the top.

    `after` is (latest, stream, deadline) of the last row seen. `who` is somebody's organ and person, for the clocks of
    files that they may read; None for all.
    """
    named = _named(which)
    values = _scope(ledger, who) | named | {"limit": limit}
    if after is not None:
        values |= dict(zip(("latest", "stream", "deadline"), after, strict=True))
    return _rows(connection, _worklist(tuple(named), scoped=who is not None, behind=after is not None), values)


WHICH: Final = {
    "since": "{0}.latest >= %(since)s",
    "until": "{0}.latest <= %(until)s",
    "regime": "d.regime = %(regime)s",
    "holder": "d.holder = %(holder)s",
    "person": "%(person)s = ANY (d.persons)",
    "article": "d.article = %(article)s",
    "subject": "d.subject = %(subject)s",
    "supervisor": "d.supervisor = %(supervisor)s",
    "kind": "d.kind = %(kind)s",
}


@cache
def _worklist(named: tuple[str, ...], *, scoped: bool, behind: bool) -> str:
    first = "w" if scoped else "d"
    clauses = [WHICH[name].format(first) for name in named]
    if behind:
        clauses.append(f"({first}.latest, {first}.stream, {first}.deadline) > (%(latest)s, %(stream)s, %(deadline)s)")
    wanted = "".join(f" AND {clause}" for clause in clauses)
    order = f"ORDER BY {first}.latest, {first}.stream, {first}.deadline LIMIT %(limit)s"
    if not scoped:
        return (
            f"SELECT {COLUMNS} FROM views.deadlines AS d WHERE d.ledger = %(ledger)s AND d.state = 'running'"
            f" AND NOT d.closed{wanted} {order}"
        )
    one, another = (f"({_watched(party)}{wanted} {order})" for party in ("organ", "oneself"))
    return f"SELECT * FROM ({one} UNION {another}) AS mine ORDER BY latest, kind || '/' || id, deadline LIMIT %(limit)s"


def _watched(party: str) -> str:
    return (
        f"SELECT {COLUMNS} FROM views.watches AS w JOIN views.deadlines AS d"
        " ON d.ledger = w.ledger AND d.stream = w.stream AND d.deadline = w.deadline"
        f" WHERE w.ledger = %(ledger)s AND w.watcher = %({party})s AND w.state = 'running' AND {SEEN}"
    )


SEEN: Final = found("w", "w.watcher")


def lapsing(
    connection: psycopg.Connection[Any], ledger: str, day: date, *, limit: int, after: tuple[date, str, str] | None
) -> list[tuple[date, str, str]]:
    """Clocks that are overdue on a day and whose lapse is not recorded: (latest, stream, deadline), in this order.

    A right that nobody used is no lapse.
    """
    return connection.execute(
        "SELECT latest, stream, deadline FROM views.deadlines WHERE ledger = %s AND latest < %s AND state = 'running'"
        " AND NOT closed AND NOT lapsed AND nature <> 'right' AND (latest, stream, deadline) > (%s, %s, %s)"
        " ORDER BY latest, stream, deadline LIMIT %s",
        [ledger, day, *(after or (date.min, "", "")), limit],
    ).fetchall()


def under_other_calendars(connection: psycopg.Connection[Any], ledger: str, calendar: str) -> list[str]:
    """The streams in which a clock that waits was reckoned by another calendar."""
    rows = connection.execute(
        "SELECT DISTINCT stream FROM views.deadlines WHERE ledger = %s AND calendar <> %s"
        " AND state IN ('running', 'suspended') AND NOT closed ORDER BY stream",
        [ledger, calendar],
    )
    return [stream for (stream,) in rows]


def of_file(connection: psycopg.Connection[Any], ledger: str, stream: str) -> list[DeadlineRow]:
    """All clocks of a file, in the order in which they were set going."""
    return _rows(
        connection,
        f"SELECT {COLUMNS} FROM views.deadlines AS d WHERE d.ledger = %(ledger)s AND d.stream = %(stream)s"
        " ORDER BY d.trigger_on, d.deadline",
        {"ledger": ledger, "stream": stream},
    )


def counts(
    connection: psycopg.Connection[Any],
    ledger: str,
    day: date,
    who: Sequence[str] | None = None,
    *,
    soon: date | None = None,
    which: Which = ANY,
) -> dict[str, int]:
    """How many clocks are overdue, due on `day`, running with time left, suspended, and how many are provisional.

    `soon` are those of the running that end up to that day; without one there are none.
    """
    named = _named(which)
    mine = _mine(who) + _wanted(named)
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE latest < %(day)s AND nature <> 'right'),"
        " count(*) FILTER (WHERE latest = %(day)s),"
        " count(*) FILTER (WHERE latest > %(day)s AND latest <= %(soon)s),"
        " count(*) FILTER (WHERE latest > %(day)s),"
        " (SELECT count(*) FROM views.deadlines AS d"
        f" WHERE d.ledger = %(ledger)s AND d.state = 'suspended' AND NOT d.closed{mine}),"
        " count(*) FILTER (WHERE provisional)"
        f" FROM views.deadlines AS d WHERE d.ledger = %(ledger)s AND d.state = 'running' AND NOT d.closed{mine}",
        _scope(ledger, who) | named | {"day": day, "soon": soon or day},
    ).fetchone()
    assert row is not None
    return dict(zip(("overdue", "today", "soon", "running", "suspended", "provisional"), row, strict=True))


def _named(which: Which) -> dict[str, Any]:
    return {name: value for name in WHICH if (value := getattr(which, name)) is not None}


def _wanted(named: Iterable[str]) -> str:
    return "".join(f" AND {WHICH[name].format('d')}" for name in named)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clocks of open files stand how on a day, for one organ, person, regulation or article."""

    of: str
    overdue: int
    today: int
    running: int
    suspended: int
    provisional: int


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
    connection: psycopg.Connection[Any], ledger: str, day: date, by: By, who: Sequence[str] | None = None
) -> list[Tally]:
    """How many clocks stand how on a day, by whom or what they are of, those with most overdue first."""
    with connection.cursor(row_factory=class_row(Tally)) as cursor:
        return cursor.execute(
            "SELECT of, count(*) FILTER (WHERE runs AND latest < %(day)s AND nature <> 'right') AS overdue,"
            " count(*) FILTER (WHERE runs AND latest = %(day)s) AS today,"
            " count(*) FILTER (WHERE runs AND latest > %(day)s) AS running,"
            " count(*) FILTER (WHERE NOT runs) AS suspended,"
            " count(*) FILTER (WHERE runs AND provisional) AS provisional FROM (SELECT"
            f" {_BY[by]} AS of, d.state = 'running' AS runs, d.latest, d.nature, d.provisional"
            f" FROM views.deadlines AS d WHERE d.ledger = %(ledger)s{_mine(who)}"
            " AND d.state IN ('running', 'suspended') AND NOT d.closed) AS each"
            " WHERE of IS NOT NULL GROUP BY of ORDER BY overdue DESC, of LIMIT 500",
            _scope(ledger, who) | {"day": day},
        ).fetchall()


def by_day(
    connection: psycopg.Connection[Any],
    ledger: str,
    since: date,
    until: date,
    who: Sequence[str] | None = None,
    which: Which = ANY,
) -> dict[date, int]:
    """How many running clocks end on each day from one to another, both included; days without any are left out."""
    named = _named(replace(which, since=since, until=until))
    rows = connection.execute(
        "SELECT d.latest, count(*) FROM views.deadlines AS d WHERE d.ledger = %(ledger)s AND d.state = 'running'"
        f" AND NOT d.closed{_mine(who)}{_wanted(named)} GROUP BY d.latest ORDER BY d.latest",
        _scope(ledger, who) | named,
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
) -> list[HolderTime]:
    """By holder and clock: how many calendar days those took that were met from one day to another.

    `who` is somebody's organ and person, for the clocks of files that they may read; None for all.
    """
    mine = "" if who is None else f" AND {found('d')}"
    with connection.cursor(row_factory=class_row(HolderTime)) as cursor:
        return cursor.execute(
            "SELECT holder, name, title_zh, title_en, regime, count(*) AS count, count(*) FILTER (WHERE late) AS late,"
            " percentile_disc(0.5) WITHIN GROUP (ORDER BY met_on - trigger_on - paused) AS median,"
            " max(met_on - trigger_on - paused) AS longest FROM views.deadlines AS d WHERE d.ledger = %(ledger)s"
            f" AND met_on BETWEEN %(since)s AND %(until)s AND (%(holder)s::text IS NULL OR holder = %(holder)s){mine}"
            " GROUP BY holder, name, title_zh, title_en, regime ORDER BY holder, regime, name",
            _scope(ledger, who) | {"since": since, "until": until, "holder": holder},
            prepare=False,  # or the server would make one plan for a week and for a year
        ).fetchall()


def _mine(who: Sequence[str] | None) -> str:
    """The clocks that somebody finds; nothing where they find all."""
    if who is None:
        return ""
    return (
        " AND (d.stream, d.deadline) IN (SELECT w.stream, w.deadline FROM views.watches AS w"
        f" WHERE w.ledger = %(ledger)s AND w.watcher = ANY (%(who)s) AND {SEEN})"
    )


def _scope(ledger: str, who: Sequence[str] | None) -> dict[str, Any]:
    parties = {} if who is None else {"who": list(who)} | dict(zip(("organ", "oneself"), who, strict=True))
    return {"ledger": ledger, **parties}


def _rows(connection: psycopg.Connection[Any], statement: str, values: dict[str, Any]) -> list[DeadlineRow]:
    with connection.cursor(row_factory=class_row(DeadlineRow)) as cursor:
        return cursor.execute(statement, values).fetchall()
