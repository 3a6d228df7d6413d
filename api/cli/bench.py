"""`caseledger bench`: what the ledger does in a second, beside what its database could do at most."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from api.bench.figures import Figure, as_json, machine
from api.bench.place import place
from api.bench.query import AIM, query
from api.bench.rebuild import rebuild
from api.bench.verify import verify
from api.cli.answers import answers
from api.cli.generate import LARGEST, written
from api.cli.options import Data, Json
from api.cli.output import ERR, OUT, print_json
from api.generating.ledger import FIRST_DAY
from api.projecting import project
from api.service import Service
from api.settings import Settings

app = typer.Typer(help="Measure, in a database of its own (性能测量).", no_args_is_help=True, rich_markup_mode=None)
LEDGER: Final = "bench-demo"
SEED: Final = 1


@app.callback()
def bench() -> None:
    """Measure, in a database of its own (性能测量); nothing of it is left behind."""


Events = Annotated[int, typer.Option(min=1, max=LARGEST, help="how many entries to write and measure on")]
Rounds = Annotated[int, typer.Option(min=1, help="how often each is done, in turn; medians count")]
Measure = Callable[[Service], list[Figure]]


@app.command("verify")
@answers
def verification(events: Events = 100_000, rounds: Rounds = 5, json: Json = False, data: Data = None) -> None:
    """Verification of a whole ledger (全账审计), beside a raw binary SELECT of the same rows."""
    _measured(lambda service: verify(service.dsn, LEDGER, rounds), events, data, json=json)


@app.command("rebuild")
@answers
def rebuilding(events: Events = 100_000, rounds: Rounds = 5, json: Json = False, data: Data = None) -> None:
    """Making read models anew (重建), beside a raw binary SELECT of the entries."""
    _measured(lambda service: rebuild(service.dsn, LEDGER, rounds), events, data, json=json)


@app.command("query")
@answers
def querying(events: Events = 100_000, rounds: Rounds = 40, json: Json = False, data: Data = None) -> None:
    """Questions to the read models (查询): milliseconds that 19 of 20 answers take, beside the aim."""

    def measure(service: Service) -> list[Figure]:
        project(service)
        return query(service.dsn, LEDGER, rounds)

    _measured(measure, events, data, json=json)


def _measured(measure: Measure, events: int, data: Path | None, *, json: bool) -> None:
    """Write a ledger, measure something on it, and say what came out."""
    with place(Settings.of(os.environ, data)) as service:
        written(service, LEDGER, events, SEED, FIRST_DAY)
        with ERR.status("measuring"):
            figures = measure(service)
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
        numbers = [f"{number:,.{0 if each.value > AIM else 1}f}" for number in (each.value, each.min, each.max)]
        table.add_row(each.name, *numbers, each.unit, each.limit, f"{each.limit_value:,.0f}", f"{each.ratio:.2f}")
    return table
