"""What a service does in the background: read models kept up, and each day's accesses digested once it is over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

import psycopg

from api.asking import legal_day
from api.failures import DatabaseDown, StaleCase
from api.projecting import project, revive, status, waiting
from api.searching import index, texts_lag
from api.service import Service
from domain.errors import AccessesMoved
from ledger.postgres.connect import DatabaseUnavailable, connect

LOG: Final = logging.getLogger("caseledger")
POLL: Final = 0.5
"""Seconds between looks at the log when nobody says that something is new."""
RECORDED: Final = "caseledger_recorded"
"""The channel on which whoever records something says so. A hint: one that is lost costs half a second."""
_AWAY: Final = (psycopg.OperationalError, DatabaseUnavailable, DatabaseDown)


@contextmanager
def tended(service: Service) -> Iterator[None]:
    """Do it until the end of the block."""
    stop = threading.Event()
    works = (keep_up, _hinting, _digesting, _indexing)
    threads = [threading.Thread(target=work, args=(service, stop), name=work.__name__, daemon=True) for work in works]
    try:
        for thread in threads:
            thread.start()
        yield
    finally:  # also where the order to end comes while they are being started: nobody waits for what was not told
        stop.set()
        service.recorded.set()
        for thread in threads:
            if thread.is_alive():
                thread.join()


def keep_up(service: Service, stop: threading.Event, told: Callable[[str], None] = lambda _: None) -> None:
    """Keep every read model up until `stop`; `told` hears of each ledger that something was done in.

    One that meets what it cannot project stands still there, and `status` says so; it holds up no other.
    """
    while not stop.is_set():
        try:
            with connect(service.dsn, "reader") as listening:
                listening.execute(f"LISTEN {RECORDED}")
                revive(service)
                while not stop.is_set():
                    for row in status(service):
                        if waiting(row) and not stop.is_set():
                            _project(service, row["ledger"], told)
                    for _ in listening.notifies(timeout=POLL, stop_after=1):
                        pass
        except _AWAY:  # look again later
            stop.wait(POLL)
        except Exception:  # a fault of the program: it must not end the upkeep for good
            LOG.exception("the read models could not be kept up")
            stop.wait(POLL)


def _project(service: Service, ledger: str, told: Callable[[str], None]) -> None:
    try:
        project(service, [ledger])
    except _AWAY:
        raise
    except Exception:  # whatever befalls one ledger is no other's matter
        LOG.exception("the read models of %s could not be kept up", ledger)
    else:
        told(ledger)


def _hinting(service: Service, stop: threading.Event) -> None:
    """Say on the channel that something was recorded, once for all that was recorded meanwhile."""
    while not stop.is_set():
        try:
            with connect(service.dsn, "reader") as connection:
                while not stop.is_set():
                    service.recorded.wait()
                    service.recorded.clear()
                    connection.execute(f"NOTIFY {RECORDED}")
        except _AWAY:
            stop.wait(POLL)


def _indexing(service: Service, stop: threading.Event) -> None:
    """Give sealed texts their tokens as they come: this process holds the keys."""
    while not stop.wait(POLL):
        try:
            for ledger, lag in texts_lag(service).items():
                if lag and not stop.is_set():
                    _index(service, ledger)
        except _AWAY:
            continue  # look again later


def _index(service: Service, ledger: str) -> None:
    try:
        index(service, ledger)
    except _AWAY:
        raise
    except Exception:  # whatever befalls one ledger is no other's matter
        LOG.exception("the sealed texts of %s are not indexed", ledger)


def _digesting(service: Service, stop: threading.Event) -> None:
    digested: dict[str, date] = {}
    while not stop.wait(POLL):
        try:
            today = legal_day(service.sources.now())
            for ledger in _read_in(service):
                if digested.get(ledger) != today and not stop.is_set():
                    _digest(service, ledger)
                    digested[ledger] = today
        except (*_AWAY, StaleCase, AccessesMoved):
            continue  # the database is away, or another process was quicker: look again later


def _digest(service: Service, ledger: str) -> None:
    try:
        service.digest_accesses(ledger)
    except (*_AWAY, StaleCase, AccessesMoved):
        raise
    except Exception:  # whatever befalls one ledger is no other's matter
        LOG.exception("the accesses of %s are not digested today", ledger)


def _read_in(service: Service) -> list[str]:
    """The ledgers in which sealed texts were ever read: to look at the others would take a connection for each."""
    with service.reading() as connection:
        rows = connection.execute(
            "SELECT ledger FROM ledger.ledgers AS l WHERE EXISTS"
            " (SELECT FROM ledger.accesses AS a WHERE a.ledger = l.ledger AND a.number = 0)"
        )
        return [ledger for (ledger,) in rows]
