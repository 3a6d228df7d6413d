"""Questions to the registers: pages of rows, the newest first, within the reader's scope. State is asked with a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from typing import Any, Final, Generic, TypeVar

import psycopg
from psycopg.rows import class_row

from projections import names
from projections.registers.projector import TABLES
from projections.registers.rows import (
    BodyRow,
    CertificateRow,
    DocumentRow,
    GradingRow,
    ObligationRow,
    PostRow,
    TrainingRow,
    TriageRow,
)
from projections.scope import VISIBLE

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Register(Generic[Row]):
    """A register: its table, its rows, and what may be asked of it, each as a condition on a row `t`.

    `people` are those conditions that are a name which a file may withhold.
    """

    table: str
    row: type[Row]
    asks: Mapping[str, str] = field(default_factory=dict, hash=False)
    people: tuple[str, ...] = ()

    @property
    def item(self) -> str:
        """The column with the id of a row within its file."""
        return TABLES[self.table][0]

    @property
    def day(self) -> str:
        """The column with the day under which a row is listed."""
        return TABLES[self.table][1]

    @property
    def columns(self) -> tuple[str, ...]:
        """What a row says."""
        return tuple(each.name for each in fields(self.row))  # type: ignore[arg-type]  # they are dataclasses

    def place(self, row: Row) -> tuple[date, str, str]:
        """Where a row stands in the register: what a page goes on from."""
        return getattr(row, self.day), f"{row.kind}/{row.id}", getattr(row, self.item)  # type: ignore[attr-defined]  # each has


def _year(column: str) -> str:
    return f"t.{column} >= make_date(%(year)s, 1, 1) AND t.{column} < make_date(%(year)s + 1, 1, 1)"


def _is(*columns: str) -> dict[str, str]:
    return {column: f"t.{column} = %({column})s" for column in columns}


DOCUMENTS: Final = Register(
    "documents",
    DocumentRow,
    {
        "organ": "t.issuer = %(organ)s",
        **_is("subject", "instrument", "number", "regime"),
        "year": _year("issued_on"),
        "in_effect_on": "t.effective_on <= %(in_effect_on)s AND (t.ended_on IS NULL OR t.ended_on > %(in_effect_on)s)",
    },
    people=("organ",),
)
CERTIFICATES: Final = Register(
    "certificates",
    CertificateRow,
    {
        "organ": "t.unit = %(organ)s",
        **_is("person", "number"),
        "year": _year("valid_from"),
        "good_on": "EXISTS (SELECT FROM unnest(t.good_from, t.good_until) AS g (since, until)"
        " WHERE g.since <= %(good_on)s AND (g.until IS NULL OR g.until >= %(good_on)s))",
    },
)
TRAININGS: Final = Register(
    "trainings",
    TrainingRow,
    {"organ": "t.unit = %(organ)s", **_is("person"), "year": "t.year = %(year)s::integer::text"},
)
POSTS: Final = Register(
    "posts",
    PostRow,
    {
        **_is("organ", "person"),
        "year": _year("since"),
        "held_on": "t.since <= %(held_on)s AND (t.until IS NULL OR t.until >= %(held_on)s)",
    },
)
OBLIGATIONS: Final = Register(
    "obligations",
    ObligationRow,
    {
        "organ": "t.owed_by = %(organ)s",
        **_is("duty", "regime"),
        "year": _year("arisen_on"),
        "owed_on": "t.arisen_on <= %(owed_on)s AND (t.ended_on IS NULL OR t.ended_on > %(owed_on)s)",
    },
)
BODIES: Final = Register(
    "bodies",
    BodyRow,
    {"organ": "t.subject = %(organ)s", **_is("qualification"), "confirmed_by": "t.confirmed_on <= %(confirmed_by)s"},
)
GRADINGS: Final = Register("gradings", GradingRow, {**_is("organ", "grade"), "year": _year("drawn_on")})
TRIAGES: Final = Register(
    "triages",
    TriageRow,
    {
        "year": _year("triaged_on"),
        "waiting_on": "t.triaged_on <= %(waiting_on)s AND (t.answered_on IS NULL OR t.answered_on > %(waiting_on)s)",
    },
)
REGISTERS: Final[tuple[Register[Any], ...]] = (
    DOCUMENTS,
    CERTIFICATES,
    TRAININGS,
    POSTS,
    OBLIGATIONS,
    BODIES,
    GRADINGS,
    TRIAGES,
)


def page(
    connection: psycopg.Connection[Any],
    ledger: str,
    register: Register[Row],
    *,
    limit: int,
    after: tuple[date, str, str] | None = None,
    who: Sequence[str] | None = None,
    asked: Mapping[str, object] | None = None,
    told_to: Sequence[str] | None = None,
) -> list[Row]:
    """Rows of a register, the newest first.

    Args:
        connection: may read.
        ledger: its id.
        register: which.
        limit: at most so many.
        after: `Register.place` of the last row already seen.
        who: somebody's organ and person, for rows of files that they may read; None for all.
        asked: `since` and `until`, between which days a row is listed, and conditions that the register has.
        told_to: organ and person of somebody to whom files do not name whoever complained; see `projections.names`.
    """
    asked = asked or {}
    values: dict[str, Any] = {"ledger": ledger, "limit": limit, **asked}
    if after is not None:
        values |= dict(zip(("after_day", "after_stream", "after_item"), after, strict=True))
    if who is not None:
        values |= {"who": list(who)} | {"organ_": who[0], "oneself": who[1]}
    if told_to is not None:
        values |= names.values(ledger, told_to)
    statement = _statement(
        register.table, tuple(asked), scoped=who is not None, behind=after is not None, discreet=told_to is not None
    )
    with connection.cursor(row_factory=class_row(register.row)) as cursor:
        return cursor.execute(statement, values).fetchall()


_BY_TABLE: Final = {register.table: register for register in REGISTERS}
# The scope of a reader, where a filter may be called `organ` as well.
_SCOPE: Final = VISIBLE.replace("%(organ)s", "%(organ_)s")


@cache
def _statement(table: str, asked: tuple[str, ...], *, scoped: bool, behind: bool, discreet: bool) -> str:
    register = _BY_TABLE[table]
    conditions = {"since": f"t.{register.day} >= %(since)s", "until": f"t.{register.day} <= %(until)s", **register.asks}
    wanted = "".join(f" AND {conditions[name]}" for name in asked)
    for name in register.people if discreet else ():
        wanted += f" AND {names.told('t', f'%({name})s', 'supervisor', 'subject')}" if name in asked else ""
    columns = ", ".join(f"t.{name}" for name in register.columns)
    if not scoped:
        first = (f"t.{register.day}", "t.stream", f"t.{register.item}")
        return (
            f"SELECT {columns} FROM views.{table} AS t WHERE t.ledger = %(ledger)s{wanted}"
            f"{_behind(*first) if behind else ''}{_order(*first)}"
        )
    first = ("r.on_day", "r.stream", "r.item")
    after = _behind(*first) if behind else ""
    one, another = (
        f"(SELECT {columns}, t.stream FROM views.registered AS r JOIN views.{table} AS t"
        f" ON t.ledger = r.ledger AND t.stream = r.stream AND t.{register.item} = r.item"
        f" WHERE r.ledger = %(ledger)s AND r.party = %({party})s AND r.register = '{table}'"
        " AND EXISTS (SELECT FROM views.parties AS p WHERE p.stream = r.stream AND p.party = r.party"
        f" AND {_SCOPE}){wanted}{after}{_order(*first)})"
        for party in ("organ_", "oneself")
    )
    mine = (f"t.{register.day}", "t.stream", f"t.{register.item}")
    return f"SELECT {columns} FROM ({one} UNION {another}) AS t{_order(*mine)}"


def _behind(day: str, stream: str, item: str) -> str:
    return (
        f" AND {day} <= %(after_day)s AND ({day} < %(after_day)s"
        f" OR ({stream}, {item}) > (%(after_stream)s, %(after_item)s))"
    )


def _order(day: str, stream: str, item: str) -> str:
    return f" ORDER BY {day} DESC, {stream}, {item} LIMIT %(limit)s"
