"""What every page of a file is asked with: by whom, of which file, in which times and language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from api.comparing import Times
from api.execute import Desk
from api.http.routes import AccountDep, FileName, LedgerName, ServiceDep
from api.http.web.rendering import KIND_OF, Lang, Plural, Text, page, views
from api.identity.demonstration import Account
from api.reading import nameless, readable


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a page of a file that they may read."""

    desk: Desk
    who: Account
    kind: str
    id: str
    times: Times
    lang: str
    request: Request

    @property
    def stream(self) -> str:
        """The stream of the file."""
        return f"{self.kind}/{self.id}"

    @property
    def nameless(self) -> frozenset[object]:
        """Whom the file does not name to them."""
        return nameless(self.desk, self.who, self.stream)

    def page(self, name: str, **values: Any) -> HTMLResponse:
        """The page out of its template."""
        log = self.desk.log
        about = {"kind": self.kind, "id": self.id, "times": self.times}
        return page(name, self.request, self.lang, log.ledger, simulated=log.simulated, **about, **values)


def _visit(
    service: ServiceDep,
    who: AccountDep,
    request: Request,
    ledger: LedgerName,
    plural: Plural,
    id_: FileName,
    lang: Lang = "zh",
    as_of: Text = "",
    known_at: Text = "",
) -> Visit:
    desk, kind = service.desk(service.demonstration(ledger)), KIND_OF[plural]
    readable(desk, who, f"{kind}/{id_}")
    return Visit(desk, who, kind, id_, views(as_of, known_at), lang, request)


VisitDep = Annotated[Visit, Depends(_visit)]
