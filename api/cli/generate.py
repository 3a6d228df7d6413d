"""`caseledger generate`: a simulated ledger of any size, for audits, rebuilds and queries to be measured on."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from api.cli import due
from api.cli.answers import answers
from api.cli.init import founding
from api.cli.ledgers import service_of
from api.cli.output import ERR, OUT, UsageError, print_json
from api.cli.proof import COLUMNS
from api.generating.ledger import FIRST_DAY, Made, OutOfRange, generate
from api.service import Service

LARGEST = 100_000_000


@answers
def generate_ledger(
    ledger: Annotated[str, typer.Argument(metavar="LEDGER-demo", help="a ledger of its own: it must not have entries")],
    events: Annotated[int, typer.Option(min=1, max=LARGEST, help="how many entries to write")],
    seed: Annotated[int, typer.Option(help="of chance: the same seed writes the same ledger again")],
    from_: Annotated[str | None, typer.Option("--from", metavar="DATE", help="its first day [2022-01-04]")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for tools instead of text")] = False,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="folder of database and keys [CASELEDGER_DATA]")
    ] = None,
) -> None:
    """Write a simulated ledger of lawful histories drawn by chance (模拟数据).

    For demonstration, audits and measurements only: salts, keys and nonces follow from the seed, so its texts are
    sealed from nobody. Its steps are decided and appended like any others. caseledger rebuild builds its read models.
    """
    first = due.day(from_, "--from") if from_ is not None else FIRST_DAY
    founding(ledger, [])
    if not ledger.endswith("-demo"):
        raise UsageError(f"{ledger!r} would be a real ledger: a simulated one ends in -demo")
    with service_of(data) as service:
        made, seconds = written(service, ledger, events, seed, first)
    if json:
        print_json(as_json(ledger, made, seconds))
        return
    OUT.print(f"{ledger}: {made.entries} entries in {seconds:.1f} s, {made.entries / seconds:.0f} a second")
    for (kind, regime), number in sorted(made.files.items()):
        OUT.print(f"  {number:>7}  {kind}  {regime}")


def written(service: Service, ledger: str, events: int, seed: int, first: date) -> tuple[Made, float]:
    """What was written, and in how many seconds; `UsageError` where it cannot be."""
    service.create(ledger)
    desk = service.desk(ledger)
    if desk.log.last_recorded_at() is not None:
        raise UsageError(f"{ledger} has entries: generate writes into a ledger of its own")
    began = time.monotonic()
    with Progress(*COLUMNS, console=ERR, transient=True) as bar:
        task = bar.add_task("writing", total=events)
        try:
            made = generate(desk, service.master(), events, seed, first, lambda done: bar.update(task, completed=done))
        except OutOfRange as error:
            raise UsageError(str(error)) from error
    return made, time.monotonic() - began


def as_json(ledger: str, made: Made, seconds: float) -> dict[str, Any]:
    """The summary, for tools."""
    return {
        "ledger": ledger,
        "entries": made.entries,
        "seconds": round(seconds, 3),
        "rate": round(made.entries / seconds),
        "files": [
            {"kind": kind, "regime": regime, "count": number} for (kind, regime), number in sorted(made.files.items())
        ],
    }
