"""回放: a file by two clocks, facts up to a day and knowledge up to a moment, and what has changed since then."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.asking import moment
from api.comparing import DifferenceOut, Times, difference_out
from api.failures import NotYetThere
from api.http.web.file import by_version, drawn_of
from api.http.web.visit import Visit, VisitDep
from api.timelines import TimelineOut

router = APIRouter(include_in_schema=False)


@router.get("/ledgers/{ledger}/{plural}/{id}/replay")  # noqa: FAST003  # it is id_ under an alias
def replay_page(visit: VisitDep) -> HTMLResponse:
    """The file then, and the difference between then and now in words. A time before the file says that it is one."""
    log, then = visit.desk.log.read(visit.stream), _then(visit)
    return visit.page(
        "replay.html",
        first=min(entry.occurred_on for entry in log),
        last=max(visit.desk.today(), *(entry.occurred_on for entry in log)),
        moments={moment(entry): entry for entry in log},
        difference=then[0] if then else None,
        drawn=then[1] if then else None,
        events=by_version(then[1]) if then else (),
        texts={},
        unsealed=False,
    )


def _then(visit: Visit) -> tuple[DifferenceOut, TimelineOut] | None:
    """What has changed since then, and the timeline of then; None where the file was not there yet."""
    try:
        changed = difference_out(visit.desk, visit.stream, visit.times, Times(), visit.nameless)
    except NotYetThere:
        return None
    return changed, drawn_of(visit)
