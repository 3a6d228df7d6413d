"""After a new calendar is adopted, open deadlines are reckoned again by recorded facts (期限的重新计算).

A step on a file does it for that file; the sweep does it for all the others. It asks nothing of files that already rest
on the adopted calendar, so it can be interrupted and started again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from api.asking import Ask, Receipt
from api.execute import Desk
from api.identity.demonstration import SYSTEM
from domain.kinds import KINDS
from domain.procedure import clocks

STEP = "recompute-deadlines"


def sweep(desk: Desk, streams: Iterable[str] | None = None) -> Iterator[Receipt]:
    """Reckon again what rests on an older calendar than the adopted one; a receipt for each file that it touched.

    `streams` are those to look at, where somebody knows which they are; None for all.
    """
    for stream in (each for kind in KINDS for each in desk.log.streams(kind)) if streams is None else streams:
        read = desk.read(stream)
        law = read.law
        if STEP in law.rules(read.file.kind.name).steps and clocks.stale(read.file.deadlines, law.calendar):
            yield desk.take(
                Ask(stream, STEP, {}, SYSTEM, key=f"sweep/{law.calendar_digest}/{stream}/{read.file.version}")
            )
