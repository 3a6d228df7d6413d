"""The command line as somebody at a terminal has it: real processes, what they say on either channel, how they end."""

from __future__ import annotations

import atexit
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.request import urlopen

from tests.cli.warm import Warm

COMMAND = (sys.executable, "-m", "api.cli")
_ONE = Lock()
PATIENCE = 300  # seconds after which a command counts as stuck


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


def caseledger(*words: str | Path, **settings: str | Path) -> Said:
    """Run a command to its end, under `CASELEDGER_` settings and no others."""
    with _ONE:  # it is started once, whoever asks first
        warm = _warm()
    code, out, err = warm.run([*map(str, words)], environment(**settings), PATIENCE)
    return Said(code, out.decode(), err.decode())


@cache
def _warm() -> Warm:
    warm = Warm()
    atexit.register(warm.end)
    return warm


def together(asked: Iterable[Sequence[str | Path]]) -> list[Said]:
    """Run several commands, as many at a time as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda words: caseledger(*words), asked))


def environment(**settings: str | Path) -> dict[str, str]:
    """This process's environment, with no settings of caseledger but the choice of server and those given."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CASELEDGER_") or k == "CASELEDGER_PG"}
    return kept | {"PYTHONIOENCODING": "utf-8"} | {f"CASELEDGER_{k}": str(v) for k, v in settings.items()}


class Pages:
    """A command that serves: its process, and the address it names once it listens."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    @cached_property
    def address(self) -> str:
        assert self.process.stdout is not None
        said = ""
        while not (named := re.search(r"http://\S+", said)):
            line = self.process.stdout.readline()
            assert line, said + self.process.communicate()[1]
            said += line
        return named[0]

    def get(self, path: str = "") -> bytes:
        with urlopen(self.address + path, timeout=10) as answer:
            content: bytes = answer.read()
            return content

    def stop(self) -> tuple[int, str]:
        """Order it to end; how it ended, and what it said on standard error."""
        self.process.send_signal(signal.SIGTERM)
        _, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, err


@contextmanager
def serving(*words: str | Path, **settings: str | Path) -> Iterator[Pages]:
    """Start a command that serves; at the end of the block it is stopped, if it was not before."""
    with subprocess.Popen(
        [*COMMAND, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(**settings),
    ) as process:
        try:
            yield Pages(process)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()  # or the test would wait with it for ever, and say nothing
                raise
