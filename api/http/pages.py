"""The plain pages: a ledger's deadlines and cases, and one case with what may be done next and why not the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path as Folder
from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import times
from api.failures import Malformed
from api.http.routes import AccountDep, FileName, LedgerName, ServiceDep, show
from api.reading import may_unseal, nameless, of_lists
from api.shapes import OfferOut
from api.showing import history_out, why
from api.unsealing import texts_for
from domain import glossary
from domain.case.kind import CASE
from domain.glossary import en, zh
from domain.kinds import KINDS
from projections.deadlines import query as deadlines
from projections.files import query as files

TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Folder(__file__).parent.parent / "web" / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STATES: Final = ("running", "suspended", "met", "met-late", "cancelled")
WORDS: Final = {state: (zh(f"deadline-{state}"), en(f"deadline-{state}")) for state in STATES}
UNITS: Final = {unit: (zh(unit), en(unit)) for unit in glossary.GROUPS["units"]}
PLURAL_OF: Final = {kind.name: kind.plural for kind in KINDS.values()}
KIND_OF: Final = {kind.plural: kind.name for kind in KINDS.values()}
router = APIRouter(include_in_schema=False)
Plural = Annotated[str, Path(pattern="^(" + "|".join(KIND_OF) + ")$")]
Lang = Annotated[Literal["zh", "en"], Query()]
Text = Annotated[str, Query(max_length=40)]
T = TypeVar("T")


@router.get("/", response_model=None)
def home(service: ServiceDep, lang: Lang = "zh") -> RedirectResponse | HTMLResponse:
    """The first ledger that the demonstration may show."""
    for row in service.demonstrations():
        return RedirectResponse(f"/ledgers/{row['ledger']}?lang={lang}")
    return HTMLResponse("<!doctype html><title>caseledger</title><p>caseledger demo", 404)


@router.get("/ledgers/{ledger}")
def ledger_page(
    service: ServiceDep, who: AccountDep, request: Request, ledger: LedgerName, lang: Lang = "zh"
) -> HTMLResponse:
    """Running clocks and the newest cases."""
    desk = service.desk(service.demonstration(ledger))
    today, mine = desk.today(), of_lists(who)
    with service.reading() as connection:
        values = {
            "counts": deadlines.counts(connection, ledger, today, mine),
            "deadlines": deadlines.open_ones(connection, ledger, limit=200, who=mine),
            "cases": files.newest(connection, ledger, CASE.name, limit=200, who=mine),
            "plural": PLURAL_OF,
        }
    return _page("ledger.html", request, lang, ledger, simulated=desk.log.simulated, today=today, **values)


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
    stream = f"{KIND_OF[plural]}/{id_}"
    day, moment = _read("as_of", times.day, as_of), _read("known_at", times.moment, known_at)
    shown, read, desk = show(service, who, ledger, stream, day, moment)
    file, history = desk.read(stream).file, desk.history(stream, day, moment)
    unsealed = may_unseal(who, file)
    return _page(
        "case.html",
        request,
        lang,
        ledger,
        simulated=desk.log.simulated,
        case=shown,
        refused=_by_reason(shown.allowed_steps),
        regime_title=read.law.regime.title.zh if lang == "zh" else read.law.regime.title.en,
        quotes={clock.article: read.quote(clock.article) for clock in shown.deadlines},
        why={id_: why(desk, clock) for id_, clock in read.file.deadlines.items()},
        history=history_out(desk, history, nameless(desk, who, stream)),
        texts=texts_for(desk, who.actor, stream, history, "page") if unsealed else {},
        unsealed=unsealed,
        words=WORDS,
        field=glossary.field,
        units=UNITS,
    )


def _by_reason(offers: Iterable[OfferOut]) -> dict[tuple[str | None, str | None, str | None], list[OfferOut]]:
    """What may not be done, by why not: a closed file refuses fifty steps for one reason, and says it once."""
    refused: dict[tuple[str | None, str | None, str | None], list[OfferOut]] = {}
    for offer in offers:
        if not offer.allowed:
            refused.setdefault((offer.why_zh, offer.why_en, offer.quote), []).append(offer)
    return refused


def _page(name: str, request: Request, lang: str, ledger: str, *, simulated: bool, **values: Any) -> HTMLResponse:
    chosen: Callable[[str, str], str] = (lambda zh_, _: zh_) if lang == "zh" else (lambda _, en_: en_)
    other = {**request.query_params, "lang": "en" if lang == "zh" else "zh"}
    return HTMLResponse(
        TEMPLATES.get_template(name).render(
            title=ledger,
            lang=lang,
            ledger=ledger,
            simulated=simulated,
            tail=f"?lang={lang}",
            other_language=f"?{urlencode(other)}",
            t=chosen,
            **values,
        )
    )


def _read(name: str, parse: Callable[[str], T], text: str) -> T | None:
    """What a form of the page says; an empty field says nothing."""
    try:
        return parse(text) if text else None
    except ValueError as error:
        raise Malformed(why=f"{name}: {error}") from None
