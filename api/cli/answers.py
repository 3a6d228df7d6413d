"""What becomes of everything that can go wrong in a command: one sentence, one exit code, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg

from api.cli.output import REFUSED, USAGE, UsageError, fail
from api.failures import DatabaseDown, Malformed
from api.scenario import ScenarioError
from domain.errors import Refusal
from domain.regime.loader import RegimeFileError
from ledger.canonical import CanonicalError
from ledger.faults import Fault, FileFault
from ledger.postgres.binaries import ServerError
from ledger.postgres.connect import DatabaseUnavailable, NotMigrated, RoleDenied
from ledger.sealed import SealError

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
        except Fault as fault:
            fail(fault.line, fault.exit)
        except (UsageError, ScenarioError, RegimeFileError) as error:
            fail(" ".join(str(error).split()), USAGE)
        except UnicodeEncodeError as error:
            fail(f"{error.object!r} is not text in UTF-8", USAGE)
        except (CanonicalError, SealError) as error:
            fail(Fault("damaged", why=error).line, REFUSED)
        except ServerError as error:
            fail(str(error), REFUSED)
        except (DatabaseUnavailable, psycopg.OperationalError) as error:
            down = DatabaseDown()
            fail(f"{down.sentence_zh} / {down.sentence_en} [{down.code}] ({_first_line(error)})", REFUSED)
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            fail(NotMigrated("not-migrated").line, REFUSED)
        except psycopg.errors.InsufficientPrivilege as error:
            fail(RoleDenied("right-missing", detail=_first_line(error)).line, REFUSED)
        except BrokenPipeError:
            raise  # a reader who leaves early is nobody's error
        except OSError as error:
            said = _of_the_system(error)
            fail(said.line, said.exit)

    return run


def _of_the_system(error: OSError) -> Fault:
    """What the system says: of a file that was named, or of what no file of the user's is at fault for."""
    if error.filename is None:
        return Fault("system-failed", detail=error.strerror or error)
    return FileFault("in-file", file=error.filename, why=FileFault.of(error))


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
