"""Registers (名册): documents, certificates, trainings, posts, obligations, bodies, gradings, triages, numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from api.failures import NumbersClosed, RangeReversed
from api.http import cursors, problems
from api.http.lists import OfFile, caught_up, hidden
from api.http.routes import PREFIX, AccountDep, Cursor, LedgerName, Limit, ServiceDep
from api.identity.demonstration import Account
from api.projecting import asking
from api.reading import AUDITOR, of_lists, told_to
from api.showing import SEALED
from api.times import Day
from ledger.canonical import LARGEST
from projections.registers import numbers, query
from projections.registers.numbers import NumberRow
from projections.registers.query import REGISTERS, Register
from projections.registers.rows import DocumentRow

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}/registers", responses=problems.DESCRIBED)

Row = TypeVar("Row", bound=OfFile)
Word = Annotated[str | None, Field(max_length=200, pattern=r"^[^\x00]*$")]
Part = Annotated[str, Path(min_length=1, max_length=120, pattern=r"^[^\x00/]+$")]
Year = Annotated[int | None, Field(ge=1900, le=9000)]


class Asked(BaseModel):
    """What every register may be asked; whatever else is named is refused, not passed over in silence."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str | None, Field(max_length=400)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    position: Annotated[int | None, Field(ge=0, le=LARGEST)] = None
    since: Day | None = None
    until: Day | None = None


_TYPES: Final[Mapping[str, Any]] = {"year": Year}
"""What a condition takes where it is neither a word nor, as its name then ends in `_on` or `_by`, a day."""


def _form(register: Register[Any]) -> type[Asked]:
    fields: dict[str, Any] = {}
    for name in register.asks:
        otherwise = Day | None if name.endswith(("_on", "_by")) else Word
        fields[name] = (_TYPES.get(name, otherwise), None)
    return create_model(f"{register.table.capitalize()}Asked", __base__=Asked, **fields)


def _list(register: Register[Row]) -> Callable[..., Any]:
    form = _form(register)

    def list_rows(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        response: Response,
        asked: Annotated[Asked, Query()],
    ) -> list[Row]:
        """Rows of a register, the newest first. The next page is in the `Link` header.

        `since` and `until` say between which days they are listed, both included.
        """
        if asked.since is not None and asked.until is not None and asked.since > asked.until:
            raise RangeReversed(first=asked.until, last=asked.since)
        which = asked.model_dump(exclude_none=True, exclude={"cursor", "limit", "position"})
        name = f"{register.table} {sorted(which.items())}"
        after = cursors.read(asked.cursor, name, date, str, str)
        here = caught_up(service, ledger, asked.position, "files", "registers")
        with asking(service, here, who, "registers") as connection:
            rows = query.page(
                connection,
                here,
                register,
                limit=asked.limit,
                after=after,
                who=of_lists(who),
                asked=which,
                told_to=told_to(who),
            )
            unnamed = hidden(connection, here, who, rows)
        if len(rows) == asked.limit:
            response.headers["Link"] = cursors.link(name, asked.limit, *register.place(rows[-1]), **which)
        return [_told(row, unnamed(row)) for row in rows]

    list_rows.__annotations__["asked"] = Annotated[form, Query()]
    list_rows.__annotations__["return"] = list[register.row]  # type: ignore[name-defined]  # each endpoint has its own
    return list_rows


for each in REGISTERS:
    router.add_api_route(f"/{each.table}", _list(each), name=f"list_register_of_{each.table}")


def _told(row: Row, names: frozenset[str]) -> Row:
    if isinstance(row, DocumentRow):
        names -= {row.supervisor, row.subject}
        addressee, issuer = (SEALED if name in names else name for name in (row.addressee, row.issuer))
        return replace(row, addressee=addressee, issuer=issuer)
    return row


@dataclass(frozen=True, slots=True)
class NumbersOf:
    """A register of numbers: one for each organ, kind of document and year."""

    organ: str
    instrument: str
    year: int


def _refuse_others(who: Account) -> None:
    if not who.oversees and who.actor.role != AUDITOR:
        raise NumbersClosed


@router.get("/numbers")
def list_registers_of_numbers(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> list[NumbersOf]:
    """The registers of document numbers (文号登记), by organ, kind of document and year."""
    _refuse_others(who)
    after = cursors.read(cursor, "registers of numbers", str)
    here = caught_up(service, ledger, None)
    with service.reading() as connection:
        streams = numbers.registers(connection, here, limit=limit, after=after[0] if after else "")
    if len(streams) == limit:
        response.headers["Link"] = cursors.link("registers of numbers", limit, streams[-1])
    parts = (stream.split("/") for stream in streams)
    return [NumbersOf(organ, instrument, int(year)) for _, organ, instrument, year in parts]


@router.get("/numbers/{organ}/{instrument}/{year}")
def list_numbers(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    organ: Part,
    instrument: Part,
    year: Annotated[int, Path(ge=1900, le=9000)],
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> list[NumberRow]:
    """The numbers of one register in their order: which were voided, never used, and which are missing."""
    _refuse_others(who)
    stream = f"register/{organ}/{instrument}/{year}"
    after = cursors.read(cursor, stream, int)
    here = caught_up(service, ledger, None)
    with service.reading() as connection:
        rows = numbers.numbers(connection, service.mapper, here, stream, limit=limit, after=after[0] if after else 0)
    if len(rows) == limit:
        response.headers["Link"] = cursors.link(stream, limit, rows[-1].version)
    return rows
