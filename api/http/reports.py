"""Reports over HTTP (统计报告): computed from the entries as of a position, for who oversees or audits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.failures import OverseersOnly
from api.figures import computed
from api.http import problems
from api.http.routes import PREFIX, AccountDep, LedgerName, ServiceDep
from api.reading import of_lists
from ledger.canonical import LARGEST
from ledger.sealing.source import DatabaseSource

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)

Name = Annotated[str, Path(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60)]
Year = Annotated[int, Query(ge=1, le=9999, description="by legal dates (年度)")]
Organ = Annotated[str | None, Query(max_length=200, description="only the figures of this organ (机关)")]
Position = Annotated[int | None, Query(ge=1, le=LARGEST, description="as of so many entries; of all otherwise")]


@router.get("/reports/{name}", response_class=Response)
def show_report(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    name: Name,
    year: Year,
    organ: Organ = None,
    position: Position = None,
) -> Response:
    """A report over all files, to the byte as it goes into a bundle: each row with the positions it rests on."""
    ledger = service.demonstration(ledger)
    if of_lists(who) is not None:
        raise OverseersOnly
    with service.reading() as connection:
        made = computed(DatabaseSource(connection, ledger), name, year, organ, position)
    return Response(made, media_type="application/json", headers={"Cache-Control": "private, no-store"})
