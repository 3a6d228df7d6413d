"""Lists out of the read models: files of every kind, and the worklist of clocks. Each within the reader's scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Annotated, Any, TypeVar

import psycopg
from fastapi import APIRouter, Query, Response

from api.failures import Malformed
from api.http import cursors, problems
from api.http.routes import PREFIX, AccountDep, Cursor, LedgerName, Limit, ServiceDep
from api.identity.demonstration import Account
from api.projecting import wait_for
from api.reading import nameless, of_lists
from api.service import Service
from api.showing import SEALED
from api.times import Day
from domain.kinds import KINDS
from domain.procedure.kind import Kind
from ledger.canonical import LARGEST
from projections.deadlines import query as deadlines
from projections.deadlines.query import DeadlineRow, Which
from projections.files import query as files
from projections.files.query import FileRow

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)

Since = Annotated[
    int | None,
    Query(ge=0, le=LARGEST, description="a position that the answer must know of: that of one's own receipt"),
]
Code = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Connection = psycopg.Connection[Any]
Row = TypeVar("Row")
Place = TypeVar("Place")


def caught_up(service: Service, ledger: str, position: int | None, *rooms: str) -> str:
    """The ledger, once its read models know of a position, if one is asked for."""
    ledger = service.demonstration(ledger)
    if position is not None:
        wait_for(service, ledger, position, rooms)
    return ledger


def hidden_from(service: Service, ledger: str, who: Account) -> Callable[[str], frozenset[object]]:
    """Whom each file, by its stream, does not name to `who`: no list names them either. Each is read once."""
    if who.oversees:
        return lambda _: frozenset()
    desk = service.desk(ledger)
    return cache(lambda stream: nameless(desk, who, stream))


def filled(
    service: Service,
    page: Callable[[Connection, Place | None], list[Row]],
    place: Callable[[Row], Place],
    tell: Callable[[Row], Row | None],
    limit: int,
    after: Place | None,
) -> list[Row]:
    """A page of the rows that are told. The list is read on past those that are not, and no cursor stands at one.

    A short page with a link behind it would say that there is such a row, and the cursor in the link which file it is.
    """
    found: list[Row] = []
    while True:
        with service.reading() as connection:
            rows = page(connection, after)
        found += [said for row in rows if (said := tell(row)) is not None]
        if len(found) >= limit or len(rows) < limit:
            return found[:limit]
        after = place(rows[-1])


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
        with service.reading() as connection:
            rows = files.newest(connection, ledger, kind.name, limit=limit, after=after, who=of_lists(who))
        if len(rows) == limit:
            response.headers["Link"] = cursors.link(kind.plural, limit, rows[-1].last_on, rows[-1].id)
        return _told_files(service, ledger, who, rows)

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
        raise Malformed(why=f"since {since}, until {until}")
    which = Which(since, until, regime, holder, person, article, kind=kind)
    name = f"deadlines {which}"
    after = cursors.read(cursor, name, date, str, str)
    ledger = caught_up(service, ledger, position, "files", "deadlines")
    hidden = hidden_from(service, ledger, who)

    doubtful: set[str] = set()

    def page(connection: Connection, after: tuple[date, str, str] | None) -> list[DeadlineRow]:
        rows = deadlines.open_ones(connection, ledger, limit=limit, after=after, who=of_lists(who), which=which)
        if not who.oversees:
            named = {name for row in rows for name in _names(row)}
            doubtful.update(files.complained(connection, ledger, named))
        return rows

    def tell(row: DeadlineRow) -> DeadlineRow | None:
        if not doubtful & _names(row):
            return row
        names = hidden(f"{row.kind}/{row.id}")
        if {holder, person} & names:
            return None  # to find it by the name would tell whose it is
        return replace(row, holder=_named(row.holder, names), persons=_unnamed(row.persons, names))

    rows = filled(service, page, _place, tell, limit, after)
    if len(rows) == limit:
        response.headers["Link"] = cursors.link(name, limit, *_place(rows[-1]), **_asked(which))
    return rows


def _place(row: DeadlineRow) -> tuple[date, str, str]:
    return row.latest, f"{row.kind}/{row.id}", row.deadline


def _names(row: DeadlineRow) -> set[str]:
    """Who is named in a row beside those whom its file names to everybody that may read it."""
    return {row.holder, *row.persons} - {row.supervisor, row.subject}


def _told_files(service: Service, ledger: str, who: Account, rows: list[FileRow]) -> list[FileRow]:
    """The rows of files as `who` is told them. A file is read only where one of its names is that of a complainant."""
    if who.oversees:
        return rows
    hidden = hidden_from(service, ledger, who)
    with service.reading() as connection:
        named = {name for row in rows for name in (row.person, *row.handlers) if name is not None}
        doubtful = files.complained(connection, ledger, named)
    return [_told_file(row, hidden) if doubtful & {row.person, *row.handlers} else row for row in rows]


def _told_file(row: FileRow, hidden: Callable[[str], frozenset[object]]) -> FileRow:
    names = hidden(f"{row.kind}/{row.id}")
    return replace(row, person=row.person and _named(row.person, names), handlers=_unnamed(row.handlers, names))


def _named(name: str, hidden: frozenset[object]) -> str:
    return SEALED if name in hidden else name


def _unnamed(names: list[str], hidden: frozenset[object]) -> list[str]:
    return [*dict.fromkeys(_named(name, hidden) for name in names)]


def _asked(which: Which) -> dict[str, Any]:
    """What was asked for, to be asked for again on the next page."""
    named = ("since", "until", "regime", "holder", "person", "article", "kind")
    return {name: value for name in named if (value := getattr(which, name)) is not None}
