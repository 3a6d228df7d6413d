"""The read models of an installation: kept up, made anew, waited for, and how far each has come."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg

from api.failures import Lagging, Malformed, ProjectionStopped
from api.identity.demonstration import Account
from api.reading import told_to
from api.service import Service
from ledger.postgres.connect import connect
from projections.names import behind
from projections.rebuild import Rebuilder, RebuildStopped
from projections.rooms import ROOMS
from projections.runner import Runner
from projections.tables import NewerRoom

PATIENCE: Final = 3.0
"""Seconds for which somebody waits until a read model has come to what they have just recorded."""
_LOOK: Final = 0.02
TEXTS: Final = "search-texts"
"""The index over sealed texts: no read model, as it needs the keys, but waited for like one."""
BEHIND: Final = 50_000
"""Positions that a read model lags behind, from where making it anew is the quicker way."""
_STATUS: Final = (
    "SELECT l.ledger, l.clock, l.size, CASE WHEN l.size > 0 THEN l.last_recorded_at END, m.projection, m.position,"
    " m.stopped_at, m.reason, l.size - coalesce(s.position, 0) FROM ledger.ledgers AS l"
    " LEFT JOIN views.marks AS m USING (ledger) LEFT JOIN ledger.search_marks AS s USING (ledger)"
    " WHERE %(ledger)s::text IS NULL OR l.ledger = %(ledger)s ORDER BY l.ledger"
)


def status(service: Service, ledger: str | None = None) -> list[dict[str, Any]]:
    """Every ledger, or the one that is named: id, clock, size, time of its last entry, how its read models stand.

    `lag` is how many positions each of them is behind, `stopped` at which position and why those that stand still do;
    `texts_lag` how many the index over sealed texts is.
    """
    with service.reading() as connection:
        rows = connection.execute(_STATUS, {"ledger": ledger}).fetchall()
    found: dict[str, dict[str, Any]] = {}
    for id_, clock, size, last, name, position, stopped_at, reason, texts in rows:
        row = found.setdefault(
            id_,
            {
                "ledger": id_,
                "clock": clock,
                "size": size,
                "last_recorded_at": last,
                "lag": {each.name: size for each in ROOMS},
                "stopped": {},
                "texts_lag": texts,
            },
        )
        if name in row["lag"]:
            row["lag"][name] = size - position
            if stopped_at is not None:
                row["stopped"][name] = {"position": stopped_at, "reason": reason}
    return list(found.values())


def reached(service: Service, ledger: str, *names: str) -> int:
    """The position up to which, that one not included, every one of the read models knows a ledger."""
    [row] = status(service, ledger)
    return int(row["size"]) - max(int(row["lag"][name]) for name in names)


def waiting(row: dict[str, Any]) -> bool:
    """Whether there is anything in a ledger, as `status` tells it, that can be projected."""
    return any(lag > 0 for name, lag in row["lag"].items() if name not in row["stopped"])


def project(
    service: Service, ledgers: Sequence[str] | None = None, told: Callable[[int, int], None] | None = None
) -> int:
    """Bring every read model up to date, those that stopped excepted; how many ledgers there was something to do in.

    One that is far behind is made anew: that reads every file once.
    """
    busy = [row for row in status(service) if waiting(row) and (ledgers is None or row["ledger"] in ledgers)]
    for row in busy:
        far = [name for name, lag in row["lag"].items() if lag > BEHIND and name not in row["stopped"]]
        if far:
            # Where that cannot be done, step by step will show at which position.
            with suppress(RebuildStopped, NewerRoom), rebuilder(service) as processes:
                processes.rebuild(row["ledger"], far, told or (lambda *_: None))
        with connect(service.dsn, "projector") as connection:
            Runner(connection, row["ledger"], ROOMS, service.mapper).catch_up()
    return len(busy)


def revive(service: Service) -> None:
    """Let every read model that stopped try again: this program may read what an earlier one could not."""
    with connect(service.dsn, "projector") as connection:
        for row in status(service):
            if row["stopped"]:
                Runner(connection, row["ledger"], ROOMS, service.mapper).revive()


def rebuilder(service: Service) -> Rebuilder:
    """What makes read models anew, in as many processes as there are processors."""
    return Rebuilder(service.dsn, os.cpu_count() or 1)


def rebuild(service: Service, ledger: str, names: Sequence[str], told: Callable[[int, int], None]) -> int:
    """Make read models anew, all of them where none is named; the position that they rest on.

    Raises:
        Malformed: there is no such read model.
        RebuildStopped, NewerRoom: see `projections.rebuild`.
    """
    known = [each.name for each in ROOMS]
    unknown = set(names) - set(known)
    if unknown:
        raise Malformed(why=f"{', '.join(sorted(unknown))}; {', '.join(known)}")
    with rebuilder(service) as processes:
        return processes.rebuild(ledger, list(names) or known, told)


@contextmanager
def asking(service: Service, ledger: str, who: Account, *rooms: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to ask read models in which there are names, where some may not be told to `who`.

    Whom a file does not name is kept by room `files`: where that is behind the others, they hold more than may be told.

    Raises:
        ProjectionStopped, Lagging: it is behind.
        DatabaseDown: see `Service.reading`.
    """
    with service.reading() as connection:
        if told_to(who) is None:
            yield connection
            return
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if behind(connection, ledger, rooms):
                [row] = status(service, ledger)
                stopped = row["stopped"].get("files")
                if stopped is not None:
                    raise ProjectionStopped(name="files", position=stopped["position"])
                raise Lagging(names="files", position=row["size"] - 1)
            yield connection


def wait_for(service: Service, ledger: str, position: int, names: Sequence[str], patience: float = PATIENCE) -> None:
    """Wait until read models, or the index over sealed `TEXTS`, have come to a position: that of a receipt.

    Raises:
        ProjectionStopped: one of them stands still before it.
        Lagging: it takes too long; to be asked again.
        Malformed: the ledger has no such position.
    """
    end, pause = time.monotonic() + patience, _LOOK
    while True:
        [row] = status(service, ledger)
        if not 0 <= position < row["size"]:
            raise Malformed(why=f"position {position}")
        lags = {**row["lag"], TEXTS: row["texts_lag"]}
        late = [name for name in names if row["size"] - lags[name] <= position]
        if not late:
            return
        for name in late:
            if name in row["stopped"]:
                raise ProjectionStopped(name=name, position=row["stopped"][name]["position"])
        if time.monotonic() > end:
            raise Lagging(names=", ".join(late), position=position)
        time.sleep(pause)
        pause = min(2 * pause, 10 * _LOOK)  # many who wait must not keep the connections from those who read
