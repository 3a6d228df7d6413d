"""责任链: who answers for a file, as a graph and as the table of who held each duty on each overdue day."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.http.responsibility import sees_acts
from api.http.routes import AccountDep, FileName, LedgerName, ServiceDep
from api.http.web.rendering import KIND_OF, Lang, Plural, Text, day_of, page, views
from api.reading import readable
from api.responsibility import responsibility_out

router = APIRouter(include_in_schema=False)


@router.get("/ledgers/{ledger}/{plural}/{id}/responsibility")  # noqa: FAST003  # it is id_ under an alias
def responsibility_page(
    service: ServiceDep,
    who: AccountDep,
    request: Request,
    ledger: LedgerName,
    plural: Plural,
    id_: FileName,
    lang: Lang = "zh",
    as_of: Text = "",
    known_at: Text = "",
    day: Text = "",
) -> HTMLResponse:
    """Facts and breaches in both times, each with the positions it rests on; overdue up to `day`."""
    desk, stream = service.desk(service.demonstration(ledger)), f"{KIND_OF[plural]}/{id_}"
    readable(desk, who, stream)
    times, until = views(as_of, known_at), day_of("day", day)
    return page(
        "responsibility.html",
        request,
        lang,
        ledger,
        simulated=desk.log.simulated,
        times=times,
        acts_open=sees_acts(who),
        asked_day=until,
        found=responsibility_out(desk, who, stream, times, until),
    )
