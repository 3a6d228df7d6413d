"""`caseledger due`: when a period ends, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, cast, get_args

import typer

from api import times
from api.asking import legal_day
from api.cli.answers import answers
from api.cli.options import Json
from api.cli.output import OUT, UsageError, print_json
from api.inputs import InputError
from domain.calendar import Calendar, Due, Pause, Period, Unit, as_known_on, due, due_on
from domain.regime.conditions import ByPoint
from domain.regime.loader import RegimeFileError, load
from domain.regime.periods import FixedPeriod, Span, UntilDay

UNITS: Final = get_args(Unit)
MOST: Final = 3650


@answers
def when_due(
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help="the day that starts the period")],
    period: Annotated[int | None, typer.Option(help="how many units")] = None,
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="working_day, calendar_day, month or year")] = None,
    known_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="with the schedules published by this day")
    ] = None,
    regime: Annotated[str | None, typer.Option(metavar="ID", help="take the period of this regulation")] = None,
    deadline: Annotated[str | None, typer.Option(metavar="NAME", help="and of this deadline in it")] = None,
    pause: Annotated[
        list[str] | None, typer.Option(metavar="FROM..UNTIL", help="days that do not count; may be repeated")
    ] = None,
    json: Json = False,
) -> None:
    """When a period ends, with the account of every day (为什么是这天)."""
    end, cite = reckon(
        start=from_,
        period=period,
        unit=unit,
        known_on=known_on,
        regime=regime,
        deadline=deadline,
        pauses=pause or (),
        today=legal_day(datetime.now(UTC)),
    )
    if json:
        print_json(as_json(end, cite))
        return
    bounds = f"  暂定 provisional: {end.earliest} – {end.latest}" if end.status == "provisional" else ""
    OUT.print(f"{end.due}{bounds}  ({end.calendar}{', ' + ', '.join(cite) if cite else ''})")
    for day in end.days:
        OUT.print(f"  {day.date}  {'✓' if day.counted else ' '}  {day.why_zh}  {day.why_en}")


def reckon(
    *,
    start: str,
    period: int | None,
    unit: str | None,
    known_on: str | None,
    regime: str | None,
    deadline: str | None,
    pauses: Sequence[str],
    today: date,
) -> tuple[Due, tuple[str, ...]]:
    """The end of a period, given by count and unit or as a deadline of a regime; with the citations it rests on.

    Raises:
        UsageError, InputError: what is wrong with the question, in one sentence.
    """
    calendar = _calendar(day(known_on, "--known-on") if known_on else today)
    first = day(start, "--from")
    cite: tuple[str, ...] = ()
    span: Period | date
    if regime is not None or deadline is not None:
        if regime is None or deadline is None or period is not None or unit is not None:
            raise UsageError("give --regime with --deadline, or --period with --unit")
        span, cite = _of_regime(regime, deadline, first)
    else:
        if period is None or unit is None:
            raise UsageError("give --period with --unit, or --regime with --deadline")
        if unit not in UNITS or not 1 <= period <= MOST:
            raise UsageError(f"--unit is one of {', '.join(UNITS)}; --period is between 1 and {MOST}")
        span = Period(period, cast("Unit", unit))
    return _due(calendar, first, span, [_pause(text) for text in pauses]), cite


def as_json(end: Due, cite: Sequence[str]) -> dict[str, Any]:
    """The JSON that other tools rely on."""
    return {
        "due": end.due.isoformat(),
        "nominal": end.nominal.isoformat(),
        "status": end.status,
        "earliest": end.earliest.isoformat(),
        "latest": end.latest.isoformat(),
        "calendar": end.calendar,
        "days": [
            {"date": d.date.isoformat(), "counted": d.counted, "why": d.why_zh, "why_en": d.why_en} for d in end.days
        ],
        "cite": list(cite),
    }


def day(text: str, option: str) -> date:
    """A day of the command line; `InputError` where it is none."""
    try:
        return times.day(text)
    except ValueError:
        raise InputError("not-a-day", option=option, text=text) from None


def _calendar(known_on: date) -> Calendar:
    try:
        return as_known_on(known_on)
    except ValueError as error:
        raise UsageError(f"--known-on: {error}") from None


def _of_regime(id_: str, name: str, first: date) -> tuple[Period | date, tuple[str, ...]]:
    try:
        regime = load(id_).regime
    except RegimeFileError as error:
        raise UsageError(str(error)) from None
    known = {each: rule for rules in regime.procedures.values() for each, rule in rules.deadlines.items()}
    found = known.get(name)
    if found is None:
        raise UsageError(f"{id_} has no deadline {name!r}; it has: {', '.join(known)}")
    match found.period:
        case FixedPeriod(count=count, unit=unit):
            return Period(count, unit), (found.cite,)
        case UntilDay() as until:
            return until.of(first), (found.cite,)
        case ByPoint(point=point, options=options):
            readings = ", ".join(f"{option}: {_said(span)}" for option, span in options.items())
            raise UsageError(
                f"the period of {name} turns on the open point {point} ({readings}); give the one you mean"
            )
        case _:
            raise UsageError(f"the period of {name} is set in the document; give --period with --unit")


def _said(span: Span) -> str:
    match span:
        case FixedPeriod(count=count, unit=unit):
            return f"--period {count} --unit {unit}"
        case UntilDay(month=month, day=day_, years_on=years):
            return f"{month:02}-{day_:02}" + (f" of the year {years} on" if years else "")
        case _:
            return "set in the document"


def _pause(text: str) -> Pause:
    from_, dots, until = text.partition("..")
    if not dots:
        raise UsageError(f"--pause: {text!r} is not a span; write it as 2024-09-30..2024-10-18")
    try:
        return Pause(day(from_, "--pause"), day(until, "--pause"))
    except ValueError as error:
        raise UsageError(f"--pause: {error}") from None


def _due(calendar: Calendar, start: date, span: Period | date, pauses: Sequence[Pause]) -> Due:
    try:
        return due_on(calendar, start, span, pauses) if isinstance(span, date) else due(calendar, start, span, pauses)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"that cannot be counted: {error}") from None
