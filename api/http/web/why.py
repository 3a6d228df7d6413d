"""为什么是这天: how the end of a clock came about, on an address of its own that the board opens beside itself."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.failures import UnknownDeadline
from api.http.web.visit import VisitDep
from api.showing import SEALED, history_out, why
from domain.procedure.facts import DeadlineFact, DeadlineSet
from ledger.mapper import Envelope

router = APIRouter(include_in_schema=False)


@router.get("/ledgers/{ledger}/{plural}/{id}/deadlines/{deadline:path}/why")  # noqa: FAST003  # it is id_ under an alias
def why_page(visit: VisitDep, deadline: str) -> HTMLResponse:
    """What started a clock, every day counted and skipped with the reason, its pauses, its article as it is worded."""
    desk, stream, times = visit.desk, visit.stream, visit.times
    read = desk.read(stream, times.as_of, times.known_at)
    clock = read.file.deadlines.get(deadline)
    if clock is None:
        raise UnknownDeadline(deadline=deadline)
    hidden, log = visit.nameless, desk.history(stream, times.as_of, times.known_at)
    trigger = _trigger(log, deadline)
    own = [entry for entry in log if isinstance(entry.fact, DeadlineFact) and entry.fact.deadline == deadline]
    return visit.page(
        "why.html",
        clock=clock,
        holder=SEALED if clock.holder in hidden else clock.holder,
        clock_title=read.law.rules(read.file.kind.name).title_of(clock.name),
        due=why(desk, clock),
        quote=read.quote(clock.article),
        trigger=history_out(desk, [trigger], hidden)[0] if trigger is not None else None,
        befell=history_out(desk, own, hidden),
    )


def _trigger(log: list[Envelope], deadline: str) -> Envelope | None:
    """The entry of the step that set a clock going: the last before it in the same request that is no clock's own."""
    started = next(
        (entry for entry in log if isinstance(entry.fact, DeadlineSet) and entry.fact.deadline == deadline), None
    )
    if started is None:
        return None
    before = (entry for entry in reversed(log) if entry.originator_version < started.originator_version)
    return next(
        (e for e in before if e.request == started.request and not isinstance(e.fact, DeadlineFact)),
        None,
    )
