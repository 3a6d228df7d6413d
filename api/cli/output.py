"""How the command line answers: text for people, JSON for tools, one sentence and an exit code for what goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import orjson
import typer
from rich.console import Console

from api.failures import DatabaseDown
from api.scenario import ScenarioError
from domain.errors import Refusal
from domain.regime.loader import RegimeFileError
from ledger.postgres.binaries import ServerError

P = ParamSpec("P")
R = TypeVar("R")
OUT = Console(soft_wrap=True, highlight=False)
REFUSED, USAGE = 1, 2


class UsageError(ValueError):
    """The command was used wrongly: one sentence says how it should be."""


def print_json(data: Any) -> None:
    """JSON on standard output, indented, dates as ISO text."""
    sys.stdout.buffer.write(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.flush()


def answers(command: Callable[P, R]) -> Callable[P, R]:
    """A command that never shows a traceback for what people can cause."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refusal as refusal:
            article = f" ({refusal.article})" if refusal.article else ""
            fail(f"{refusal.sentence_zh} / {refusal.sentence_en} [{refusal.code}]{article}", REFUSED)
        except DatabaseDown as error:
            fail(error.sentence_en, REFUSED)
        except (UsageError, ScenarioError, RegimeFileError) as error:
            fail(str(error), USAGE)
        except ServerError as error:
            fail(str(error), REFUSED)
        raise AssertionError  # fail does not return

    return run


def fail(sentence: str, code: int) -> None:
    """One sentence on standard error, and the exit code."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
