"""The command line. Each command is a few lines: read the question, ask, print the answer."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api import times
from api.asking import legal_day
from api.cli import bench, models, proof, sealed
from api.cli import demo as demonstration
from api.cli import due as due_dates
from api.cli import regime_commands as regimes
from api.cli import run as histories
from api.cli.answers import answers
from api.cli.evidence import evidence
from api.cli.generate import generate_ledger
from api.cli.law import law
from api.cli.options import Data, Json, Ledger
from api.cli.output import OUT, print_json
from api.cli.report import report
from api.cli.search import search_files
from api.cli.verify import verify_bundle
from api.inputs import InputError
from api.service import Service
from api.settings import HIGHEST_PORT, Settings

app = typer.Typer(
    name="caseledger",
    help="The case ledger of administrative-law-enforcement supervision (行政执法监督).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text: a refusal is one line, also in the log of a service
    add_completion=False,
)
case = typer.Typer(help="Look at a case (案件).", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(regimes.app, name="regimes")
app.add_typer(case, name="case")
app.add_typer(law, name="law")
app.add_typer(proof.keys, name="keys")
app.add_typer(evidence, name="evidence")
app.add_typer(sealed.access, name="access")
app.add_typer(bench.app, name="bench")
proof.add(app)
app.command()(sealed.erase)
app.command("verify")(verify_bundle)
app.command()(report)
app.command("generate")(generate_ledger)
app.command("search")(search_files)
app.command("status")(models.show_status)
app.command("rebuild")(models.rebuild_models)
app.command("project")(models.project_on)
app.command("clock")(models.clock_on)

AsOf = Annotated[str | None, typer.Option(metavar="DATE", help="the legal day: what had happened by then")]
Port = typer.Option(min=0, max=HIGHEST_PORT, help="port of the pages; 0 takes a free one")
KnownAt = Annotated[
    str | None, typer.Option(metavar="TIME", help="the moment: what was recorded by then, 2024-10-20T09:00:00+08:00")
]
OtherAsOf = Annotated[str | None, typer.Option(metavar="DATE", help="the legal day of the second view")]
OtherKnownAt = Annotated[str | None, typer.Option(metavar="TIME", help="the moment of the second view")]


def settings_of(data: Path | None) -> Settings:
    """The settings of this call."""
    return Settings.of(os.environ, data)


@app.command()
@answers
def demo(
    port: Annotated[int, Port] = 8000,
    serve: Annotated[bool, typer.Option(help="serve the pages, or only play the cases")] = True,
    data: Data = None,
) -> None:
    """Set up, play the sample cases, serve the pages."""
    settings = settings_of(data)
    with Service(settings) as service:
        well = demonstration.play_samples(service)
        if serve:
            demonstration.serve_pages(service, settings.host, port, elsewhere=True)
    if not well:
        raise typer.Exit(1)


@app.command()
@answers
def init(
    ledger: Annotated[str, typer.Argument(metavar="LEDGER", help="cn- and the code of its place; -demo: simulated")],
    regime: Annotated[list[str] | None, typer.Option(metavar="ID", help="regulation to adopt; may be repeated")] = None,
    data: Data = None,
) -> None:
    """Open a ledger and adopt the law of today.

    The published holiday schedules and the regulations named become facts of the ledger. Repeating it adopts what is
    new since, and harms nothing.
    """
    adopting = histories.founding(ledger, regime or [])
    with Service(settings_of(data)) as service:
        for line in histories.initialise(service, ledger, adopting):
            OUT.print(line)


@app.command()
@answers
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, Port] = None,
    data: Data = None,
) -> None:
    """Serve pages and HTTP interface."""
    settings = settings_of(data)
    with Service(settings) as service:
        demonstration.serve_pages(service, host or settings.host, settings.port if port is None else port)


@app.command()
@answers
def due(
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
    end, cite = due_dates.reckon(
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
        print_json(due_dates.as_json(end, cite))
        return
    bounds = f"  暂定 provisional: {end.earliest} – {end.latest}" if end.status == "provisional" else ""
    OUT.print(f"{end.due}{bounds}  ({end.calendar}{', ' + ', '.join(cite) if cite else ''})")
    for day in end.days:
        OUT.print(f"  {day.date}  {'✓' if day.counted else ' '}  {day.why_zh}  {day.why_en}")


@app.command()
@answers
def run(
    scenario: Annotated[Path, typer.Argument(metavar="FILE", help="a written history")],
    regime: Annotated[Path | None, typer.Option(metavar="FILE", help="adopt this instead of the packaged one")] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Play a written history in a fresh simulated ledger."""
    history = histories.history_of(scenario, regime)
    with Service(settings_of(data)) as service:
        results = histories.play_branches(service, *history)
    if json:
        print_json([histories.as_json(*result) for result in results])
    else:
        for result in results:
            OUT.print("\n".join(histories.as_text(*result)))
    if any(played.failed for _, played in results):
        raise typer.Exit(1)


@case.command("show")
@answers
def show_case(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    ledger: Ledger = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """A case as of a day, as known at a moment."""
    day, moment = _day(as_of), _moment(known_at)
    with Service(settings_of(data)) as service:
        shown = histories.show(service, histories.only_ledger(service, ledger), id_, day, moment)
    if json:
        print_json(shown)
        return
    OUT.print("\n".join(histories.show_text(shown)))


@case.command("history")
@answers
def case_history(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    ledger: Ledger = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Every entry of a case in the order recorded, with what was corrected since."""
    day, moment = _day(as_of), _moment(known_at)
    with Service(settings_of(data)) as service:
        rows = histories.history(service, histories.only_ledger(service, ledger), id_, day, moment)
    if json:
        print_json(rows)
        return
    for line in histories.history_text(rows):
        OUT.print(line)


@case.command("difference")
@answers
def case_difference(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    other_as_of: OtherAsOf = None,
    other_known_at: OtherKnownAt = None,
    ledger: Ledger = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """What a second view of a case says otherwise than a first; without its times, the second is now."""
    one = _day(as_of), _moment(known_at)
    other = _day(other_as_of, "--other-as-of"), _moment(other_known_at, "--other-known-at")
    with Service(settings_of(data)) as service:
        found = histories.difference(service, histories.only_ledger(service, ledger), id_, one, other)
    if json:
        print_json(found)
        return
    OUT.print("\n".join(histories.difference_text(found)))


def _day(text: str | None, option: str = "--as-of") -> date | None:
    return due_dates.day(text, option) if text is not None else None


def _moment(text: str | None, option: str = "--known-at") -> datetime | None:
    if text is None:
        return None
    try:
        return times.moment(text)
    except ValueError:
        raise InputError("not-a-moment", option=option, text=text) from None
