"""The command line kept warm: a process that has loaded it, and in a fork becomes the command it is asked for.

Every command of a test is a process of its own, with its own channels and its own end; only the start of Python, the
imports and the reading of the packaged law, most of what a short command takes, are done once. Commands that serve,
those that are killed and those of the READMEs are started from nothing, so the start itself is tested too.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile

from api.cli.entry import COMMANDS, main
from domain.regime.loader import load, packaged

LARGEST = 1 << 17  # bytes of a request: words and environment


class Warm:
    """The process, and how it is asked."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            words = [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())]
            self._process = subprocess.Popen(words, pass_fds=[theirs.fileno()])

    def run(self, words: list[str], environment: dict[str, str], patience: float) -> tuple[int, bytes, bytes]:
        """Run a command to its end; its exit code, and what it said on either channel."""
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with TemporaryFile() as out, TemporaryFile() as err, mine:
            with theirs:
                asked = json.dumps([words, environment, str(Path.cwd())]).encode()
                assert len(asked) < LARGEST
                socket.send_fds(self._control, [asked], [out.fileno(), err.fileno(), theirs.fileno()])
            process = int(mine.recv(100))
            mine.settimeout(patience)
            try:
                code = int(mine.recv(100))
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                raise
            for file in (out, err):
                file.seek(0)
            return code, out.read(), err.read()

    def end(self) -> None:
        """Ask nothing any more."""
        self._control.close()
        self._process.wait()


def _serve(control: socket.socket) -> None:
    """Become what is asked for, in forks, until nobody can ask any more."""
    for name in COMMANDS.values():
        import_module(f"api.cli.{name.partition(':')[0]}")
    for regime in packaged():
        load(regime)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asked, channels, _, _ = socket.recv_fds(control, LARGEST, 3)
        if not asked:
            return
        if os.fork() == 0:
            control.close()
            _become(json.loads(asked), *channels)
            return
        for channel in channels:
            os.close(channel)


def _become(asked: tuple[list[str], dict[str, str], str], out: int, err: int, answer: int) -> None:
    """The command, in a fork that its parent waits for and tells of: its process, and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    command = os.fork()
    if command:
        with socket.socket(fileno=answer) as told:
            told.send(str(command).encode())
            _, status = os.waitpid(command, 0)
            told.send(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    words, environment, folder = asked
    nothing = os.open(os.devnull, os.O_RDONLY)
    for channel, number in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(channel, number)
        os.close(channel)
    os.close(answer)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["caseledger", *words]
    main()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
