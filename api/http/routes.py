"""The HTTP interface, made from the command table: one endpoint a step, three lines each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import Field, StrictBool, create_model

from api.asking import Ask
from api.execute import Desk
from api.failures import Malformed, VersionMissing
from api.http import problems
from api.identity.demonstration import ACCOUNTS, Account
from api.reading import nameless, readable
from api.service import Service
from api.shapes import CaseOut, ReceiptOut
from api.showing import case_out
from api.steps import Form, Text, form_of
from api.times import Day, Moment
from domain.kinds import KINDS
from ledger.canonical import LARGEST

PREFIX: Final = "/api/v1"
router = APIRouter(prefix=PREFIX, responses=problems.DESCRIBED)

LedgerName = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
FileId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$", max_length=120)]
FileName = Annotated[FileId, Path(alias="id")]
RegimeId = Annotated[str, Field(pattern=r"^[a-z]+-[a-z0-9]+$", max_length=60)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=40)]
AsOf = Annotated[Day | None, Query(description="the legal day: what had happened by then (截至发生日)")]
KnownAt = Annotated[Moment | None, Query(description="the moment: what was recorded by then (截至知悉时)")]
Cursor = Annotated[str | None, Query(max_length=400)]
Limit = Annotated[int, Query(ge=1, le=200)]


class StepBody(Form):
    """What every step may say besides its own fields."""

    occurred_on: Day | None = None
    late_reason: Text | None = None
    done_before: StrictBool = False
    recorded_at: Moment | None = None


AHEAD: Final = timedelta(weeks=4)
META: Final = frozenset(StepBody.model_fields)
_FORMS: Final = {(kind.name, step): form_of(kind, step) for kind in KINDS.values() for step in kind.steps}
_MADE: Final = {
    form: create_model(f"{form.__name__}Body", __base__=(StepBody, form)) for form in dict.fromkeys(_FORMS.values())
}
BODIES: Final = {step: _MADE[form] for step, form in _FORMS.items()}
"""The body of every step, by kind of proceeding; what kinds share has one."""


def service(request: Request) -> Service:
    """The running service."""
    found: Service = request.app.state.service
    return found


def account(account: Annotated[str, Header(alias="X-Demo-Account")] = "handler") -> Account:
    """Who asks. A fixed account of the demonstration until there is sign-in."""
    if account not in ACCOUNTS:
        raise Malformed(why=f"X-Demo-Account: {', '.join(ACCOUNTS)}")
    return ACCOUNTS[account]


ServiceDep = Annotated[Service, Depends(service)]
AccountDep = Annotated[Account, Depends(account)]


@router.get("/ledgers")
def list_ledgers(service: ServiceDep) -> list[dict[str, Any]]:
    """The ledgers that may be used without sign-in: id, clock, size."""
    return service.demonstrations()


def show(
    service: Service, who: Account, ledger: str, stream: str, as_of: date | None, known_at: datetime | None
) -> CaseOut:
    """A file as somebody may see it."""
    desk = service.desk(service.demonstration(ledger))
    readable(desk, who, stream)
    read = desk.read(stream, as_of, known_at)
    return case_out(desk, stream, read, who.actor, nameless(desk, who, stream), as_of, known_at)


def ask(
    desk: Desk,
    stream: str,
    step: str,
    data: dict[str, Any],
    who: Account,
    key: str,
    seen: int | None,
    regime: str | None = None,
) -> Ask:
    """The step as asked for, from a body. Nobody takes a ledger more than four weeks ahead at once."""
    meta = {name: data.pop(name, None) for name in META}
    if meta["recorded_at"] is not None and meta["recorded_at"] > desk.now() + AHEAD:
        raise Malformed(why="recorded_at")
    return Ask(
        stream=stream,
        step=step,
        data=data,
        actor=who.actor,
        key=key,
        seen=seen,
        on=meta["occurred_on"],
        at=meta["recorded_at"],
        done_before=bool(meta["done_before"]),
        late_reason=meta["late_reason"],
        regime=regime,
    )


def answer(receipt: Any, response: Response) -> ReceiptOut:
    """The receipt, with the new version as ETag."""
    response.headers["ETag"] = f'"{receipt.version}"'
    return ReceiptOut.of(receipt)


def version_of(if_match: str | None) -> int:
    """The version of the file that the asker saw."""
    text = (if_match or "").strip().removeprefix("W/").strip('"')
    if not text:
        raise VersionMissing
    if not text.isdecimal() or int(text) > LARGEST:
        raise Malformed(why="If-Match")
    return int(text)
