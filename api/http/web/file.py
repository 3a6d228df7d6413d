"""案件: a file of any kind in two times; its state, its clocks, what may be done next and what not, its timeline."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.comparing import Times
from api.execute import Desk
from api.http.routes import AccountDep, FileName, LedgerName, ServiceDep, show
from api.http.web.rendering import KIND_OF, Lang, Plural, Text, page, views
from api.identity.demonstration import Account
from api.reading import may_unseal, nameless
from api.shapes import OfferOut
from api.showing import why
from api.timelines import EventOut, TimelineOut, timeline_out
from api.unsealing import texts_for

router = APIRouter(include_in_schema=False)


@router.get("/ledgers/{ledger}/{plural}/{id}")  # noqa: FAST003  # it is id_ under an alias
def file_page(
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
    """A file in two times, both of them in the address."""
    stream, times = f"{KIND_OF[plural]}/{id_}", views(as_of, known_at)
    shown, read, desk = show(service, who, ledger, stream, times.as_of, times.known_at)
    file = desk.read(stream).file
    unsealed = may_unseal(who, file)
    drawn = drawn_of(desk, who, stream, times)
    history = desk.history(stream, times.as_of, times.known_at)
    return page(
        "case.html",
        request,
        lang,
        ledger,
        simulated=desk.log.simulated,
        case=shown,
        times=times,
        refused=_by_reason(shown.allowed_steps),
        regime_title=read.law.regime.title.zh if lang == "zh" else read.law.regime.title.en,
        quotes={clock.article: read.quote(clock.article) for clock in shown.deadlines},
        why={id_: why(desk, clock) for id_, clock in read.file.deadlines.items()},
        drawn=drawn,
        events=by_version(drawn),
        texts=texts_for(desk, who.actor, stream, history, "page") if unsealed else {},
        unsealed=unsealed,
    )


def drawn_of(desk: Desk, who: Account, stream: str, times: Times) -> TimelineOut:
    """The timeline of a file, as `who` is told it; they were found to be somebody who may read it."""
    return timeline_out(desk, stream, times, nameless(desk, who, stream))


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
