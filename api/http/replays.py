"""A file looked back on, of every kind of proceeding: two of its views compared, its timeline (回放、时间轴)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.comparing import DifferenceOut, Times, difference_out
from api.http import problems
from api.http.routes import PREFIX, AccountDep, AsOf, FileName, KnownAt, LedgerName, ServiceDep
from api.reading import nameless, readable
from api.timelines import TimelineOut, timeline_out
from api.times import Day, Moment
from domain.kinds import KINDS
from domain.procedure.kind import Kind

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)

OtherAsOf = Annotated[Day | None, Query(description="the legal day of the second view; without it, no limit")]
OtherKnownAt = Annotated[Moment | None, Query(description="the moment of the second view; without it, all known now")]


def _looking_back(kind: Kind) -> None:
    def show_difference(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        id_: FileName,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        other_as_of: OtherAsOf = None,
        other_known_at: OtherKnownAt = None,
    ) -> DifferenceOut:
        """What a second view of a file says otherwise than a first (回放差异): the earlier is the first."""
        desk, stream = service.desk(service.demonstration(ledger)), f"{kind.name}/{id_}"
        readable(desk, who, stream)
        views = Times(as_of, known_at), Times(other_as_of, other_known_at)
        return difference_out(desk, stream, *views, nameless(desk, who, stream))

    def show_timeline(
        service: ServiceDep,
        who: AccountDep,
        ledger: LedgerName,
        id_: FileName,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> TimelineOut:
        """A file as a timeline (时间轴): what was done, in lanes, by legal day; its clocks with their pauses."""
        desk, stream = service.desk(service.demonstration(ledger)), f"{kind.name}/{id_}"
        readable(desk, who, stream)
        return timeline_out(desk, stream, Times(as_of, known_at), nameless(desk, who, stream))

    name, path = kind.name.replace("-", "_"), f"/{kind.plural}/{{id}}"
    router.add_api_route(f"{path}/difference", show_difference, name=f"show_{name}_difference")
    router.add_api_route(f"{path}/timeline", show_timeline, name=f"show_{name}_timeline")


for each in KINDS.values():
    _looking_back(each)
