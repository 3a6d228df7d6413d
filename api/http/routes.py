"""The HTTP interface, made from the command table: one endpoint a step, three lines each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import Field, StrictBool, create_model

from api.asking import Ask, Read
from api.execute import Desk
from api.failures import Malformed, UnknownDeadline, VersionMissing
from api.http import cursors, problems
from api.identity.demonstration import ACCOUNTS, Account
from api.service import Service
from api.shapes import CaseOut, DueOut, EntryOut, ReceiptOut
from api.showing import case_out, history_out, why
from api.steps import FORMS, Form, Text
from api.times import Day, Moment
from ledger.canonical import LARGEST
from projections.cases import query as cases
from projections.cases.query import CaseRow
from projections.deadlines import query as deadlines
from projections.deadlines.query import DeadlineRow

PREFIX: Final = "/api/v1"
router = APIRouter(prefix=PREFIX, responses=problems.DESCRIBED)

LedgerName = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
CaseId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$", max_length=120)]
CaseName = Annotated[CaseId, Path()]
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
BODIES: Final = {step: create_model(f"{form.__name__}Body", __base__=(StepBody, form)) for step, form in FORMS.items()}
OpenBody = create_model(
    "OpenCaseBody", __base__=BODIES["open"], case=(CaseId | None, None), regime=(RegimeId | None, None)
)


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


@router.get("/ledgers/{ledger}/cases")
def list_cases(
    service: ServiceDep, ledger: LedgerName, response: Response, cursor: Cursor = None, limit: Limit = 50
) -> list[CaseRow]:
    """Cases by their last step, the newest first. The next page is in the `Link` header."""
    after = cursors.read(cursor, "cases", date, str)
    ledger = service.demonstration(ledger)
    with service.reading() as connection:
        rows = cases.newest(connection, ledger, limit=limit, after=after)
    if len(rows) == limit:
        response.headers["Link"] = cursors.link("cases", limit, rows[-1].last_on, rows[-1].case_id)
    return rows


@router.get("/ledgers/{ledger}/deadlines")
def list_deadlines(
    service: ServiceDep, ledger: LedgerName, response: Response, cursor: Cursor = None, limit: Limit = 50
) -> list[DeadlineRow]:
    """Running clocks, the one that ends first at the top. The next page is in the `Link` header."""
    after = cursors.read(cursor, "deadlines", date, str, str)
    ledger = service.demonstration(ledger)
    with service.reading() as connection:
        rows = deadlines.open_ones(connection, ledger, limit=limit, after=after)
    if len(rows) == limit:
        response.headers["Link"] = cursors.link(
            "deadlines", limit, rows[-1].latest, rows[-1].case_id, rows[-1].deadline
        )
    return rows


@router.get("/ledgers/{ledger}/cases/{case}")
def show_case(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    case: CaseName,
    response: Response,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> CaseOut:
    """A case, with what the asker may do next and why not the rest."""
    shown, _, _ = show(service, who, ledger, case, as_of, known_at)
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


def show(
    service: Service, who: Account, ledger: str, case: str, as_of: date | None, known_at: datetime | None
) -> tuple[CaseOut, Read, Desk]:
    """A case as somebody may see it, what it was read from, and the desk that read it."""
    desk = service.desk(service.demonstration(ledger))
    read = desk.read(case, as_of, known_at)
    return case_out(desk, case, read, who.actor, as_of, known_at), read, desk


@router.get("/ledgers/{ledger}/cases/{case}/history")
def show_history(
    service: ServiceDep, ledger: LedgerName, case: CaseName, as_of: AsOf = None, known_at: KnownAt = None
) -> list[EntryOut]:
    """Every entry of a case in the order recorded, within both times if they are given, with its corrections."""
    desk = service.desk(service.demonstration(ledger))
    return history_out(desk, desk.history(case, as_of, known_at))


@router.get("/ledgers/{ledger}/cases/{case}/deadlines/{deadline:path}/why")
def explain_deadline(
    service: ServiceDep,
    ledger: LedgerName,
    case: CaseName,
    deadline: str,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> DueOut:
    """Why that date (为什么是这天): every day counted and every day skipped, with the reason."""
    desk = service.desk(service.demonstration(ledger))
    clock = desk.read(case, as_of, known_at).case.deadlines.get(deadline)
    if clock is None:
        raise UnknownDeadline(deadline=deadline)
    return why(desk, clock)


@router.post("/ledgers/{ledger}/cases", status_code=201)
def open_case(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    body: OpenBody,
    key: Key,
    response: Response,
) -> ReceiptOut:
    """Open a case under an adopted regulation."""
    desk = service.desk(service.demonstration(ledger))
    data = body.model_dump(exclude_unset=True)
    case = data.pop("case", None) or desk.case_for(who.actor, key)
    receipt = desk.take(ask(desk, "open", case, data, who, key, seen=None, regime=data.pop("regime", None)))
    return answer(receipt, response)


def ask(
    desk: Desk,
    step: str,
    case: str,
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
        case=case,
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
    """The version of the case that the asker saw."""
    text = (if_match or "").strip().removeprefix("W/").strip('"')
    if not text:
        raise VersionMissing
    if not text.isdecimal() or int(text) > LARGEST:
        raise Malformed(why="If-Match")
    return int(text)


def _endpoint(step: str) -> Callable[..., ReceiptOut]:
    def take(  # the body's type is that of the step
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        case: CaseName,
        body: BODIES[step],  # type: ignore[valid-type]  # made from the command table
        key: Key,
        response: Response,
        if_match: IfMatch = None,
    ) -> ReceiptOut:
        data = body.model_dump(exclude_unset=True)  # type: ignore[attr-defined]  # see above
        desk = service.desk(service.demonstration(ledger))
        return answer(desk.take(ask(desk, step, case, data, who, key, version_of(if_match))), response)

    take.__name__ = step.replace("-", "_")
    take.__annotations__["body"] = BODIES[step]
    return take


for name in FORMS:
    if name != "open":
        router.add_api_route(
            f"/ledgers/{{ledger}}/cases/{{case}}/steps/{name}", _endpoint(name), methods=["POST"], status_code=201
        )
