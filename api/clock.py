"""`system:clock` (系统时钟): what nobody does and has to be recorded all the same.

It records that a limit has run out (期限届满), once for each, on the day after the last on which it could be kept,
also when it looks only later; and it reckons deadlines again that rest on a calendar which is not the newest. What is
due it finds in the read models; whether it is so is the decider's to say, as for everybody else. So it can be stopped
at any moment and started again, and two of them do no harm.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Final

import psycopg

from api.asking import Ask, Receipt
from api.execute import Desk
from api.failures import DatabaseDown, Failure
from api.identity.demonstration import SYSTEM
from api.projecting import project
from api.service import Service
from api.sweep import sweep
from domain.errors import Refusal
from domain.procedure.facts import DeadlineLapsed
from ledger.postgres.connect import DatabaseUnavailable
from projections.deadlines import query as deadlines

LOG: Final = logging.getLogger("caseledger")
ROUND: Final = 60.0
"""Seconds between two looks: what lapses at midnight is recorded within a minute."""
PAGE: Final = 500
_DAY: Final = timedelta(days=1)
_AWAY: Final = (DatabaseDown, DatabaseUnavailable, psycopg.OperationalError)


@dataclass
class Clock:
    """Looks after ledgers. What was refused once is not asked again on the same day."""

    service: Service
    _refused: dict[tuple[str, str, str], date] = field(default_factory=dict)

    def tick(self, ledger: str) -> int:
        """Record what has become due in a ledger; how many steps that took.

        Raises:
            DatabaseDown, DatabaseUnavailable: nothing is half done; to be asked again.
        """
        project(self.service, [ledger])
        desk = self.service.desk(ledger)
        taken = sum(1 for _ in self._reckoned_again(desk)) + sum(1 for _ in self._lapses(desk))
        if taken:
            project(self.service, [ledger])
        return taken

    def _reckoned_again(self, desk: Desk) -> Iterator[Receipt]:
        calendar = desk.laws.book().calendar
        if calendar is None:
            return
        with self.service.reading() as connection:
            streams = deadlines.under_other_calendars(connection, desk.log.ledger, calendar)
        for stream in streams:
            yield from self._asked(desk, stream, calendar, partial(_swept, desk, stream))

    def _lapses(self, desk: Desk) -> Iterator[Receipt]:
        today, ledger = desk.today(), desk.log.ledger
        after: tuple[date, str, str] | None = None
        while True:
            with self.service.reading() as connection:
                page = deadlines.lapsing(connection, ledger, today, limit=PAGE, after=after)
            if not page:
                return
            for latest, stream, deadline in page:
                yield from self._asked(desk, stream, deadline, partial(_lapsed, desk, stream, deadline, latest))
            after = page[-1]

    def _asked(self, desk: Desk, stream: str, what: str, take: Callable[[], list[Receipt]]) -> list[Receipt]:
        """What was taken in one file; nothing where it cannot be: that is no other file's matter."""
        today, ledger = desk.today(), desk.log.ledger
        if self._refused.get((ledger, stream, what)) == today:
            return []
        try:
            return take()
        except _AWAY:
            raise
        except Failure as failure:  # something came between: the next look finds it again
            LOG.info("%s: %s in %s is left for later: %s", ledger, what, stream, failure.code)
            return []
        except Refusal as refusal:  # met, moved or closed since the read model was filled, or in doubt
            LOG.info("%s: nothing is recorded of %s in %s: %s", ledger, what, stream, refusal.code)
        except Exception:  # a fault of the program in one file: the clocks of the others go on
            LOG.exception("%s: the clock could not look after %s in %s", ledger, what, stream)
        self._refused[ledger, stream, what] = today
        return []

    def run(self, stop: threading.Event, told: Callable[[str, int], None], ledgers: list[str]) -> None:
        """Look every minute until `stop`; at ledgers that are named, or at all whose time is real."""
        while not stop.is_set():
            try:
                for row in self.service.ledgers():
                    if (row["ledger"] in ledgers or (not ledgers and row["clock"] == "wall")) and row["size"]:
                        self._look_after(row["ledger"], told)
            except _AWAY:
                pass  # look again later
            except Exception:  # a fault of the program: it must not end the watch
                LOG.exception("the clock could not look for ledgers")
            stop.wait(ROUND)

    def _look_after(self, ledger: str, told: Callable[[str, int], None]) -> None:
        try:
            taken = self.tick(ledger)
        except _AWAY:
            raise
        except Exception:  # a fault, or something that keeps moving: whatever befalls one ledger is no other's matter
            LOG.exception("the clock could not look after %s", ledger)
        else:
            if taken:
                told(ledger, taken)


def _swept(desk: Desk, stream: str) -> list[Receipt]:
    return list(sweep(desk, [stream]))


def _lapsed(desk: Desk, stream: str, deadline: str, latest: date) -> list[Receipt]:
    return [desk.take(_lapse(desk, stream, deadline, latest))]


def _lapse(desk: Desk, stream: str, deadline: str, latest: date) -> Ask:
    """The step; under a key of its own for each time that the same limit runs out, after a lapse was withdrawn."""
    log = desk.read(stream).file.log
    times = sum(isinstance(each.fact, DeadlineLapsed) and each.fact.deadline == deadline for each in log)
    key = f"lapse/{stream}/{deadline}/{latest}/{times}"
    return Ask(stream, "record-lapse", {"deadline": deadline}, SYSTEM, key=key, on=latest + _DAY)
