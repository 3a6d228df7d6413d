"""Lists out of the read models: files of every kind, and the worklist of clocks. Each within the reader's scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Protocol, TypeVar

import psycopg
from fastapi import APIRouter, Query, Response

from api.failures import RangeReversed
from api.http import cursors, problems
from api.http.routes import PREFIX, AccountDep, Cursor, LedgerName, Limit, ServiceDep
from api.identity.demonstration import Account
from api.projecting import asking, wait_for
from api.reading import of_lists, told_to
from api.service import Service
from api.showing import SEALED
from api.times import Day
from domain.kinds import KINDS
from domain.procedure.kind import Kind
from ledger.canonical import LARGEST
from projections.deadlines import query as deadlines
from projections.deadlines.asked import Which
from projections.deadlines.query import DeadlineRow
from projections.files import query as files
from projections.files.query import FileRow
from projections.names import withheld

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)

Since = Annotated[
    int | None,
    Query(ge=0, le=LARGEST, description="a position that the answer must know of: that of one's own receipt"),
]
Code = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Connection = psycopg.Connection[Any]


class OfFile(Protocol):
    """A row that belongs to a file."""

    @property
    def kind(self) -> str:
        """The kind of the file."""

    @property
    def id(self) -> str:
        """Its id among those of its kind."""


Listed = TypeVar("Listed", bound=OfFile)


def caught_up(service: Service, ledger: str, position: int | None, *rooms: str) -> str:
    """The ledger, once its read models know of a position, if one is asked for."""
    ledger = service.demonstration(ledger)
    if position is not None:
        wait_for(service, ledger, position, rooms)
    return ledger


def hidden(
    connection: Connection, ledger: str, who: Account, rows: Iterable[Listed]
) -> Callable[[Listed], frozenset[str]]:
    """Whom the file of each row does not name to `who`, asked once for all of them."""
    asker = told_to(who)
    if asker is None:
        return lambda _: frozenset()
    names = withheld(connection, ledger, asker, (f"{row.kind}/{row.id}" for row in rows))
    return lambda row: names.get(f"{row.kind}/{row.id}", frozenset())


def _list(kind: Kind) -> Callable[..., list[FileRow]]:
    def list_files(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        response: Response,
        cursor: Cursor = None,
        limit: Limit = 50,
        position: Since = None,
    ) -> list[FileRow]:
        """Files by their last step, the newest first. The next page is in the `Link` header."""
        after = cursors.read(cursor, kind.plural, date, str)
        ledger = caught_up(service, ledger, position, "files")
        with asking(service, ledger, who) as connection:
            rows = files.newest(connection, ledger, kind.name, limit=limit, after=after, who=of_lists(who))
            unnamed = hidden(connection, ledger, who, rows)
        if len(rows) == limit:
            response.headers["Link"] = cursors.link(kind.plural, limit, rows[-1].last_on, rows[-1].id)
        return [_told_file(row, unnamed(row)) for row in rows]

    return list_files


for each in KINDS.values():
    router.add_api_route(f"/{each.plural}", _list(each), name=f"list_{each.plural}".replace("-", "_"))


@router.get("/deadlines")
def list_deadlines(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
    position: Since = None,
    since: Day | None = None,
    until: Day | None = None,
    regime: Code = None,
    holder: Code = None,
    person: Code = None,
    article: Code = None,
    kind: Code = None,
) -> list[DeadlineRow]:
    """Running clocks, the one that ends first at the top. The next page is in the `Link` header.

    `since` and `until` say between which days they end, both included.
    """
    if since is not None and until is not None and since > until:
        raise RangeReversed(first=until, last=since)
    which = Which(since, until, regime, holder, person, article, kind=kind)
    name = f"deadlines {which}"
    after = cursors.read(cursor, name, date, str, str)
    ledger = caught_up(service, ledger, position, "files", "deadlines")
    with asking(service, ledger, who, "deadlines") as connection:
        rows = deadlines.open_ones(
            connection, ledger, limit=limit, after=after, who=of_lists(who), which=which, told_to=told_to(who)
        )
        unnamed = hidden(connection, ledger, who, rows)
    if len(rows) == limit:
        response.headers["Link"] = cursors.link(name, limit, *_place(rows[-1]), **_asked(which))
    return [_told_clock(row, unnamed(row)) for row in rows]


def _place(row: DeadlineRow) -> tuple[date, str, str]:
    return row.latest, f"{row.kind}/{row.id}", row.deadline


def _told_clock(row: DeadlineRow, names: frozenset[str]) -> DeadlineRow:
    """The row without the names; its file names the supervisor and the subject to everybody that may read it."""
    names -= {row.supervisor, row.subject}
    return replace(row, holder=_named(row.holder, names), persons=_unnamed(row.persons, names))


def _told_file(row: FileRow, names: frozenset[str]) -> FileRow:
    return replace(row, person=row.person and _named(row.person, names), handlers=_unnamed(row.handlers, names))


def _named(name: str, hidden: frozenset[str]) -> str:
    return SEALED if name in hidden else name


def _unnamed(names: list[str], hidden: frozenset[str]) -> list[str]:
    return [*dict.fromkeys(_named(name, hidden) for name in names)]


def _asked(which: Which) -> dict[str, Any]:
    """What was asked for, to be asked for again on the next page."""
    named = ("since", "until", "regime", "holder", "person", "article", "kind")
    return {name: value for name in named if (value := getattr(which, name)) is not None}
