"""Questions about what somebody did and held: of a person, of an organ.

`told_to` is the organ and person of somebody to whom files do not name whoever complained: their acts and duties are
left out, an act also where the file withholds the organ it was done for. See `projections.names`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from projections import names


@dataclass(frozen=True, slots=True)
class ActRow:
    """A part that somebody had in an entry (履职): in which capacity, of which file, under which articles.

    Organ, role and certificate are those of whoever recorded the entry; whom it names has none there.
    """

    kind: str
    id: str
    version: int
    position: int
    on_day: date
    type: str
    person: str
    capacity: str
    organ: str | None
    role: str | None
    certificate: str | None
    articles: list[str]
    supervisor: str
    subject: str | None


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A post held, or a file handled (任职、承办): from and to are days on which it was; `until` None for no end."""

    kind: str
    id: str
    person: str
    organ: str
    role: str
    assigned: bool
    since: date
    until: date | None
    acting: bool
    instead_of: str | None
    positions: list[int]


ACT: Final = (
    "kind, id, version, position, on_day, type, person, capacity, organ, role, certificate, articles, supervisor,"
    " subject"
)
DUTY: Final = "kind, id, person, organ, role, assigned, since, until, acting, instead_of, positions"


def of_person(
    connection: psycopg.Connection[Any],
    ledger: str,
    person: str,
    *,
    limit: int,
    after: tuple[int, str] | None = None,
    told_to: Sequence[str] | None = None,
) -> list[ActRow]:
    """What a person did, the newest first; `after` is (position, capacity) of the last row already seen."""
    values: dict[str, Any] = {"ledger": ledger, "whose": person, "limit": limit}
    behind = ""
    if after is not None:
        values |= {"position": after[0], "last": after[1]}
        behind = " AND position <= %(position)s AND (position < %(position)s OR capacity > %(last)s)"
    return _acts(connection, f"person = %(whose)s{behind}", "position DESC, capacity", values, told_to)


def of_organ(
    connection: psycopg.Connection[Any],
    ledger: str,
    organ: str,
    *,
    limit: int,
    after: tuple[int] | None = None,
    told_to: Sequence[str] | None = None,
) -> list[ActRow]:
    """What people of an organ recorded for it, the newest first; `after` is the position of the last row seen."""
    values: dict[str, Any] = {"ledger": ledger, "whose": organ, "limit": limit}
    behind = ""
    if after is not None:
        values |= {"position": after[0]}
        behind = " AND position < %(position)s"
    return _acts(connection, f"organ = %(whose)s{behind}", "position DESC", values, told_to)


def duties_of(
    connection: psycopg.Connection[Any],
    ledger: str,
    person: str,
    *,
    limit: int,
    after: tuple[date, str, str, str] | None = None,
    told_to: Sequence[str] | None = None,
) -> list[DutyRow]:
    """What a person held, the newest first; `after` is (since, stream, organ, role) of the last row already seen."""
    values: dict[str, Any] = {"ledger": ledger, "whose": person, "limit": limit}
    behind = ""
    if after is not None:
        values |= dict(zip(("since", "stream", "organ", "role"), after, strict=True))
        behind = (
            " AND since <= %(since)s AND (since < %(since)s"
            " OR (stream, organ, role) > (%(stream)s, %(organ)s, %(role)s))"
        )
    if told_to is not None:
        values |= names.values(ledger, told_to)
        behind += f" AND {names.told('d', '%(whose)s')}"
    with connection.cursor(row_factory=class_row(DutyRow)) as cursor:
        return cursor.execute(
            f"SELECT {DUTY} FROM views.duties AS d WHERE ledger = %(ledger)s AND person = %(whose)s{behind}"
            " ORDER BY since DESC, stream, organ, role LIMIT %(limit)s",
            values,
        ).fetchall()


def _acts(
    connection: psycopg.Connection[Any],
    asked: str,
    order: str,
    values: dict[str, Any],
    told_to: Sequence[str] | None,
) -> list[ActRow]:
    if told_to is not None:
        values |= names.values(values["ledger"], told_to)
        asked += f" AND {names.told('a', 'a.person')} AND {names.told('a', 'a.organ')}"
    with connection.cursor(row_factory=class_row(ActRow)) as cursor:
        return cursor.execute(
            f"SELECT {ACT} FROM views.acts AS a WHERE ledger = %(ledger)s AND {asked} ORDER BY {order} LIMIT %(limit)s",
            values,
        ).fetchall()
