"""Where the command line begins: the table of commands. Each is loaded when it is asked for, and no other.

So checking a bundle loads no database and no web framework, and nobody waits for what they did not ask for.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper
from typing import Final

import typer

COMMANDS: Final[Mapping[str, str]] = {
    "demo": "demo:demo",
    "init": "init:init",
    "serve": "demo:serve",
    "run": "run:run",
    "case": "case:case",
    "search": "search:search_files",
    "due": "due:when_due",
    "regimes": "regime_commands:app",
    "law": "law:law",
    "seal": "proof:seal",
    "witness": "proof:witness",
    "keys": "proof:keys",
    "export": "proof:export",
    "verify": "verify:verify_bundle",
    "audit": "proof:audit",
    "recover": "proof:recover",
    "report": "report:report",
    "evidence": "evidence:evidence",
    "access": "sealed:access",
    "erase": "sealed:erase",
    "status": "models:show_status",
    "rebuild": "models:rebuild_models",
    "project": "models:project_on",
    "clock": "models:clock_on",
    "generate": "generate:generate_ledger",
    "bench": "bench:app",
}
"""Where each command, or group of commands, is: module of `api.cli`, and name in it."""


def command_line(word: str | None) -> typer.Typer:
    """The command line with the command that `word` names; with all of them where it names none."""
    app = typer.Typer(
        name="caseledger",
        help="The case ledger of administrative-law-enforcement supervision (行政执法监督).",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain text: a refusal is one line, also in the log of a service
        add_completion=False,
    )
    app.callback()(_caseledger)  # what has one command only would otherwise be that command
    for name in COMMANDS if word not in COMMANDS else [str(word)]:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"api.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _caseledger() -> None:
    """The case ledger of administrative-law-enforcement supervision (行政执法监督)."""


def main() -> None:
    """Run one command. An order to end is taken like Ctrl-C: whatever was started is stopped first."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # ✓ on a terminal that knows GBK only
    app = command_line(sys.argv[1] if len(sys.argv) > 1 else None)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # not before: until here nothing was started, so just end
    app(prog_name="caseledger")
