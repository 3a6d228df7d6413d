"""Power fails: what a later step rests on is on the disk before that step, as far as the order of effects shows it.

That SQLite syncs its own files is its promise, asked for by `synchronous`; here is looked at what it does beside.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.ledger.crash.knife import apart, watched
from tests.ledger.crash.rounds import MINUTE, history, seal
from tests.ledger.sealing.office import MORNING

Effects = list[tuple[str, Path]]
RENAMED, MADE, REMOVED = "os.rename", "os.mkdir", ("os.remove", "os.rmdir")
KNOWN = {"open", "fsync", RENAMED, MADE, *REMOVED, "posix.fsync", "posix.fchmod", "posix.close", "posix.utime"} | {
    "_io.write", "_io.flush", "_io.close",
}  # fmt: skip


def effects(folder: Path, size: int, since: int) -> Effects:
    """What a round does, in its order; `fsync` with the file or folder that it is done to. For a process apart."""
    found: Effects = []
    real = os.fsync

    def fsync(handle: int) -> None:
        found.append(("fsync", Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    def before(name: str, path: str) -> bool:
        found.append((name, Path(path)))
        return False

    signed = history(since)
    if since:
        seal(folder, signed, MORNING + MINUTE)
    os.fsync = fsync  # type: ignore[assignment]  # only handles are given
    with watched(before):
        seal(folder, history(size, after=signed, at=MORNING + MINUTE), MORNING + 2 * MINUTE)
    unknown = {name for name, _ in found if not name.startswith("sqlite.")} - KNOWN
    assert not unknown, f"{unknown}: what these do is to be told here before a round may do them"
    return found


def test_nothing_is_named_before_it_is_durable(folder: Path) -> None:
    assert apart(_names, folder) == 0


def _names(folder: Path) -> None:
    for size, since in ((3, 0), (260, 250), (520, 500)):
        (state := folder / f"{size}").mkdir()
        written: set[Path] = set()  # with content that is not durable yet
        named: set[Path] = set()  # folders with names that are not durable yet
        renamed = 0
        for name, path in effects(state, size, since):
            if name == "open" and path.suffix != ".db":
                written.add(path)
            elif name == "fsync":
                written.discard(path)
                named.discard(path)
            elif name == MADE:
                named.add(path.parent)
            elif name == RENAMED:
                assert not written, f"{path} is named, and its content is not durable"
                if path.name in {"checkpoint", "heads"}:
                    assert not named, f"{path} rests on what is not durable in {named}"
                named.add(path.parent)
                renamed += 1
            elif name in REMOVED:
                assert not named, f"{path} goes, and what replaces it is not durable in {named}"
        assert not named
        assert renamed > 4


def test_the_record_is_closed_before_anything_is_signed(folder: Path) -> None:
    assert apart(_record, folder) == 0


def _record(folder: Path) -> None:
    found = effects(folder, 260, 250)
    first = next(at for at, (name, path) in enumerate(found) if name == RENAMED and path.name == "checkpoint")
    tiles = [at for at, (name, path) in enumerate(found) if name == RENAMED and "tile" in path.parts]
    record = [(at, path) for at, (_, path) in enumerate(found) if path.name.startswith("sealer.db")]
    during = [(at, path) for at, path in record if at < found.index(("sqlite.unlink", record[-1][1]))]
    assert max(tiles) < max(at for at, _ in during) < first
    # In exclusive mode a commit ends by wiping the head of its journal, which is what makes it stand.
    assert during[-1][1].name == "sealer.db-journal"


def test_a_cosignature_is_given_only_once_its_commit_cannot_come_undone(folder: Path) -> None:
    assert apart(_cosignature, folder) == 0


def _cosignature(folder: Path) -> None:
    found = effects(folder, 260, 250)
    renames = [at for at, (name, path) in enumerate(found) if name == RENAMED and path.name == "checkpoint"]
    asked = [each for each in found[renames[0] : renames[1]] if each[1].name.startswith("witness.db")]
    # The journal is gone, and it cannot come back: its folder is synced. Else it would undo the commit.
    assert [name for name, _ in asked[-2:]] == ["sqlite.unlink", "sqlite.openDirectory"]
