"""The endpoints of every kind of proceeding, made from the table of kinds: three lines each.

`/cases/{id}`, `/leads/{id}`, ... each with its history, the account of its clocks, and one endpoint a step.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response
from pydantic import create_model

from api.failures import UnknownDeadline
from api.http import problems
from api.http.routes import (
    BODIES,
    PREFIX,
    AccountDep,
    AsOf,
    FileId,
    FileName,
    IfMatch,
    Key,
    KnownAt,
    LedgerName,
    RegimeId,
    ServiceDep,
    answer,
    ask,
    show,
    version_of,
)
from api.reading import nameless, readable
from api.shapes import CaseOut, DueOut, EntryOut, ReceiptOut
from api.showing import history_out, why
from domain.kinds import KINDS
from domain.procedure.kind import Kind

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)


def _reading(kind: Kind) -> None:
    def show_file(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        id_: FileName,
        response: Response,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> CaseOut:
        """A file, with what the asker may do next and why not the rest."""
        shown = show(service, who, ledger, f"{kind.name}/{id_}", as_of, known_at)
        response.headers["ETag"] = f'"{shown.version}"'
        return shown

    def show_history(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        id_: FileName,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> list[EntryOut]:
        """Every entry of a file in the order recorded, within both times if they are given."""
        desk = service.desk(service.demonstration(ledger))
        stream = f"{kind.name}/{id_}"
        readable(desk, who, stream)
        return history_out(desk, desk.history(stream, as_of, known_at), nameless(desk, who, stream))

    def explain_deadline(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        id_: FileName,
        deadline: str,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> DueOut:
        """Why that date (为什么是这天): every day counted and every day skipped, with the reason."""
        desk = service.desk(service.demonstration(ledger))
        readable(desk, who, f"{kind.name}/{id_}")
        clock = desk.read(f"{kind.name}/{id_}", as_of, known_at).file.deadlines.get(deadline)
        if clock is None:
            raise UnknownDeadline(deadline=deadline)
        return why(desk, clock)

    name, path = kind.name.replace("-", "_"), f"/{kind.plural}/{{id}}"
    router.add_api_route(path, show_file, name=f"show_{name}")
    router.add_api_route(f"{path}/history", show_history, name=f"show_{name}_history")
    router.add_api_route(f"{path}/deadlines/{{deadline:path}}/why", explain_deadline, name=f"explain_{name}_deadline")


def _opening(kind: Kind) -> None:
    body_type = create_model(
        f"{kind.name.title().replace('-', '')}OpeningBody",
        __base__=BODIES[kind.name, kind.opening],
        id=(FileId | None, None),
        regime=(RegimeId | None, None),
    )

    def open_file(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        body: body_type,
        key: Key,
        response: Response,
    ) -> ReceiptOut:
        """Open a file under an adopted regulation."""
        desk = service.desk(service.demonstration(ledger))
        data = body.model_dump(exclude_unset=True)
        id_ = data.pop("id", None) or desk.id_for(who.actor, key)
        regime = data.pop("regime", None)
        return answer(desk.take(ask(desk, f"{kind.name}/{id_}", kind.opening, data, who, key, None, regime)), response)

    open_file.__annotations__["body"] = body_type
    name = f"open_{kind.name.replace('-', '_')}"
    router.add_api_route(f"/{kind.plural}", open_file, methods=["POST"], status_code=201, name=name)


def _endpoint(kind: str, step: str) -> Callable[..., ReceiptOut]:
    def take(  # the body's type is that of the step
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        id_: FileName,
        body: BODIES[kind, step],  # type: ignore[valid-type]  # made from the table of steps
        key: Key,
        response: Response,
        if_match: IfMatch = None,
    ) -> ReceiptOut:
        data = body.model_dump(exclude_unset=True)  # type: ignore[attr-defined]  # see above
        desk = service.desk(service.demonstration(ledger))
        asked = ask(desk, f"{kind}/{id_}", step, data, who, key, version_of(if_match))
        readable(desk, who, asked.stream)
        return answer(desk.take(asked), response)

    take.__annotations__["body"] = BODIES[kind, step]
    return take


for each in KINDS.values():
    _reading(each)
    _opening(each)
    for step, row in each.steps.items():
        if not row.opens:
            router.add_api_route(
                f"/{each.plural}/{{id}}/steps/{step}",
                _endpoint(each.name, step),
                methods=["POST"],
                status_code=201,
                name=f"{each.name}_{step}".replace("-", "_"),
            )
