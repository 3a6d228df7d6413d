"""Lists out of the read models: files of every kind, and the worklist of clocks. Each within the reader's scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.failures import Malformed
from api.http import cursors, problems
from api.http.routes import PREFIX, AccountDep, Cursor, LedgerName, Limit, ServiceDep
from api.projecting import wait_for
from api.reading import of_lists
from api.service import Service
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


def caught_up(service: Service, ledger: str, position: int | None, *rooms: str) -> str:
    """The ledger, once its read models know of a position, if one is asked for."""
    ledger = service.demonstration(ledger)
    if position is not None:
        wait_for(service, ledger, position, rooms)
    return ledger


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
        return rows

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
    with service.reading() as connection:
        rows = deadlines.open_ones(connection, ledger, limit=limit, after=after, who=of_lists(who), which=which)
    if len(rows) == limit:
        last = rows[-1]
        link = cursors.link(name, limit, last.latest, f"{last.kind}/{last.id}", last.deadline, **_asked(which))
        response.headers["Link"] = link
    return rows


def _asked(which: Which) -> dict[str, Any]:
    """What was asked for, to be asked for again on the next page."""
    named = ("since", "until", "regime", "holder", "person", "article", "kind")
    return {name: value for name in named if (value := getattr(which, name)) is not None}
