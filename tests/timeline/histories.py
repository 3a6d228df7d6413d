"""Random histories of a case as entries of a log, for whatever looks back on them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

import hypothesis.strategies as st

from domain.procedure.recorded import Recorded
from tests.case.test_any_history import REGIME, WAYS, AnyHistory
from tests.strategies import HANDLER, actors, commands, corrections

__all__ = ["REGIME", "histories"]
MORE: Final = 10
"""Steps at most that somebody asks for after the lawful ones."""


@st.composite
def histories(draw: st.DrawFn, more: int = MORE) -> tuple[Recorded, ...]:
    """A case led lawfully for a while, then by anybody's wishes: late entries, corrections, refusals among them."""
    told = AnyHistory()
    told.open(back=draw(st.integers(0, 2)), way=draw(st.sampled_from(WAYS)), lawful=draw(st.integers(0, 21)))
    stamps = [(told.today, len(told.log))]
    for _ in range(draw(st.integers(0, more))):
        told.time_passes(days=draw(st.sampled_from((0, 1, 2, 5, 14))))
        if told.log and draw(st.sampled_from((True, False, False))):
            told.ask(draw(st.sampled_from(told.log).flatmap(lambda wrong: corrections(wrong, told.today))))
        else:
            back, done = draw(st.sampled_from((0, 0, 1, 4))), draw(st.booleans())
            told.ask(draw(commands(told.case, REGIME, told.today)), draw(actors), back, done_before=done)
        stamps.append((told.today, len(told.log)))
    entries, step = [], 0
    for happening in told.log:
        while happening.version > stamps[step][1]:
            step += 1
        day = stamps[step][0]
        moment = datetime.combine(day, time(1), UTC) + timedelta(microseconds=happening.version)
        entries.append(
            Recorded(
                "case/K",
                happening.version,
                happening.version + 9,
                moment,
                happening.on,
                HANDLER,
                ("karamay-2022:art.23.1",),
                happening.fact,
                f"r{step}",
                late_reason=happening.on < day,
            )
        )
    return tuple(entries)
