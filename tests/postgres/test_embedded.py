from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from ledger.postgres import embedded, watchdog
from ledger.postgres.binaries import CHOICE, Binaries, ServerError
from ledger.postgres.embedded import Server, resolve
from ledger.postgres.identity import choose


def record(server: Server, note: str) -> None:
    with psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS entry (note text)")
        connection.execute("INSERT INTO entry VALUES (%s)", (note,))


def recorded(server: Server) -> list[str]:
    with psycopg.connect(server.dsn) as connection:
        return [note for (note,) in connection.execute("SELECT note FROM entry ORDER BY note")]


def settings(server: Server, *names: str) -> list[str]:
    with psycopg.connect(server.dsn) as connection:
        return [row[0] for name in names for row in connection.execute(f"SHOW {name}".encode())]


def test_a_server_is_set_up_as_the_ledger_wants_it(folder: Path, binaries: Binaries) -> None:
    with Server(folder, binaries) as server:
        assert server.version == binaries.version
        assert settings(server, "server_encoding", "data_checksums", "fsync") == ["UTF8", "on", "on"]
        assert settings(server, "listen_addresses", "timezone", "jit") == ["", "UTC", "off"]
        with psycopg.connect(server.dsn) as connection:
            assert connection.execute("SELECT 'Z' < 'a', lower('É')").fetchone() == (True, "é")
        assert (folder / "sockets").stat().st_mode & 0o777 == 0o700


def test_rows_are_kept_between_runs(data: Path, wheel: Binaries) -> None:
    with Server(data, wheel, fsync=False) as server:
        record(server, "in the first run")
    with server:
        assert "in the first run" in recorded(server)
    server.stop()
    with pytest.raises(ServerError, match="is not started"):
        _ = server.dsn


def test_committed_rows_and_only_those_survive_a_kill(folder: Path, binaries: Binaries) -> None:
    with Server(folder, binaries) as server:
        record(server, "committed")
        with psycopg.connect(server.dsn) as open_transaction:
            open_transaction.execute("INSERT INTO entry VALUES ('never committed')")
            killed = server.pid
            os.kill(killed, signal.SIGKILL)
            server.start()
            assert server.pid != killed
            assert recorded(server) == ["committed"]
            open_transaction.close()


def test_the_record_of_a_killed_server_may_name_a_living_process(data: Path, wheel: Binaries) -> None:
    with Server(data, wheel, fsync=False) as server:
        left = (data / "cluster/postmaster.pid").read_text()
    owner = data.stat().st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "10"], user=owner) as bystander:
        (data / "cluster/postmaster.pid").write_text(left.replace(left.split()[0], str(bystander.pid), 1))
        with server:
            assert server.pid != bystander.pid
        bystander.kill()


def test_a_server_started_by_other_means_is_left_alone(data: Path, folder: Path, wheel: Binaries) -> None:
    (folder / "sockets").mkdir()
    (folder / "lock").touch()
    with (folder / "lock").open() as lock:
        identity = choose(folder, wheel.bin, lock.fileno())
        by_hand = [str(wheel.bin / "postgres"), "-D", str(data / "cluster"), "-k", str(folder / "sockets")]
        by_hand += ["-c", "listen_addresses="]
        log = folder / "postgres.log"
        with watchdog.start(identity, by_hand, lock=lock.fileno(), log=log) as watch:
            while "ready to accept" not in (log.read_text() if log.exists() else ""):
                assert watch.poll() is None, log.read_text()
                time.sleep(0.02)
            with pytest.raises(ServerError, match=r'lock file "postmaster.pid" already exists'):
                Server(data, wheel).start()


def test_two_servers_at_once_do_not_meet(data: Path, folder: Path, wheel: Binaries) -> None:
    with Server(data, wheel, fsync=False) as one, Server(folder, wheel, fsync=False) as other:
        record(one, "one")
        record(other, "other")
        assert "other" not in recorded(one)
        assert recorded(other) == ["other"]


def test_a_second_process_attaches_and_leaves_the_server_running(data: Path, wheel: Binaries) -> None:
    second = """
import sys
import time
from collections.abc import Callable
from pathlib import Path
from ledger.postgres.embedded import Server
with Server(Path(sys.argv[1])) as server:
    print(server.attached, server.pid, server.version)
"""
    with Server(data, wheel, fsync=False) as server:
        told = subprocess.run([sys.executable, "-c", second, data], capture_output=True, text=True, check=True)
        assert told.stdout == f"True {server.pid} {wheel.version}\n"
        record(server, "after the second has gone")
        assert not server.attached


def test_of_processes_that_start_at_once_one_owns_the_server(data: Path) -> None:
    starter = """
import sys
from pathlib import Path
from ledger.postgres.binaries import find_binaries
from ledger.postgres.embedded import Server
with Server(Path(sys.argv[1]), find_binaries("wheel"), fsync=False) as server:
    print(server.attached, server.pid, flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", starter, str(data)]
    started = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(4)]
    told = [process.stdout.readline().split() for process in started if process.stdout]
    for process in started:
        process.communicate()
    assert sorted(attached for attached, _ in told) == ["False", "True", "True", "True"]
    assert len({pid for _, pid in told}) == 1


def test_when_the_owner_has_stopped_the_next_start_owns_the_server(data: Path, wheel: Binaries) -> None:
    with Server(data, wheel, fsync=False) as owner, Server(data, wheel, fsync=False) as guest:
        record(guest, "through the guest")
        owner.stop()
        guest.start()
        assert not guest.attached
        owner.start()
        assert owner.attached
        assert "through the guest" in recorded(owner)


def test_a_directory_held_by_a_silent_process_is_refused_with_its_number(
    folder: Path, wheel: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "ATTACH_SECONDS", 0.1)
    (folder / "lock").write_text("4242")
    with (folder / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ServerError, match="in use by process 4242"):
            Server(folder, wheel).start()


@pytest.mark.parametrize("name", ["a long name" * 10, 'commas, "quotes" and spaces'])
def test_any_folder_will_do(folder: Path, wheel: Binaries, name: str) -> None:
    with Server(folder / name, wheel, fsync=False) as server:
        sockets = Path(str(conninfo_to_dict(server.dsn)["host"]))
        assert sockets.stat().st_mode & 0o777 == 0o700
        with Server(folder / name, wheel) as guest:
            assert guest.dsn == server.dsn
    assert not sockets.exists()


def test_a_closed_folder_above_the_data_stays_closed_and_is_no_obstacle(folder: Path, wheel: Binaries) -> None:
    folder.chmod(0o700)
    with Server(folder / "data", wheel, fsync=False) as server:
        record(server, "here")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_uid == os.geteuid()


def test_a_plain_user_can_do_all_of_it(folder: Path) -> None:
    """As root, in a process that has stepped down before it starts anything; a plain user simply is one."""
    life = """
import os, sys
from pathlib import Path
import psycopg
from ledger.postgres.binaries import find_binaries
from ledger.postgres.embedded import Server
with Server(Path(sys.argv[1]), find_binaries("wheel"), fsync=False) as server:
    os.kill(server.pid, 9)
    server.start()
    assert Path(f"/proc/{server.pid}").stat().st_uid == os.geteuid() > 0
    server.stop()
    server.start()
    with psycopg.connect(server.dsn) as connection:
        print("lived, answering", connection.execute("SELECT 42").fetchone())
"""
    (folder / "postgres").symlink_to(sys.executable)  # the program that the identity must be able to run here
    log = folder / "life.log"
    with (folder / "lock").open("w") as lock:
        identity = choose(folder, folder, lock.fileno())
        command = [sys.executable, "-c", life, str(folder / "data")]
        with watchdog.start(identity, command, lock=lock.fileno(), log=log) as watch:
            assert watch.wait() == 0, log.read_text()
        assert "lived, answering (42,)" in log.read_text()


def test_a_machine_without_the_utf_8_locale_still_gets_a_server(folder: Path, wheel: Binaries) -> None:
    programs = folder / "bin"
    programs.mkdir()
    (programs / "postgres").symlink_to(wheel.bin / "postgres")
    (programs / "initdb").write_text(f"""#!/bin/sh
for word; do [ "$word" = --locale=C.UTF-8 ] && echo 'initdb: error: invalid locale name' && exit 1; done
exec {wheel.bin}/initdb "$@"
""")
    (programs / "initdb").chmod(0o755)
    with Server(folder / "data", Binaries(programs, wheel.version, "path"), fsync=False) as server:
        assert settings(server, "lc_messages", "server_encoding") == ["C", "UTF8"]


def test_with_a_dsn_no_server_is_started(folder: Path) -> None:
    with resolve("host=elsewhere", folder / "data") as dsn:
        assert dsn == "host=elsewhere"
    assert not (folder / "data").exists()


def test_without_a_dsn_a_server_runs_for_as_long_as_it_is_needed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, "wheel")
    with resolve(None, data, fsync=False) as dsn, psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT 42").fetchone() == (42,)
    assert not (data / "sockets").exists()


def test_a_file_is_no_data_directory(folder: Path, wheel: Binaries) -> None:
    (folder / "data").touch()
    with pytest.raises(ServerError, match="data is a file, and a data directory is asked for"):
        Server(folder / "data", wheel).start()


def test_a_folder_of_other_things_is_not_taken_over(folder: Path, wheel: Binaries) -> None:
    (folder / "letters").mkdir()
    with pytest.raises(ServerError, match="neither empty nor a data directory of ours"):
        Server(folder, wheel).start()
    assert [path.name for path in folder.iterdir()] == ["letters"]
    assert folder.stat().st_uid == os.geteuid()


def test_a_folder_that_cannot_be_written_is_refused_in_words(wheel: Binaries) -> None:
    with pytest.raises(ServerError, match="cannot be used as a data directory: No such file"):
        Server(Path("/proc/ledger"), wheel).start()


def test_data_of_another_version_is_refused_in_words(folder: Path, wheel: Binaries) -> None:
    (folder / "lock").touch()
    (folder / "cluster").mkdir()
    (folder / "cluster/PG_VERSION").write_text("15\n")
    with pytest.raises(ServerError, match=r"was made by PostgreSQL 15, which .* is not"):
        Server(folder, wheel).start()


def test_a_server_that_does_not_start_says_why(data: Path, folder: Path, wheel: Binaries) -> None:
    (folder / "postgres").write_text("#!/bin/sh\n[ $1 = --version ] || { echo 'FATAL:  no memory left'; exit 1; }\n")
    (folder / "postgres").chmod(0o755)
    with pytest.raises(ServerError, match=r"did not start: no memory left \(more in .*postgres.log\)"):
        Server(data, Binaries(folder, wheel.version, "path")).start()


def test_each_test_gets_empty_databases_of_its_own(new_database: Callable[[], str], server: Server) -> None:
    one, other = new_database(), new_database()
    with psycopg.connect(one) as connection:
        connection.execute("CREATE TABLE entry (note text)")
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT to_regclass('entry')").fetchone() == (None,)
    assert settings(server, "fsync") == ["off"]
