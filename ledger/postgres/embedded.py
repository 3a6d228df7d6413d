"""An embedded PostgreSQL server: made, started, found running, and stopped with whoever started it.

    with resolve(dsn, Path("ledger-data")) as dsn:
        ...

One data directory, one server, any number of processes: the first one starts it and owns it, the others attach to it
while it runs. When the owner ends, by whatever signal, the server shuts down (`watchdog`). Inside the directory:

    lock          locked by every process of the server; free only when none is left
    cluster/      PostgreSQL's own data directory
    sockets/      the only way to connect
    postgres.log  and postgres.log.1, a few megabytes at most
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo

from ledger.postgres import watchdog
from ledger.postgres.binaries import Binaries, ServerError, find_binaries
from ledger.postgres.identity import choose
from ledger.postgres.watchdog import Identity

START_SECONDS = 300.0
"""How long a server may take to accept connections: a recovery after a crash replays up to a gigabyte of log."""

ATTACH_SECONDS = 60.0
"""How long to wait for another process that is just starting or stopping the server."""

SOCKET_BYTES = 107
"""Longest path of a Unix socket on Linux, in bytes."""

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",  # only part of the socket's name
    "shared_buffers": "128MB",
    "max_connections": "100",
    "jit": "off",  # our queries are short; compiling one costs more than running it
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": "caseledger",
}


@contextmanager
def resolve(dsn: str | None, data: Path, *, fsync: bool = True) -> Iterator[str]:
    """The database to use: the caller's if they have one, else an embedded server for the time of the `with` block.

    Args:
        dsn: libpq connection string of a server that is somebody else's care; None for an embedded one.
        data: directory of the embedded server; not touched when there is a dsn.
        fsync: see `Server`.

    Raises:
        ServerError: the embedded server cannot run.
    """
    if dsn:
        yield dsn
        return
    with Server(data, fsync=fsync) as server:
        yield server.dsn


class Server:
    """One embedded server on one data directory.

    Args:
        data: a directory for the server alone; made if it is missing, kept between runs.
        binaries: the programs to run; None finds those that fit the data.
        fsync: False makes commits vanish in a crash of the machine; for tests that do not crash it.
    """

    def __init__(self, data: Path, binaries: Binaries | None = None, *, fsync: bool = True) -> None:
        self._data = data.absolute()
        self._cluster = self._data / "cluster"
        self._log = self._data / "postgres.log"
        self._binaries = binaries
        self._fsync = fsync
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._dsn: str | None = None
        self._version = (0, 0)

    @property
    def dsn(self) -> str:
        """The superuser's connection string, for libpq."""
        if self._dsn is None:
            raise ServerError(f"The PostgreSQL server on {self._data} is not started.")
        return self._dsn

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor version of the running server."""
        return self._version

    @property
    def pid(self) -> int:
        """Process id of the running server (the postmaster)."""
        return int((self._cluster / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    @property
    def attached(self) -> bool:
        """Whether another process started the server, and will stop it."""
        return self._dsn is not None and self._watchdog is None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, or attach to it where it runs already; returns when it accepts connections.

        Does nothing on a server of ours that runs; starts one again that was killed, with its committed rows.

        Raises:
            ServerError: the directory cannot be used, no programs fit, or the server does not come up.
        """
        if self._watchdog and self._found():
            return
        self.stop()
        until = time.monotonic() + ATTACH_SECONDS
        lock = _open_lock(self._data)
        try:
            while not _taken(lock):
                if self._found():
                    return
                if time.monotonic() > until:
                    holder = os.pread(lock, 20, 0).decode() or "unknown"
                    raise ServerError(f"{self._data} is in use by process {holder}, whose server does not answer.")
                time.sleep(0.05)
            os.truncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            self._launch(lock)
        finally:
            os.close(lock)  # the server's processes keep their own hold on it

    def stop(self) -> None:
        """Shut down the server we started, disconnecting its clients, and wait for its end; let go of one attached."""
        watch, self._watchdog, self._dsn = self._watchdog, None, None
        if watch:
            with watch:  # closes the pipe, which is the order to stop, and waits
                pass

    def _found(self) -> bool:
        """Whether the directory's server accepts connections; its own file says where."""
        try:
            told = (self._cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False  # still being made, or just gone
        folder = "".join(told[4:5])  # the fifth line, empty or missing until the server listens
        return folder.startswith("/") and self._answers(Path(folder))

    def _launch(self, lock: int) -> None:
        """Start the server on a directory that we hold the lock of."""
        binaries = self._fitting()
        identity = choose(self._data, binaries.bin, lock)
        if not self._cluster.exists():
            self._make(binaries, identity, lock)
        _sweep(self._cluster / "postmaster.pid")
        sockets = _socket_folder(self._data)
        if os.geteuid() == 0:
            shutil.chown(sockets, self._data.stat().st_uid, self._data.stat().st_gid)
        settings = SETTINGS | {"unix_socket_directories": f'"{sockets}"', "fsync": "on" if self._fsync else "off"}
        command = [str(binaries.bin / "postgres"), "-D", str(self._cluster)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._watchdog = watchdog.start(identity, command, lock=lock, log=self._log, litter=sockets)
        try:
            self._wait(sockets)
        except BaseException:  # also Ctrl-C during a long recovery
            self.stop()
            raise

    def _wait(self, sockets: Path) -> None:
        """Return when the server just started accepts connections."""
        until = time.monotonic() + START_SECONDS
        while not self._answers(sockets):
            if self._watchdog is None or self._watchdog.poll() is not None or time.monotonic() > until:
                raise ServerError(f"PostgreSQL did not start: {self._reason()} (more in {self._log}).")
            time.sleep(0.02)

    def _fitting(self) -> Binaries:
        """Programs of the version that made the data: PostgreSQL opens no other's."""
        try:
            major = int((self._cluster / "PG_VERSION").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return self._binaries or find_binaries()
        binaries = self._binaries or find_binaries(major=major)
        if binaries.version[0] != major:
            raise ServerError(f"{self._data} was made by PostgreSQL {major}, which {binaries.bin} is not.")
        return binaries

    def _make(self, binaries: Binaries, identity: Identity, lock: int) -> None:
        """Make PostgreSQL's data directory under another name first: a crash on the way leaves nothing half made."""
        made = self._cluster.with_suffix(".new")
        for locale in ("C.UTF-8", "C"):  # a libc may lack the first
            shutil.rmtree(made, ignore_errors=True)
            command = [str(binaries.bin / "initdb"), "--pgdata", str(made), "--username=postgres", "--encoding=UTF8"]
            # Trust, because only the owner of the socket folder and root can enter it; the network is not listened on.
            command += ["--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions"]
            command += [f"--locale={locale}", "--text-search-config=simple", *([] if self._fsync else ["--no-sync"])]
            if binaries.version >= (17, 0):  # the same order and case on every machine, whatever its libc
                command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            with watchdog.start(identity, command, lock=lock, log=self._log) as watch:
                if watch.wait() == 0:
                    break
        else:
            raise ServerError(f"PostgreSQL could not be set up: {self._reason()} (more in {self._log}).")
        made.rename(self._cluster)
        folder = os.open(self._data, os.O_RDONLY)
        os.fsync(folder)  # else a crash could bring back the old name, which counts as half made
        os.close(folder)

    def _answers(self, sockets: Path) -> bool:
        """Whether a server accepts connections in a socket folder; if so it is ours from now on."""
        dsn = make_conninfo(host=str(sockets), port=SETTINGS["port"], user="postgres", dbname="postgres")
        try:
            with psycopg.connect(dsn, connect_timeout=5) as connection:
                self._version = divmod(connection.info.server_version, 10_000)
        except psycopg.OperationalError:
            return False
        self._dsn = dsn
        return True

    def _reason(self) -> str:
        """What the log says of the failure since the last start."""
        try:
            words = self._log.read_text(encoding="utf-8", errors="replace").rpartition(watchdog.BEGINS)[2]
        except OSError as error:
            return f"the log cannot be opened ({error.strerror})"
        told = re.findall(r"(?:FATAL|PANIC|error): +(.*)", words) or words.splitlines()
        return told[-1] if told else "it said nothing"


def _open_lock(data: Path) -> int:
    """Make the data directory if need be and open its lock file."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        present = {path.name for path in data.iterdir()}
        if present and "lock" not in present:
            raise ServerError(f"{data} is neither empty nor a data directory of ours: choose another one.")
        return os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except FileExistsError:
        raise ServerError(f"{data} is a file, and a data directory is asked for.") from None
    except OSError as error:
        raise ServerError(f"{data} cannot be used as a data directory: {error.strerror}.") from error


def _taken(lock: int) -> bool:
    """Whether the lock is now ours."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sweep(record: Path) -> None:
    """Remove the record of a server that was killed.

    PostgreSQL would check whether the process it names lives, and after a restart of a container some other process
    often has that number. A server on this directory that was started by other means has it as its working folder.
    """
    with suppress(FileNotFoundError):
        named = record.read_text(encoding="utf-8").split()[:1]
        try:
            alive = bool(named) and Path(f"/proc/{named[0]}/cwd").samefile(record.parent)
        except OSError:
            alive = False
        if not alive:
            record.unlink()


def _socket_folder(data: Path) -> Path:
    """A folder of mode 0700, in the data directory unless its path is too long, or one that libpq takes for a list."""
    folder = data / "sockets"
    if len(os.fsencode(folder / f".s.PGSQL.{SETTINGS['port']}")) > SOCKET_BYTES or {",", '"'} & set(str(folder)):
        return Path(tempfile.mkdtemp(prefix="caseledger-"))
    shutil.rmtree(folder, ignore_errors=True)  # of a server that was killed
    folder.mkdir(mode=0o700)
    return folder
