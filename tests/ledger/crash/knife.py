"""A knife for processes: it sees everything that one does to the outside, and can end it between any two of these.

Nothing has to be named for it beforehand. Every call that Python makes into the operating system and that is not known
only to read, every file opened for writing, and every system call by which SQLite changes a file counts as an effect:
a step that is added to the package later is cut like those of today.

For processes of their own only (`apart`): what is put in place here is never taken out again.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import BuiltinFunctionType, FrameType
from typing import Any, Final

from tests.ledger.processes import PROCESSES

# Calls that leave everything as it is: by these a process is not cut. Those of the last line are `_AUDITED`.
_READS: Final = """
    fspath is_dir is_file is_symlink stat lstat fstat scandir listdir readlink getpid getppid geteuid getuid getcwd
    urandom isatty read readinto readline readlines readall seek tell lseek fileno readable writable seekable getvalue
    getbuffer decode text_encoding get_inheritable cpu_count get_terminal_size waitstatus_to_exitcode register_at_fork
    open open_code mkdir rename replace unlink remove rmdir link symlink truncate
"""
READS: Final = frozenset(_READS.split())
_AUDITED: Final = {
    f"os.{name}": at
    for name, at in {"mkdir": 0, "rename": 1, "remove": 0, "rmdir": 0, "link": 1, "symlink": 1, "truncate": 0}.items()
}
"""Calls that Python tells of by themselves, with the path that changes; which of what they are called with it is."""
WRITES: Final = frozenset({"open", "os.mkdir", "os.rename", "posix.fsync", "_io.write"}) | {
    f"sqlite.{name}" for name in ("open", "write", "pwrite", "pwrite64")
}
"""Effects that want room on the disk: the rest never fail for want of it."""

Before = Callable[[str, str], bool]
"""What is asked before each effect: its name, and the path where it has one. True lets it fail on a full disk."""

_before: Before | None = None


def apart(work: Callable[..., object], *given: Any) -> int:
    """Do some work in a process of its own; how that ended, as a negative signal where one did."""
    process = PROCESSES.Process(target=work, args=given)
    process.start()
    process.join(120)
    code = process.exitcode
    process.kill()
    process.close()
    assert code is not None, "the process is stuck"
    return code


def cuts(work: Callable[..., object], *given: Any) -> Iterator[int]:
    """Do some work in one process after another, each killed one effect later than the one before it.

    Between two of them the caller looks at what is left. It ends with the process that came through: each has been
    killed that could be.

    Yields:
        How many effects there were before the blow.
    """
    done = 0
    while (code := apart(_killed, done, work, *given)) == -signal.SIGKILL:
        yield done
        done += 1
    assert code == 0, f"the work failed by itself after {done} cuts"


def _killed(after: int, work: Callable[..., object], *given: Any) -> None:
    left = after

    def before(name: str, path: str) -> bool:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return False

    with watched(before):
        work(*given)


@contextmanager
def watched(before: Before) -> Iterator[None]:
    """Ask before each effect of this process, in this thread, until the block ends."""
    global _before  # noqa: PLW0603  # an audit hook is one for the process
    if _before is None:
        sys.addaudithook(_audited)
        _reach_into_sqlite()
    _before = before
    sys.setprofile(_profiled)
    try:
        yield
    finally:
        sys.setprofile(None)
        _before = _nothing


def _nothing(name: str, path: str) -> bool:
    return False


def _asked(name: str, path: str = "") -> bool:
    assert _before is not None
    profiling = sys.getprofile()
    sys.setprofile(None)  # what is done in asking is no effect of the work
    try:
        return _before(name, path)
    finally:
        sys.setprofile(profiling)


def _profiled(frame: FrameType, event: str, called: Any) -> None:
    if event != "c_call" or not isinstance(called, BuiltinFunctionType):
        return
    module = called.__module__ or type(called.__self__).__module__
    name = called.__name__
    if module in {"posix", "_io", "_socket"} and name not in READS and not name.startswith("_"):
        _do(_asked(f"{module}.{name}"))


def _audited(event: str, given: tuple[Any, ...]) -> None:
    if _before is None:
        return
    if event in _AUDITED:
        _do(_asked(event, str(given[_AUDITED[event]])))
    elif event == "open" and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        _do(_asked("open", str(given[0])))


def _do(fails: bool) -> None:  # noqa: FBT001  # it is the answer that was given
    if fails:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# --- SQLite, which calls the operating system itself ------------------------------------------------------------------

_FORMS: Final[dict[str, tuple[Any, ...]]] = {
    "open": (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_int),
    "write": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t),
    "pwrite": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64),
    "pwrite64": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64),
    "ftruncate": (ctypes.c_int, ctypes.c_int, ctypes.c_int64),
    "unlink": (ctypes.c_int, ctypes.c_char_p),
    "openDirectory": (ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p),
}
_kept: list[Any] = []  # what C has been handed must live as long as the process


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs`, version 3 (https://www.sqlite.org/c3ref/vfs.html)."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file", ctypes.c_int),
        ("longest", ctypes.c_int),
        ("pointers", ctypes.c_void_p * 16),
        ("set_call", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)),
        ("get_call", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)),
    )


def _reach_into_sqlite() -> None:
    """Put ourselves in the place of the system calls, as SQLite lets its own tests do (`xSetSystemCall`)."""
    find = _library().sqlite3_vfs_find
    find.restype, find.argtypes = ctypes.POINTER(_Vfs), [ctypes.c_char_p]
    vfs = find(None)
    for name, (result, *takes) in _FORMS.items():
        form = ctypes.CFUNCTYPE(result, *takes, use_errno=True)
        if there := vfs.contents.get_call(ctypes.cast(vfs, ctypes.c_void_p), name.encode()):
            ours = form(_in_place_of(name, form(there)))
            _kept.append(ours)
            pointer = ctypes.cast(ours, ctypes.c_void_p)
            assert vfs.contents.set_call(ctypes.cast(vfs, ctypes.c_void_p), name.encode(), pointer) == 0
    assert len(_kept) >= len(_FORMS) - 1, "every system has one of the two long writes"


def _library() -> ctypes.CDLL:
    """The SQLite that Python has loaded: beside its module, or within the program itself."""
    import _sqlite3  # noqa: PLC0415  # only its file is wanted

    assert sqlite3.sqlite_version
    return ctypes.CDLL(getattr(_sqlite3, "__file__", None))


def _in_place_of(name: str, original: Callable[..., int]) -> Callable[..., int]:
    def call(*given: Any) -> int:
        changes = name != "open" or given[1] & os.O_CREAT
        if changes and _asked(f"sqlite.{name}", _path(name, given[0])):
            ctypes.set_errno(errno.ENOSPC)
            return -1
        return original(*given)

    return call


def _path(name: str, first: Any) -> str:
    if isinstance(first, bytes):
        return first.decode()
    return str(Path(f"/proc/self/fd/{first}").readlink())
