"""`caseledger demo` and `serve`: the sample cases, and the pages on them."""

from __future__ import annotations

import socket
from itertools import groupby

import uvicorn

from api.cli.output import OUT
from api.http.app import create_app
from api.identity.demonstration import ACCOUNTS
from api.play import play
from api.scenario import Branch, of_regime
from api.service import Service
from domain.regime.loader import packaged


def run(service: Service, *, port: int, serve: bool) -> None:
    """Play the sample cases of every packaged regime, unless their ledgers are there already; then serve the pages."""
    branches = [branch for id_ in packaged() for scenario in of_regime(id_) for branch in scenario.branches()]
    there = {row["ledger"] for row in service.ledgers() if row["size"] > 0}
    for ledger, found in groupby(sorted(branches, key=_ledger), key=_ledger):
        if ledger in there:
            OUT.print(f"{ledger}: kept from an earlier run")
            continue
        service.create(ledger)
        with OUT.status(f"{ledger}: playing its cases"):
            results = play(found, service.desk(ledger))
        for played in results:
            OUT.print(f"{ledger}  {played.case}  {played.state['stage']}{'  ✗' if played.failed else ''}")
            for line in played.failed:
                OUT.print(f"  {line}")
    service.project()
    if serve:
        serve_pages(service, service.settings.host, port)


def serve_pages(service: Service, host: str, port: int) -> None:
    """Serve until stopped. Port 0, or one that is taken, becomes a free one."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            listener.bind((host, 0))
        OUT.print(f"pages:    http://{host}:{listener.getsockname()[1]}/")
        OUT.print("accounts: " + ", ".join(f"{name} ({account.zh})" for name, account in ACCOUNTS.items()))
        OUT.print("accounts are fixed and good for simulated ledgers only; stop with Ctrl-C")
        with service.projected():
            uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning")).run(sockets=[listener])


def _ledger(branch: Branch) -> str:
    return branch.ledger
