"""Questions about the clocks. Each is asked as of a day: the table knows dates, not whether they have passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from projections.deadlines import asked
from projections.deadlines.asked import ANY, Which
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


def open_ones(
    connection: psycopg.Connection[Any],
    ledger: str,
    *,
    limit: int,
    after: tuple[date, str, str] | None = None,
    who: Sequence[str] | None = None,
    which: Which = ANY,
    told_to: Sequence[str] | None = None,
) -> list[DeadlineRow]:
    """Clocks that run in open files, the one that ends first at the top.

    `after` is (latest, stream, deadline) of the last row seen. `who` is somebody's organ and person, for the clocks of
    files that they may read; None for all. `told_to` is the same of somebody to whom files do not name whoever
    complained: what is asked for by such a name is left out. The rows name them; see `projections.names`.
    """
    named = asked.named(which)
    values = asked.scope(ledger, who, told_to) | named | {"limit": limit}
    if after is not None:
        values |= dict(zip(("latest", "stream", "deadline"), after, strict=True))
    statement = _worklist(tuple(named), scoped=who is not None, behind=after is not None, discreet=told_to is not None)
    return _rows(connection, statement, values)


@cache
def _worklist(named: tuple[str, ...], *, scoped: bool, behind: bool, discreet: bool) -> str:
    first = "w" if scoped else "d"
    clauses = [asked.WHICH[name].format(first) for name in named]
    if discreet:
        clauses += asked.tells(named)
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
        f" WHERE w.ledger = %(ledger)s AND w.watcher = %({party})s AND w.state = 'running'"
        f" AND {found('w', 'w.watcher')}"
    )


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


def _rows(connection: psycopg.Connection[Any], statement: str, values: dict[str, Any]) -> list[DeadlineRow]:
    with connection.cursor(row_factory=class_row(DeadlineRow)) as cursor:
        return cursor.execute(statement, values).fetchall()
