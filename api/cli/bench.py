"""`caseledger bench`: what the ledger does in a second, beside what its database could do at most."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from api.bench.figures import Figure, as_json, machine
from api.bench.place import place
from api.bench.verify import verify
from api.cli.answers import answers
from api.cli.generate import LARGEST, written
from api.cli.output import ERR, OUT, print_json
from api.generating.ledger import FIRST_DAY
from api.settings import Settings

app = typer.Typer(help="Measure, in a database of its own (性能测量).", no_args_is_help=True, rich_markup_mode=None)
LEDGER: Final = "bench-demo"
SEED: Final = 1


@app.callback()
def bench() -> None:
    """Measure, in a database of its own (性能测量); nothing of it is left behind."""


@app.command("verify")
@answers
def verification(
    events: Annotated[int, typer.Option(min=1, max=LARGEST, help="how many entries to write and verify")] = 100_000,
    rounds: Annotated[int, typer.Option(min=1, help="how often each is done, in turn; medians count")] = 5,
    json: Annotated[bool, typer.Option("--json", help="JSON for tools instead of text")] = False,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="folder of database and keys [CASELEDGER_DATA]")
    ] = None,
) -> None:
    """Verification of a whole ledger (全账审计), beside a raw binary SELECT of the same rows."""
    with place(Settings.of(os.environ, data)) as service:
        written(service, LEDGER, events, SEED, FIRST_DAY)
        with ERR.status("measuring"):
            figures = verify(service.dsn, LEDGER, rounds)
        with service.reading() as connection:
            told = machine(connection)
    if json:
        print_json(as_json(told, figures))
        return
    OUT.print(", ".join(f"{name} {value}" for name, value in told.items()))
    OUT.print(_table(figures))


def _table(figures: list[Figure]) -> Table:
    table = Table("figure", "median", "min", "max", "unit", "beside", "its median", "ratio", box=None)
    for each in figures:
        numbers = [f"{number:,.0f}" for number in (each.value, each.min, each.max)]
        table.add_row(each.name, *numbers, each.unit, each.limit, f"{each.limit_value:,.0f}", f"{each.ratio:.2f}")
    return table
