"""履职记录: what a person did and held, what people of an organ recorded for it. Facts, no scores, no ranking."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.http.responsibility import ROOM, Who, list_acts_of_organ, list_acts_of_person, list_duties_of_person
from api.http.routes import AccountDep, Cursor, LedgerName, ServiceDep
from api.http.web.rendering import Lang, cursor_of, page
from api.projecting import reached

ROWS = 50
router = APIRouter(include_in_schema=False)
Held = Annotated[str | None, Query(max_length=400)]


@router.get("/ledgers/{ledger}/persons/{person}")
def person_page(
    service: ServiceDep,
    who: AccountDep,
    request: Request,
    ledger: LedgerName,
    person: Who,
    lang: Lang = "zh",
    cursor: Cursor = None,
    held: Held = None,
) -> HTMLResponse:
    """What a person did in office, and what they held, the newest first: all that the endpoints of the lists tell."""
    acts, duties = Response(), Response()
    return page(
        "acts.html",
        request,
        lang,
        ledger,
        simulated=service.desk(service.demonstration(ledger)).log.simulated,
        whose=person,
        duties=list_duties_of_person(service, who, ledger, person, duties, held, ROWS, None),
        acts=list_acts_of_person(service, who, ledger, person, acts, cursor, ROWS, None),
        more=cursor_of(acts),
        more_duties=cursor_of(duties),
        position=reached(service, ledger, ROOM),
    )


@router.get("/ledgers/{ledger}/organs/{organ}/acts")
def organ_page(
    service: ServiceDep,
    who: AccountDep,
    request: Request,
    ledger: LedgerName,
    organ: Who,
    lang: Lang = "zh",
    cursor: Cursor = None,
) -> HTMLResponse:
    """What people of an organ recorded for it, the newest first."""
    acts = Response()
    return page(
        "acts.html",
        request,
        lang,
        ledger,
        simulated=service.desk(service.demonstration(ledger)).log.simulated,
        whose=organ,
        duties=None,
        acts=list_acts_of_organ(service, who, ledger, organ, acts, cursor, ROWS, None),
        more=cursor_of(acts),
        more_duties=None,
        position=reached(service, ledger, ROOM),
    )
