"""Who answers for what: of each file of every kind, of a person, of an organ (责任、履职记录)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.comparing import Times
from api.failures import ActsClosed
from api.http import cursors, problems
from api.http.lists import Since, caught_up
from api.http.routes import PREFIX, AccountDep, AsOf, Cursor, FileName, KnownAt, LedgerName, Limit, ServiceDep
from api.identity.demonstration import Account
from api.projecting import asking
from api.reading import AUDITOR, readable, told_to
from api.responsibility import ResponsibilityOut, responsibility_out
from api.times import Day
from domain.kinds import KINDS
from domain.procedure.kind import Kind
from projections.accountability import query
from projections.accountability.query import ActRow, DutyRow

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)

Who = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
OnDay = Annotated[Day | None, Query(description="overdue up to this day; without it, the last the view can speak of")]
ROOM = "accountability"


def _answers(kind: Kind) -> None:
    def show_responsibility(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        id_: FileName,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        day: OnDay = None,
    ) -> ResponsibilityOut:
        """Who held the duties of a file, who held them on each overdue day, and the chain of responsibility."""
        desk, stream = service.desk(service.demonstration(ledger)), f"{kind.name}/{id_}"
        readable(desk, who, stream)
        return responsibility_out(desk, who, stream, Times(as_of, known_at), day)

    name = kind.name.replace("-", "_")
    path = f"/{kind.plural}/{{id}}/responsibility"
    router.add_api_route(path, show_responsibility, name=f"show_{name}_responsibility")


for each in KINDS.values():
    _answers(each)


def sees_acts(who: Account) -> bool:
    """Whether somebody is of the authority whose ledger it is, or audits it."""
    return who.oversees or who.actor.role == AUDITOR


def refuse_others(who: Account) -> None:
    """Refuse whoever does not see what people did; `ActsClosed`."""
    if not sees_acts(who):
        raise ActsClosed


@router.get("/persons/{person}/acts")
def list_acts_of_person(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    person: Who,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
    position: Since = None,
) -> list[ActRow]:
    """What a person did in office, the newest first (个人履职记录). The next page is in the `Link` header."""
    refuse_others(who)
    name = f"acts of person {person}"
    after = cursors.read(cursor, name, int, str)
    ledger = caught_up(service, ledger, position, "files", ROOM)
    with asking(service, ledger, who, ROOM) as connection:
        rows = query.of_person(connection, ledger, person, limit=limit, after=after, told_to=told_to(who))
    if len(rows) == limit:
        response.headers["Link"] = cursors.link(name, limit, rows[-1].position, rows[-1].capacity)
    return rows


@router.get("/persons/{person}/duties")
def list_duties_of_person(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    person: Who,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
    position: Since = None,
) -> list[DutyRow]:
    """What a person held: posts, and files as a handler, the newest first. The next page is in the `Link` header."""
    refuse_others(who)
    name = f"duties of person {person}"
    after = cursors.read(cursor, name, date, str, str, str)
    ledger = caught_up(service, ledger, position, "files", ROOM)
    with asking(service, ledger, who, ROOM) as connection:
        rows = query.duties_of(connection, ledger, person, limit=limit, after=after, told_to=told_to(who))
    if len(rows) == limit:
        last = rows[-1]
        response.headers["Link"] = cursors.link(
            name, limit, last.since, f"{last.kind}/{last.id}", last.organ, last.role
        )
    return rows


@router.get("/organs/{organ}/acts")
def list_acts_of_organ(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    organ: Who,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
    position: Since = None,
) -> list[ActRow]:
    """What people of an organ recorded for it, the newest first. The next page is in the `Link` header."""
    refuse_others(who)
    name = f"acts of organ {organ}"
    after = cursors.read(cursor, name, int)
    ledger = caught_up(service, ledger, position, "files", ROOM)
    with asking(service, ledger, who, ROOM) as connection:
        rows = query.of_organ(connection, ledger, organ, limit=limit, after=after, told_to=told_to(who))
    if len(rows) == limit:
        response.headers["Link"] = cursors.link(name, limit, rows[-1].position)
    return rows
