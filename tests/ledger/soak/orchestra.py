"""The processes of the soak: a server, a witness, a sealer, writers; each can be killed, and comes back."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from typing import Any, Protocol

from ledger.postgres.embedded import Server
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.note import Note
from ledger.sealing.site import Site
from tests.cli.terminal import COMMAND, PATIENCE, Said, caseledger, environment
from tests.cli.test_proof import free_port
from tests.ledger.processes import PROCESSES
from tests.ledger.soak import writer
from tests.ledger.soak.diary import Diary, Told

LEDGER = "cn-000000"
WRITERS = ("a", "b", "c")
FAULTS = re.compile(r"Traceback|not sealed|not cosigned")


class Player(Protocol):
    """One process that is started again whenever it was killed."""

    def start(self) -> None:
        """Start it."""

    def end(self, how: signal.Signals | None) -> int:
        """End it by a signal, or wait until it ends by itself; its exit code, or the signal as a negative number."""


@dataclass
class Command:
    """A command of ours; what it says is kept."""

    words: Sequence[str]
    settings: Mapping[str, str | Path]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                list(self.words), stdout=said, stderr=said, stdin=subprocess.DEVNULL, env=environment(**self.settings)
            )

    def end(self, how: signal.Signals | None) -> int:
        assert self.process is not None
        assert self.process.poll() is None, f"it ended by itself:\n{self.log.read_text()[-3_000:]}"
        if how is not None:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@dataclass
class Writer:
    """One of those who write."""

    given: tuple[Any, ...]
    process: ForkServerProcess | None = None

    def start(self) -> None:
        self.process = PROCESSES.Process(target=writer.main, args=self.given)
        self.process.start()

    def end(self, how: signal.Signals | None) -> int:
        assert self.process is not None
        assert self.process.pid is not None
        assert self.process.exitcode is None or how is None, "it ended by itself"
        if how is not None:
            os.kill(self.process.pid, how)
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None
        return self.process.exitcode


@dataclass
class Database:
    """The server, which is hit as a whole, or in one of the processes that serve a connection."""

    server: Server

    def blow(self, chance: Random) -> None:
        """Kill one of its processes; a server that is gone is started again."""
        try:
            postmaster = self.server.pid
        except FileNotFoundError:  # the last blow hit it while it recovered from the one before, and it gave up
            self.server.start()
            return
        victim = chance.choice([postmaster, *children(postmaster)])
        os.kill(victim, signal.SIGKILL)
        if victim == postmaster:
            self.server.start()


@dataclass
class Orchestra:
    """All of them, over one folder."""

    folder: Path
    server: Server
    settings: Mapping[str, str | Path]
    players: dict[str, Player] = field(default_factory=dict)
    seen: dict[int, Note] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)

    @property
    def stop(self) -> Path:
        """The file that tells the writers to end."""
        return self.folder / "stop"

    @property
    def policy(self) -> Path:
        return self.folder / "policy"

    def add(self, name: str, *words: str | Path) -> None:
        """A command of ours joins in."""
        self.join(name, Command([*COMMAND, *map(str, words)], self.settings, self.folder / f"{name}.log"))

    def join(self, name: str, player: Player) -> None:
        self.players[name] = player
        player.start()

    def blow(self, chance: Random) -> None:
        """Kill one of them, at random; every third time it is the server's turn."""
        name = chance.choice([*sorted(self.players), *["server"] * (len(self.players) // 2)])
        if name == "server":
            Database(self.server).blow(chance)
        else:
            self.players[name].end(signal.SIGKILL)
            self.players[name].start()
        self.kills[name] = self.kills.get(name, 0) + 1

    def look(self) -> None:
        """Take note of the checkpoint, as a monitor does: it never goes back, and has one root of a size."""
        note = Site(self.folder / "site" / LEDGER).note("checkpoint")
        if note is not None:
            size = Checkpoint.parse(note.text).size
            assert size >= max(self.seen, default=0), "the checkpoint went back"
            assert self.seen.get(size, note).text == note.text, "two roots of one size"
            self.seen[size] = note

    def silence(self) -> None:
        """End what is still there."""
        for player in self.players.values():
            with suppress(AssertionError):  # it has ended
                player.end(signal.SIGKILL)

    def told(self) -> Iterator[Told]:
        """Everything that any writer was told."""
        for name in WRITERS:
            yield from Diary(self.folder / f"{name}.diary")

    def caseledger(self, *words: str | Path) -> Said:
        return caseledger(*words, **self.settings)

    def faults(self) -> list[str]:
        """What was said that nobody should have to read."""
        logs = {path.name: path.read_text("utf-8", "replace") for path in self.folder.glob("*.log")}
        return [f"{name}: {log[-3_000:]}" for name, log in logs.items() if FAULTS.search(log)]


@contextmanager
def orchestra(folder: Path) -> Iterator[Orchestra]:
    """A ledger that is open under a regulation, its sealer, witness and writers at work."""
    with ExitStack() as stack:
        server = stack.enter_context(Server(folder / "server", fsync=True))
        made = Orchestra(folder, server, {"DSN": server.dsn, "DATA": folder})
        opened = made.caseledger("init", LEDGER, "--regime", "karamay-2022")
        assert opened.code == 0, opened.err
        vkeys = []
        for words in ((LEDGER,), ("--witness", "witness.example/superior")):
            key = made.caseledger("keys", "new", *words)
            assert key.code == 0, key.err
            vkeys.append(key.out.strip())
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        made.policy.write_text(f"log {vkeys[0]}\nwitness superior {vkeys[1]} {url}\nquorum superior\n", "ascii")
        stack.callback(made.silence)
        secret = folder / "keys" / "witness.example_superior.key"
        record = folder / "witness.db"
        made.add("witness", "witness", "--key", secret, "--log", vkeys[0], "--record", record, "--port", port)
        made.add("sealer", "seal", "--policy", made.policy)
        settings = {f"CASELEDGER_{name}": str(value) for name, value in made.settings.items()}
        for name in WRITERS:
            given = (name, LEDGER, folder / f"{name}.diary", made.stop, settings)
            made.join(f"writer {name}", Writer(given))
        yield made


def children(parent: int) -> list[int]:
    """The processes that another has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return sorted(found)
