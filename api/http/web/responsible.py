"""责任链: who answers for a file, as a graph and as the table of who held each duty on each overdue day."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.http.responsibility import sees_acts
from api.http.web.rendering import Text, day_of
from api.http.web.visit import VisitDep
from api.responsibility import responsibility_out

router = APIRouter(include_in_schema=False)


@router.get("/ledgers/{ledger}/{plural}/{id}/responsibility")  # noqa: FAST003  # it is id_ under an alias
def responsibility_page(visit: VisitDep, day: Text = "") -> HTMLResponse:
    """Facts and breaches in both times, each with the positions it rests on; overdue up to `day`."""
    until = day_of("day", day)
    return visit.page(
        "responsibility.html",
        acts_open=sees_acts(visit.who),
        asked_day=until,
        found=responsibility_out(visit.desk, visit.who, visit.stream, visit.times, until),
    )
