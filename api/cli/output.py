"""How the command line answers: text for people, JSON for tools, one sentence and an exit code for what goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import orjson
import psycopg
import typer
from rich.console import Console

from api.failures import DatabaseDown, Malformed
from api.scenario import ScenarioError
from api.settings import SettingsError
from domain.errors import Refusal
from domain.regime.loader import RegimeFileError
from ledger.postgres.binaries import ServerError
from ledger.postgres.connect import DatabaseUnavailable

P = ParamSpec("P")
R = TypeVar("R")
OUT = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)  # what is printed was written by others
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
            code = USAGE if isinstance(refusal, Malformed) else REFUSED
            fail(f"{refusal.sentence_zh} / {refusal.sentence_en} [{refusal.code}]{article}", code)
        except (UsageError, SettingsError, ScenarioError, RegimeFileError) as error:
            fail(" ".join(str(error).split()), USAGE)
        except UnicodeEncodeError as error:
            fail(f"{error.object!r} is not text in UTF-8", USAGE)
        except ServerError as error:
            fail(str(error), REFUSED)
        except (DatabaseUnavailable, psycopg.OperationalError) as error:
            fail(f"{DatabaseDown().sentence_en} ({_first_line(error)})", REFUSED)
        except psycopg.errors.InsufficientPrivilege as error:
            fail(f"The login of the database may not do this: {_first_line(error)}", REFUSED)
        except BrokenPipeError:
            raise  # a reader who leaves early is nobody's error
        except OSError as error:
            fail(f"The system refuses: {error}", REFUSED)
        raise AssertionError  # fail does not return

    return run


def fail(sentence: str, code: int) -> None:
    """One sentence on standard error, and the exit code."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
