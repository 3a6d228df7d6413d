"""The clocks counted (期限统计): by whom, by day of the month, and how long things took. Within the reader's scope."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.failures import Malformed, RangeReversed
from api.http import cursors, problems
from api.http.lists import Code, Since, caught_up
from api.http.routes import PREFIX, AccountDep, Cursor, LedgerName, Limit, ServiceDep
from api.projecting import asking
from api.reading import of_lists, told_to
from api.times import Day
from domain.errors import LawNotAdopted
from projections.deadlines import counting
from projections.deadlines.counting import By, HolderTime, Tally
from projections.stages import query as stages
from projections.stages.query import StageTime

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)

Month = Annotated[str, Query(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", description="a month, 2024-02")]
LONGEST = timedelta(weeks=53)
"""Of which the times are told at once: what a question costs does not grow with the age of the ledger."""


@router.get("/deadlines/counts")
def count_deadlines(
    service: ServiceDep, who: AccountDep, ledger: LedgerName, day: Day | None = None, position: Since = None
) -> dict[str, int]:
    """How many clocks of open files are overdue, due on a day, running, suspended, provisional."""
    ledger = caught_up(service, ledger, position, "files", "deadlines")
    with service.reading() as connection:
        return counting.counts(connection, ledger, day or service.desk(ledger).today(), of_lists(who))


@router.get("/deadlines/tallies")
def tally_deadlines(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    by: By,
    response: Response,
    day: Day | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    position: Since = None,
) -> list[Tally]:
    """The same by holder, person, regulation, department, article or kind of file, those with most overdue first.

    The next page is in the `Link` header.
    """
    name = f"tallies by {by} {day}"
    after = cursors.read(cursor, name, int, str)
    ledger = caught_up(service, ledger, position, "files", "deadlines")
    with asking(service, ledger, who, "deadlines") as connection:
        rows = counting.tallies(
            connection,
            ledger,
            day or service.desk(ledger).today(),
            by,
            limit=limit,
            after=after,
            who=of_lists(who),
            told_to=told_to(who),
        )
    if len(rows) == limit:
        asked = {"by": by, **({} if day is None else {"day": day})}
        response.headers["Link"] = cursors.link(name, limit, rows[-1].overdue, rows[-1].of, **asked)
    return rows


@router.get("/deadlines/calendar")
def deadlines_by_day(
    service: ServiceDep, who: AccountDep, ledger: LedgerName, month: Month, position: Since = None
) -> list[dict[str, Any]]:
    """A month day by day: what the day is under the adopted calendar, and how many running clocks end on it."""
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=monthrange(first.year, first.month)[1])
    ledger = caught_up(service, ledger, position, "files", "deadlines")
    laws = service.desk(ledger).laws
    digest = laws.book().calendar_digest
    if digest is None:
        raise LawNotAdopted(law="calendar")
    calendar = laws.calendar(digest)
    with service.reading() as connection:
        ending = counting.by_day(connection, ledger, first, last, of_lists(who))
    found = []
    for number in range(last.day):
        day = first + timedelta(days=number)
        what = calendar.day(day)
        found.append(
            {
                "date": day,
                "kind": what.kind,
                "worked": what.worked,
                "why_zh": what.why_zh,
                "why_en": what.why_en,
                "ending": ending.get(day, 0),
            }
        )
    return found


@router.get("/times")
def times_taken(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    since: Day,
    until: Day,
    organ: Code = None,
    position: Since = None,
) -> dict[str, list[StageTime] | list[HolderTime]]:
    """How many calendar days things took that ended between two days, about a year apart at most.

    By stage: the stays of files (of one department). By holder: the clocks that were met, without the days for which
    they stood still. A department is told of its own.
    """
    if until < since:
        raise RangeReversed(first=until, last=since)
    if until - since > LONGEST:
        raise Malformed(why=f"since {since}, until {until}")
    mine = of_lists(who)
    if mine is not None and organ not in (None, mine[0]):
        return {"stages": [], "holders": []}
    organ = organ if mine is None else mine[0]
    ledger = caught_up(service, ledger, position, "files", "stages", "deadlines")
    with asking(service, ledger, who, "deadlines") as connection:
        return {
            "stages": stages.times(connection, ledger, since, until, organ, mine),
            "holders": counting.times(connection, ledger, since, until, organ, mine, told_to(who)),
        }
