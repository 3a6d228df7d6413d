"""Everything is killed at random while people write: what was acknowledged is there, once, and all of it checks.

CASELEDGER_SOAK_SECONDS says how long (20 by default; `make soak` asks for ten minutes), CASELEDGER_SOAK_SEED chooses
the blows.
"""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import time
from pathlib import Path
from random import Random

from ledger.hashing import leaf_hash
from ledger.postgres.connect import connect
from ledger.sealing.source import DatabaseSource
from tests.cli.terminal import PATIENCE
from tests.ledger.soak.diary import Diary
from tests.ledger.soak.orchestra import LEDGER, WRITERS, Orchestra, orchestra
from tests.ledger.soak.writer import step

SECONDS = float(os.environ.get("CASELEDGER_SOAK_SECONDS", "20"))
SEED = os.environ.get("CASELEDGER_SOAK_SEED") or secrets.token_hex(4)
PAUSE = 2.0
"""At most so long between two blows: a process that is started again needs about as long to be at work."""


def test_whatever_is_killed_every_acknowledged_entry_is_found_once_and_the_whole_ledger_checks() -> None:
    print(f"CASELEDGER_SOAK_SEED={SEED}")  # noqa: T201  # to have the same blows again
    with tempfile.TemporaryDirectory(prefix="caseledger-") as folder, orchestra(Path(folder)) as playing:
        chance, end = Random(SEED), time.monotonic() + SECONDS
        while time.monotonic() < end:
            wait = time.monotonic() + chance.uniform(0, PAUSE)
            while time.monotonic() < wait:
                playing.look()
                time.sleep(0.05)
            playing.blow(chance)
        finished(playing)
        found_once(playing)
        checks(playing)
        told = len(list(playing.told()))
        print(f"kills {playing.kills}, acknowledged {told}, checkpoints seen {len(playing.seen)}")  # noqa: T201


def finished(playing: Orchestra) -> None:
    """Let the writers come to an end once each has begun, and seal what is there."""
    playing.server.start()
    end = time.monotonic() + PATIENCE
    while not all(any(Diary(playing.folder / f"{writer}.diary")) for writer in WRITERS):
        assert time.monotonic() < end, "a writer does not come to its first step"
        time.sleep(0.1)
    playing.stop.touch()
    for writer in WRITERS:
        assert playing.players[f"writer {writer}"].end(None) == 0
    playing.players["sealer"].end(signal.SIGTERM)  # with 0, or as it may where it was only just started again
    for _ in range(5):  # a witness that was only just started again may not be there yet
        sealed = playing.caseledger("seal", "--once", "--policy", playing.policy)
        assert sealed.code == 0, sealed.err
        if playing.caseledger("audit", "--policy", playing.policy).code == 0:
            break
    playing.look()
    assert playing.faults() == []


def found_once(playing: Orchestra) -> None:
    """Each acknowledgement's entries lie where it says, and nothing but the founding lies beside them."""
    told = [(told.position + n, leaf) for told in playing.told() for n, leaf in enumerate(told.leaves)]
    assert told
    with connect(playing.server.dsn, "reader") as connection:
        source = DatabaseSource(connection, LEDGER)
        stored = dict(enumerate(leaf_hash(entry).hex() for entry in source.entries(0, source.size())))
        assert len(stored) == source.size()
    positions = [position for position, _ in told]
    assert len(set(positions)) == len(positions)
    assert {position: stored.get(position) for position in positions} == dict(told)
    founding = set(stored) - set(positions)
    assert founding == set(range(len(founding))), "nothing was recorded that nobody was told of"


def checks(playing: Orchestra) -> None:
    """The audit of all, from every checkpoint that was seen; and one case, handed out and checked offline."""
    words: list[str | Path] = []
    for size in Random(SEED).sample(sorted(playing.seen), min(50, len(playing.seen))):
        (path := playing.folder / f"seen-{size}").write_bytes(bytes(playing.seen[size]))
        words += ["--since", path]
    audited = playing.caseledger("audit", "--policy", playing.policy, *words)
    assert audited.code == 0, audited.out + audited.err
    stream, bundle = step(WRITERS[0], 0).stream, playing.folder / "case.zip"
    exported = playing.caseledger("export", stream, "-o", bundle, "--wait", "0")
    assert exported.code == 0, exported.err
    verified = playing.caseledger("verify", bundle, "--policy", playing.policy)
    assert verified.code == 0, verified.out + verified.err
