"""案件: a file of any kind in two times; its state, its clocks, what may be done next and what not, its timeline."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.http.web.visit import Visit, VisitDep
from api.reading import may_unseal
from api.shapes import OfferOut
from api.showing import case_out, why
from api.timelines import EventOut, TimelineOut, timeline_out
from api.unsealing import texts_for

router = APIRouter(include_in_schema=False)


@router.get("/ledgers/{ledger}/{plural}/{id}")  # noqa: FAST003  # it is id_ under an alias
def file_page(visit: VisitDep) -> HTMLResponse:
    """A file in two times, both of them in the address."""
    desk, who, stream = visit.desk, visit.who, visit.stream
    as_of, known_at = visit.times.as_of, visit.times.known_at
    read = desk.read(stream, as_of, known_at)
    shown = case_out(desk, stream, read, who.actor, visit.nameless, as_of, known_at)
    unsealed = may_unseal(who, desk.read(stream).file)
    drawn = drawn_of(visit)
    history = desk.history(stream, as_of, known_at)
    return visit.page(
        "case.html",
        case=shown,
        refused=_by_reason(shown.allowed_steps),
        regime_title=read.law.regime.title.zh if visit.lang == "zh" else read.law.regime.title.en,
        quotes={clock.article: read.quote(clock.article) for clock in shown.deadlines},
        why={id_: why(desk, clock) for id_, clock in read.file.deadlines.items()},
        drawn=drawn,
        events=by_version(drawn),
        texts=texts_for(desk, who.actor, stream, history, "page") if unsealed else {},
        unsealed=unsealed,
    )


def drawn_of(visit: Visit) -> TimelineOut:
    """The timeline of a file, as they are told it."""
    return timeline_out(visit.desk, visit.stream, visit.times, visit.nameless)


def by_version(drawn: TimelineOut) -> list[EventOut]:
    """What is on a timeline, in the order recorded."""
    return sorted(drawn.events, key=lambda event: event.entry.version)


def _by_reason(offers: Iterable[OfferOut]) -> dict[tuple[str | None, str | None, str | None], list[OfferOut]]:
    """What may not be done, by why not: a closed file refuses fifty steps for one reason, and says it once."""
    refused: dict[tuple[str | None, str | None, str | None], list[OfferOut]] = {}
    for offer in offers:
        if not offer.allowed:
            refused.setdefault((offer.why_zh, offer.why_en, offer.quote), []).append(offer)
    return refused
