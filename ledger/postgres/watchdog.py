"""The process between us and PostgreSQL: it ends the server when whoever asked for it is gone, however it went.

`start` runs this file as a program of its own. Its standard input is a pipe whose other end only the asker holds: the
kernel closes it when the asker ends, by `kill -9` too, and the end of the pipe is the order to stop. (A parent-death
signal from the asker would not do: it fires when the *thread* that started the child ends.) It also takes on the
unprivileged identity, since PostgreSQL refuses to be root, and keeps the log within its size.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

LOG_BYTES = 4 * 1024 * 1024
"""Size at which the log becomes `<log>.1` and begins anew, so that two of them are all there ever is."""

GRACE_SECONDS = 60.0
"""How long a fast shutdown may take before an immediate one; the latter costs a recovery at the next start."""

BEGINS = "---- caseledger starts"
"""Leads the line that this process writes to the log before anything else."""

# Names and numbers of linux/prctl.h and linux/capability.h.
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


class Identity(NamedTuple):
    """Who PostgreSQL runs as.

    Attributes:
        how: `own`, unchanged; `account`, root steps down to uid and gid; `reach`, the same, but keeping root's
            right to pass closed folders.
        uid: the user id.
        gid: the group id.
    """

    how: str
    uid: int
    gid: int


def start(
    identity: Identity, command: list[str], *, lock: int, log: Path, litter: Path | None = None
) -> subprocess.Popen[bytes]:
    """Run a command under the watch of a process that closing `stdin`, or our death, tells to stop it.

    Args:
        identity: who the command runs as.
        command: the program and its arguments.
        lock: descriptor of the locked file, inherited by every process started here: the lock is free again only when
            the last of them is gone.
        log: file that gets what the command says.
        litter: folder to remove after the command has ended.
    """
    python = [sys.executable, "-I", "-S", __file__]
    given = [identity.how, str(identity.uid), str(identity.gid), str(lock), str(log), str(litter or "")]
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.Popen(  # noqa: S603  # ourselves
        [*python, *given, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=kept | {"LC_ALL": "C", "TZ": "UTC"},  # no PG* setting and no secret of ours goes along
        pass_fds=[lock],
        start_new_session=True,  # Ctrl-C reaches the asker alone, who then stops the server in order
    )


def main(argv: list[str]) -> int:
    """Run the command until it ends or standard input does; the exit code is the command's."""
    how, uid, gid, lock, log, litter, *command = argv
    # Only the end of the pipe counts. A handler that does nothing, because SIG_IGN would be passed on to the server.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # a shell's background job ignores it, and would pass that on as well
    _become(Identity(how, int(uid), int(gid)))
    _open(log)
    _write(f"{BEGINS} {command[0]}\n".encode(), log)
    with subprocess.Popen(  # noqa: S603  # given by ourselves
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[int(lock)],
        preexec_fn=_die_with_parent,  # noqa: PLW1509  # one thread here
    ) as child:
        _watch(child, log)
    if litter:
        shutil.rmtree(litter, ignore_errors=True)
    return child.returncode


def _watch(child: subprocess.Popen[bytes], log: str) -> None:
    """Copy the command's words to the log until its last process is gone, also those that survive a killed parent."""
    assert child.stdout
    said = child.stdout.fileno()
    watched, patience = [sys.stdin.fileno(), said], None
    while True:
        ready, _, _ = select.select(watched, [], [], patience)
        if not ready:
            child.send_signal(signal.SIGQUIT)  # immediate shutdown: safe, the next start recovers
            patience = None
        if sys.stdin.fileno() in ready:  # nothing is ever written to it: readable means that it ended
            child.send_signal(signal.SIGINT)  # fast shutdown: clients are disconnected
            watched, patience = [said], GRACE_SECONDS
        if said in ready:
            words = os.read(said, 65536)
            if not words:
                return
            _write(words, log)


def _become(identity: Identity) -> None:
    if identity.how == "own":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_KEEPCAPS, int(identity.how == "reach"), 0, 0, 0)
    os.setgroups([])
    os.setgid(identity.gid)
    os.setuid(identity.uid)
    if identity.how == "reach":  # of all of root's rights this one alone, and for the programs started from here too
        right = 1 << CAP_DAC_OVERRIDE
        libc.capset(struct.pack("=Ii", CAPABILITY_VERSION_3, 0), struct.pack("=6I", right, right, right, 0, 0, 0))
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def _die_with_parent() -> None:
    """In the child, after its identity is settled (a change of identity clears this): no watch, no server."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _open(log: str) -> None:
    """Make the log our standard error, so that a failure of this program is written there as well."""
    opened = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(opened, 2)
    os.close(opened)


def _write(words: bytes, log: str) -> None:
    with contextlib.suppress(OSError):  # a full disk must not stop the server for want of a log line
        if os.fstat(2).st_size + len(words) > LOG_BYTES:
            Path(log).replace(log + ".1")
            _open(log)
        os.write(2, words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
