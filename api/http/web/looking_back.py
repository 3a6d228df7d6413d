"""回放: a file by two clocks, facts up to a day and knowledge up to a moment, and what has changed since then."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.asking import moment
from api.comparing import DifferenceOut, Times, difference_out
from api.execute import Desk
from api.failures import NotYetThere
from api.http.routes import AccountDep, FileName, LedgerName, ServiceDep
from api.http.web.file import by_version, drawn_of
from api.http.web.rendering import KIND_OF, Lang, Plural, Text, page, views
from api.identity.demonstration import Account
from api.reading import nameless, readable
from api.timelines import TimelineOut

router = APIRouter(include_in_schema=False)


@router.get("/ledgers/{ledger}/{plural}/{id}/replay")  # noqa: FAST003  # it is id_ under an alias
def replay_page(
    service: ServiceDep,
    who: AccountDep,
    request: Request,
    ledger: LedgerName,
    plural: Plural,
    id_: FileName,
    lang: Lang = "zh",
    as_of: Text = "",
    known_at: Text = "",
) -> HTMLResponse:
    """The file then, and the difference between then and now in words. A time before the file says that it is one."""
    desk, stream = service.desk(service.demonstration(ledger)), f"{KIND_OF[plural]}/{id_}"
    readable(desk, who, stream)
    times, log = views(as_of, known_at), desk.log.read(stream)
    then = _then(desk, who, stream, times)
    return page(
        "replay.html",
        request,
        lang,
        ledger,
        simulated=desk.log.simulated,
        kind=KIND_OF[plural],
        id=id_,
        times=times,
        first=min(entry.occurred_on for entry in log),
        last=max(desk.today(), *(entry.occurred_on for entry in log)),
        moments={moment(entry): entry for entry in log},
        difference=then[0] if then else None,
        drawn=then[1] if then else None,
        events=by_version(then[1]) if then else (),
        texts={},
        unsealed=False,
    )


def _then(desk: Desk, who: Account, stream: str, times: Times) -> tuple[DifferenceOut, TimelineOut] | None:
    """What has changed since then, and the timeline of then; None where the file was not there yet."""
    try:
        changed = difference_out(desk, stream, times, Times(), nameless(desk, who, stream))
    except NotYetThere:
        return None
    return changed, drawn_of(desk, who, stream, times)
