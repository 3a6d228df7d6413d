"""The record of accesses, day by day (查阅登记): the log says the digest of each day's rows once the day is over."""

from __future__ import annotations

from datetime import datetime, time
from typing import Protocol

from api.asking import PLACE
from api.execute import Desk
from domain.lawbook.decider import DigestAccesses
from ledger import access
from ledger.access import Rows


class Record(Rows, Protocol):
    """The record of accesses as a reader has it."""

    def accesses_until(self, moment: datetime) -> int:
        """How many rows there are up to a moment."""


def digest_accesses(desk: Desk, record: Record) -> int:
    """Record the digest of all rows of the days before today that have none yet; how many those are.

    Args:
        desk: of the ledger.
        record: its record of accesses.

    Raises:
        Refusal: `AccessesMoved` or `StaleCase`, another process was quicker.
    """
    today = datetime.combine(desk.today(), time(), PLACE)
    first, end = desk.laws.book().accesses, record.accesses_until(today)
    if end <= first:
        return 0
    count, digest = access.digest(record.accesses(first, end))
    desk.found(DigestAccesses(first, count, digest))
    return count
