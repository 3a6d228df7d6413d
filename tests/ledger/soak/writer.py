"""A writer, as a process: it takes one step after another in cases of its own, and writes down what it was told.

It goes on where its diary ends, with the keys it would have used; first it asks for the last step again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import psycopg
from psycopg_pool import PoolTimeout

from api.asking import Ask, Receipt
from api.execute import Desk
from api.failures import Busy, DatabaseDown
from api.service import Service
from api.settings import Settings
from ledger.postgres.connect import DatabaseUnavailable
from tests.api.office import HANDLER, KARAMAY, OPENING
from tests.ledger.soak.diary import Diary, Told

STEPS = 12
"""In each case: it is opened, and statements are heard."""
AWAY = (DatabaseUnavailable, DatabaseDown, Busy, psycopg.OperationalError, PoolTimeout)


def step(writer: str, number: int) -> Ask:
    """The step of a number: the same ever again."""
    case, nth = divmod(number, STEPS)
    name, data = ("hear-statement", {"by": "person-a"}) if nth else ("open", OPENING)
    stream, key = f"case/{writer}-{case}", f"{writer}-{number}"
    return Ask(stream=stream, step=name, data=data, actor=HANDLER, key=key, regime=KARAMAY)


def answered(desk: Desk, ask: Ask) -> Receipt:
    """Ask until there is an answer."""
    while True:
        try:
            return desk.take(ask)
        except AWAY:
            time.sleep(0.05)


def work(desk: Desk, writer: str, diary: Diary, stop: Path) -> None:
    last = diary.take_up()
    if last is not None:
        again = answered(desk, step(writer, last.number))
        assert (again.replayed, again.position, again.leaves) == (True, last.position, last.leaves)
    for number in count(last.number + 1 if last else 0):
        receipt = answered(desk, step(writer, number))
        diary.put_down(Told(number, receipt.position, receipt.leaves))
        if stop.exists():  # not before: the one before may have been killed between its answer and its diary
            return


def main(writer: str, ledger: str, diary: Path, stop: Path, settings: Mapping[str, str]) -> None:
    """Write until there is a file `stop`, however often the database is away."""
    while True:
        try:
            with Service(Settings.of(settings)) as service:
                work(service.desk(ledger), writer, Diary(diary), stop)
                return
        except AWAY:
            time.sleep(0.1)
