"""The read models at the command line: how far they have come, keeping them up, making them anew."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer
from rich.progress import Progress

from api.cli.answers import answers
from api.cli.ledgers import only_ledger, service_of
from api.cli.options import Data, Json, Ledger
from api.cli.output import ERR, OUT, print_json
from api.cli.proof import COLUMNS
from api.clock import Clock
from api.failures import ProjectionStopped
from api.projecting import TEXTS, rebuild, status
from api.searching import index_anew
from api.tending import keep_up
from projections.rooms import ROOMS

WATCHED = "deadlines"
"""The read model in which the clock finds what is due."""
NAMES = ", ".join([*(each.name for each in ROOMS), TEXTS])


@answers
def show_status(json: Json = False, data: Data = None) -> None:
    """The ledgers here, how far their read models lag, and which of them stopped."""
    with service_of(data) as service:
        rows = status(service)
    if json:
        print_json(rows)
        return
    for row in rows:
        lags = {**row["lag"], TEXTS: row["texts_lag"]}
        lag = ", ".join(f"{name} {behind}" for name, behind in lags.items())
        OUT.print(f"{row['ledger']}  {row['clock']}  {row['size']} entries  {row['last_recorded_at']}  lag: {lag}")
        for name, stop in row["stopped"].items():
            OUT.print(f"  停止更新 stopped: {name} at position {stop['position']}: {stop['reason']}")
    if not rows:
        OUT.print("no ledger yet: caseledger init LEDGER")


@answers
def rebuild_models(
    projection: Annotated[list[str] | None, typer.Argument(help=f"{NAMES}; all but the last without")] = None,
    ledger: Ledger = None,
    data: Data = None,
) -> None:
    """Make read models anew from the log, beside those that are read, which they then replace at once."""
    names = projection or [room.name for room in ROOMS]
    rooms = [each for each in names if each != TEXTS]
    with service_of(data) as service:
        name = only_ledger(service, ledger)
        if not rooms:
            OUT.print(f"{TEXTS}: {index_anew(service, name)} entries")
            return
        with Progress(*COLUMNS, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
            task = bar.add_task("folding", total=None)
            position = rebuild(service, name, rooms, lambda done, total: bar.update(task, completed=done, total=total))
        for each in rooms:
            OUT.print(f"{each}: {position} positions")
        if TEXTS in names:
            OUT.print(f"{TEXTS}: {index_anew(service, name)} entries")


@answers
def project_on(data: Data = None) -> None:
    """Keep the read models of every ledger up, until it is told to stop."""
    stop = _until_told()
    with service_of(data) as service:
        OUT.print("keeping the read models up; stop with Ctrl-C")
        keep_up(service, stop)


@answers
def clock_on(
    ledger: Annotated[
        list[str] | None, typer.Option("--ledger", metavar="ID", help="only these [all whose time is real]")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="look once and end")] = False,
    data: Data = None,
) -> None:
    """Record that limits have run out (期限届满), once for each, until it is told to stop."""
    stop = _until_told()

    def told(ledger: str, taken: int) -> None:
        OUT.print(f"{ledger}: {taken} recorded")

    with service_of(data) as service:
        named = [only_ledger(service, each) for each in ledger or ()]
        if once:
            for each in named or [row["ledger"] for row in service.ledgers() if row["clock"] == "wall" and row["size"]]:
                OUT.print(f"{each}: {Clock(service).tick(each)} recorded")
                if stopped := status(service, each)[0]["stopped"].get(WATCHED):
                    raise ProjectionStopped(name=WATCHED, position=stopped["position"])
            return
        OUT.print("watching the limits; stop with Ctrl-C")
        Clock(service).run(stop, told, named)


def _until_told() -> threading.Event:
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    return stop
