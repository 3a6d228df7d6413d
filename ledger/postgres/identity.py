"""Who the server runs as: PostgreSQL refuses to be root."""

from __future__ import annotations

import os
import pwd
from contextlib import suppress
from pathlib import Path

from ledger.postgres import watchdog
from ledger.postgres.binaries import ServerError
from ledger.postgres.watchdog import Identity

ACCOUNTS = ("postgres", "nobody")
"""The unprivileged accounts that root steps down to: the first one that the machine has."""


def choose(data: Path, programs: Path, lock: int) -> Identity:
    """The identity that can work in a data directory and run the programs; as root, gives it the directory.

    A plain user runs the server as they are. Root steps down to the account that owns the data already, else to one
    of ACCOUNTS. Where the way to the directory or to the programs is closed to that account (they lie under /root,
    say) no folder is opened to everybody: the server alone keeps root's right to pass.

    Args:
        data: the data directory.
        programs: the folder of PostgreSQL's programs.
        lock: descriptor of the locked file in the data directory.

    Raises:
        ServerError: root has no account to step down to, or not the right to.
    """
    if os.geteuid():
        return Identity("own", os.geteuid(), os.getegid())
    uid, gid = _account(data)
    _give(data, uid, gid)
    for identity in (Identity("account", uid, gid), Identity("reach", uid, gid)):
        if _able(identity, data, programs, lock):
            return identity
    raise ServerError(
        f"PostgreSQL refuses to run as root, and user {uid} cannot reach {data} or {programs}: "
        "move what lies under a closed folder such as /root, or start as a plain user."
    )


def _account(data: Path) -> tuple[int, int]:
    """User and group id of the data's owner, unless that is root, else of the first of ACCOUNTS."""
    owner = data.stat()
    if owner.st_uid:
        return owner.st_uid, owner.st_gid
    for name in ACCOUNTS:
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return user.pw_uid, user.pw_gid
    raise ServerError(f"PostgreSQL refuses to run as root, and there is no user named {' or '.join(ACCOUNTS)}.")


def _give(data: Path, uid: int, gid: int) -> None:
    """Make a data directory and all in it belong to one user."""
    cluster = data / "cluster"
    copied = cluster.exists() and cluster.stat().st_uid != uid  # by root, perhaps from another machine
    for path in [data, *(data.rglob("*") if copied else data.iterdir())]:
        os.chown(path, uid, gid, follow_symlinks=False)


def _able(identity: Identity, data: Path, programs: Path, lock: int) -> bool:
    """Whether somebody may enter the directory and run the programs there; tried, since modes are not all there is."""
    trial = ["/bin/sh", "-c", 'cd "$0" && exec "$1" --version', str(data), str(programs / "postgres")]
    with watchdog.start(identity, trial, lock=lock, log=Path(os.devnull)) as watch:
        return watch.wait() == 0
