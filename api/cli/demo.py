"""`caseledger demo` and `serve`: the sample cases, and the pages on them."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from itertools import groupby
from typing import Annotated

import typer

from api.cli.answers import answers
from api.cli.ledgers import service_of
from api.cli.options import Data
from api.cli.output import OUT, UsageError
from api.identity.demonstration import ACCOUNTS
from api.play import play, unplayed
from api.projecting import project
from api.scenario import Branch, of_regime
from api.service import Service
from api.settings import HIGHEST_PORT
from api.tending import tended
from domain.regime.lint import adoptable
from domain.regime.loader import packaged

Port = typer.Option(min=0, max=HIGHEST_PORT, help="port of the pages; 0 takes a free one")


@answers
def demo(
    port: Annotated[int, Port] = 8000,
    serve: Annotated[bool, typer.Option(help="serve the pages, or only play the cases")] = True,
    data: Data = None,
) -> None:
    """Set up, play the sample cases, serve the pages."""
    with service_of(data) as service:
        well = play_samples(service)
        if serve:
            serve_pages(service, service.settings.host, port, elsewhere=True)
    if not well:
        raise typer.Exit(1)


@answers
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, Port] = None,
    data: Data = None,
) -> None:
    """Serve pages and HTTP interface."""
    with service_of(data) as service:
        serve_pages(service, host or service.settings.host, service.settings.port if port is None else port)


def play_samples(service: Service) -> bool:
    """Play what is not played yet of the sample cases of every packaged regime; whether all went well."""
    well = True
    branches = [branch for id_ in packaged() for scenario in of_regime(id_) for branch in scenario.branches()]
    for id_ in {branch.scenario.regime for branch in branches}:
        adoptable(id_)  # an unsound regulation is told before anything is played
    for ledger, found in groupby(sorted(branches, key=_ledger), key=_ledger):
        cases = list(found)
        service.create(ledger)
        desk = service.desk(ledger)
        if not unplayed(cases, desk):
            OUT.print(f"{ledger}: kept from an earlier run")
            continue
        with OUT.status(f"{ledger}: playing its cases"):
            results = play(cases, desk)
        for played in results:
            OUT.print(f"{ledger}  {played.id}  {played.state['stage']}{'  ✗' if played.failed else ''}")
            for line in played.failed:
                OUT.print(f"  {line}")
            well = well and not played.failed
    project(service)
    return well


def serve_pages(service: Service, host: str, port: int, *, elsewhere: bool = False) -> None:
    """Serve until stopped. Port 0 becomes a free one; so does one that is taken, if `elsewhere` will do."""
    import uvicorn  # noqa: PLC0415  # a second of imports, which only a server should wait for

    from api.http.app import create_app  # noqa: PLC0415  # see above

    # A signal stops the server, which then passes it on; what was started before it must be stopped as well. One that
    # comes before the server listens to signals, when the address has just been printed, is an order like any other.
    with suppress(KeyboardInterrupt), _listen(host, port, elsewhere=elsewhere) as listener:
        OUT.print(f"pages:    http://{host}:{listener.getsockname()[1]}/")
        OUT.print("accounts: " + ", ".join(f"{name} ({account.zh})" for name, account in ACCOUNTS.items()))
        OUT.print("accounts are fixed and good for simulated ledgers only; stop with Ctrl-C")
        with tended(service):
            uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning")).run(sockets=[listener])


def _listen(host: str, port: int, *, elsewhere: bool) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        if elsewhere and error.errno == errno.EADDRINUSE:
            return socket.create_server((host, 0))
        raise UsageError(f"no pages can be served on {host}, port {port}: {error.strerror}") from None


def _ledger(branch: Branch) -> str:
    return branch.ledger
