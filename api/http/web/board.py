"""期限看板: the deadlines of a ledger as counts, worklist and month, with the list of its cases; and the way in."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.execute import Desk
from api.failures import Malformed
from api.http import cursors
from api.http.lists import Code, list_deadlines
from api.http.responsibility import sees_acts
from api.http.routes import AccountDep, Cursor, LedgerName, ServiceDep
from api.http.web.rendering import Lang, Text, cursor_of, day_of, page
from api.projecting import asking, reached
from api.reading import of_lists, told_to
from domain.calendar import Calendar, Day, Period, due, working_days_between
from domain.case.kind import CASE
from domain.errors import LawNotAdopted
from projections.deadlines import counting
from projections.deadlines.asked import ANY, Which
from projections.deadlines.query import DeadlineRow
from projections.files import query as files
from projections.files.query import FileRow

SOON: Final = Period(2, "working_day")
"""How near an end has to be for the yellow tile."""
ROWS: Final = 50
router = APIRouter(include_in_schema=False)
Month = Annotated[str, Query(max_length=7, pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the worklist: the clock, its file, how it stands, the working days left or, when overdue, since."""

    clock: DeadlineRow
    file: FileRow | None
    state: str
    left: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month: what it is under the calendar, and how many clocks end on it."""

    on: date
    here: bool
    what: Day
    ends: int


@router.get("/", response_model=None)
def home(service: ServiceDep, lang: Lang = "zh") -> RedirectResponse | HTMLResponse:
    """The first ledger that the demonstration may show."""
    for row in service.demonstrations():
        return RedirectResponse(f"/ledgers/{row['ledger']}?lang={lang}")
    return HTMLResponse("<!doctype html><title>caseledger</title><p>caseledger demo", 404)


@router.get("/ledgers/{ledger}")
def ledger_page(
    service: ServiceDep,
    who: AccountDep,
    request: Request,
    ledger: LedgerName,
    lang: Lang = "zh",
    since: Text = "",
    until: Text = "",
    regime: Code = None,
    holder: Code = None,
    person: Code = None,
    article: Code = None,
    month: Month = "",
    cursor: Cursor = None,
    cases: Cursor = None,
) -> HTMLResponse:
    """Counts, worklist and month of the clocks; the cases with the newest step first."""
    desk = service.desk(service.demonstration(ledger))
    today, mine, calendar = desk.today(), of_lists(who), _calendar(desk)
    asker = told_to(who)
    which = Which(regime=regime or None, holder=holder or None, person=person or None, article=article or None)
    days = day_of("since", since), day_of("until", until)
    answer = Response()
    rows = list_deadlines(
        service, who, ledger, answer, cursor, ROWS, None, *days, which.regime, which.holder, which.person, which.article
    )
    first = date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
    if not date.min.year < first.year < date.max.year:
        raise Malformed(why=f"month {month}")
    soon = due(calendar, today, SOON, accounted=False).latest
    after = cursors.read(cases, CASE.plural, date, str)
    weeks = Weeks().monthdatescalendar(first.year, first.month)
    with asking(service, ledger, who, "deadlines") as connection:
        counts = counting.counts(connection, ledger, today, mine, soon=soon, which=which, told_to=asker)
        ends = counting.by_day(connection, ledger, weeks[0][0], weeks[-1][-1], mine, which, asker)
        listed = files.newest(connection, ledger, CASE.name, limit=ROWS, after=after, who=mine)
        found = files.named(connection, ledger, list({f"{row.kind}/{row.id}" for row in rows}))
    last = listed[-1] if len(listed) == ROWS else None
    asked = {
        "lang": lang,
        "since": days[0],
        "until": days[1],
        **{name: getattr(which, name) for name in ("regime", "holder", "person", "article")},
        "month": month,
    }
    return page(
        "ledger.html",
        request,
        lang,
        ledger,
        simulated=desk.log.simulated,
        today=today,
        position=reached(service, ledger, "files", "deadlines"),
        counts=counts,
        soon=soon,
        yesterday=today - timedelta(days=1),
        lines=[_line(row, found.get(f"{row.kind}/{row.id}"), calendar, today, soon) for row in rows],
        asked=asked,
        filtered=which != ANY or any(days),
        regimes=sorted(desk.laws.book().regimes),
        more=cursor_of(answer),
        month=first,
        months=(first - timedelta(days=1), (first + timedelta(weeks=5)).replace(day=1)),
        weeks=[[Cell(on, on.month == first.month, calendar.day(on), ends.get(on, 0)) for on in week] for week in weeks],
        cases=listed,
        acts_open=sees_acts(who),
        more_cases=cursors.write(CASE.plural, last.last_on, last.id) if last is not None else None,
    )


def _line(row: DeadlineRow, file: FileRow | None, calendar: Calendar, today: date, soon: date) -> Line:
    late = row.latest < today
    state = "running"
    if late:
        state = "lapsed-right" if row.nature == "right" else "overdue"
    elif row.latest == today:
        state = "today"
    elif row.latest <= soon:
        state = "soon"
    left = working_days_between(calendar, *((row.latest, today) if late else (today, row.latest)))
    return Line(replace(row, persons=sorted(row.persons)), file, state, left)


def _calendar(desk: Desk) -> Calendar:
    """The calendar now adopted.

    Raises:
        LawNotAdopted: there is none yet.
    """
    digest = desk.laws.book().calendar_digest
    if digest is None:
        raise LawNotAdopted(law="calendar")
    return desk.laws.calendar(digest)
