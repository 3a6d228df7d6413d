"""What all pages share: how they are made, in which language, what their addresses hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path as Folder
from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import parse_qs, quote, urlencode

from fastapi import Path, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import times
from api.asking import PLACE
from api.comparing import Times
from api.failures import Malformed
from domain import glossary
from domain.glossary import TERMS, en, zh
from domain.kinds import KINDS

TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Folder(__file__).parent.parent.parent / "web" / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STATES: Final = ("running", "suspended", "met", "met-late", "cancelled")
WORDS: Final = {state: (zh(f"deadline-{state}"), en(f"deadline-{state}")) for state in STATES}
UNITS: Final = {unit: (zh(unit), en(unit)) for unit in glossary.GROUPS["units"]}
PLURAL_OF: Final = {kind.name: kind.plural for kind in KINDS.values()}
TEMPLATES.filters["local"] = lambda moment: f"{moment.astimezone(PLACE):%Y-%m-%d %H:%M:%S}"
TEMPLATES.filters["stamp"] = lambda moment: moment.astimezone(PLACE).isoformat()
KIND_OF: Final = {kind.plural: kind.name for kind in KINDS.values()}
Plural = Annotated[str, Path(pattern="^(" + "|".join(KIND_OF) + ")$")]
Lang = Annotated[Literal["zh", "en"], Query()]
Text = Annotated[str, Query(max_length=40)]
_NEXT: Final = re.compile(r"<\?([^>]*)>")
T = TypeVar("T")


def page(name: str, request: Request, lang: str, ledger: str, *, simulated: bool, **values: Any) -> HTMLResponse:
    """A page out of its template, with a switch to the same view in the other language."""
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
            term=lambda term: chosen(*_term(term)),
            plural=PLURAL_OF,
            address=address,
            units=UNITS,
            field=_field,
            part=_part,
            words=WORDS,
            **values,
        )
    )


def address(*parts: str, **query: object) -> str:
    """An address on this host, from the parts of its path and its query; what is None or empty is not said."""
    said = {name: str(value) for name, value in query.items() if value not in (None, "")}
    path = "/" + "/".join(quote(part, safe=":~") for part in parts)
    return f"{path}?{urlencode(said)}" if said else path


def views(as_of: str, known_at: str) -> Times:
    """Both times as the fields of a form say them; `Malformed`."""
    return Times(read("as_of", times.day, as_of), read("known_at", times.moment, known_at))


def day_of(name: str, text: str) -> date | None:
    """A day as a field of a form says it; `Malformed`."""
    return read(name, times.day, text)


def read(name: str, parse: Callable[[str], T], text: str) -> T | None:
    """What a field of a form says; an empty one says nothing.

    Raises:
        Failure: `Malformed`.
    """
    try:
        return parse(text) if text else None
    except ValueError as error:
        raise Malformed(why=f"{name}: {error}") from None


def cursor_of(response: Response) -> str | None:
    """The cursor of the next page that an endpoint put into its `Link` header; None on the last."""
    found = _NEXT.match(response.headers.get("Link", ""))
    return parse_qs(found[1])["cursor"][0] if found is not None else None


def _term(name: str) -> tuple[str, str]:
    """A stored name in both languages; one that the glossary does not have, as it was recorded."""
    try:
        return zh(name), en(name)
    except KeyError:
        return (zh(f"thing.{name}"), en(f"thing.{name}")) if f"thing.{name}" in TERMS else (name, name)


def _field(name: str) -> tuple[str, str]:
    """A field of a fact in both languages; what only a value names, as it was recorded."""
    try:
        return glossary.field(name)
    except StopIteration:
        return (name, name)


def _part(name: str) -> tuple[str, str]:
    """A part of what is said of a clock or a document in both languages; many are called by their field."""
    return (zh(f"part.{name}"), en(f"part.{name}")) if f"part.{name}" in TERMS else _field(name)
