"""What becomes of everything that can go wrong in a command: one sentence, one exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg

from api.cli.output import REFUSED, USAGE, UsageError, fail
from api.failures import DatabaseDown, Malformed
from api.scenario import ScenarioError
from api.settings import SettingsError
from domain.errors import Refusal
from domain.regime.loader import RegimeFileError
from ledger.evidence.errors import Damaged, EvidenceError
from ledger.postgres.binaries import ServerError
from ledger.postgres.connect import DatabaseUnavailable
from ledger.verify.verdict import DIGEST

P = ParamSpec("P")
R = TypeVar("R")


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
        except EvidenceError as error:
            fail(str(error), DIGEST if isinstance(error, Damaged) else REFUSED)
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

    return run


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
