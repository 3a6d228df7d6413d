"""How the command line speaks: text for people, JSON for tools, one sentence and an exit code for what goes wrong."""

from __future__ import annotations

import sys
from typing import Any, Final, NoReturn

import orjson
import typer
from rich.console import Console

OUT: Final = Console(
    soft_wrap=True, highlight=False, markup=False, emoji=False
)  # what is printed was written by others
ERR: Final = Console(stderr=True)
REFUSED: Final = 1
USAGE: Final = 2


class UsageError(ValueError):
    """The command was used wrongly: one sentence says how it should be."""


def print_json(data: Any) -> None:
    """JSON on standard output, indented, dates as ISO text."""
    sys.stdout.buffer.write(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.flush()


def fail(sentence: str, code: int) -> NoReturn:
    """One sentence on standard error, and the exit code."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
