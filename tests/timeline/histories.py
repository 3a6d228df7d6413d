"""Random histories of a case as entries of a log, for whatever looks back on them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import hypothesis.strategies as st

from domain.procedure.commands import Command, CorrectEntry
from domain.procedure.recorded import Recorded
from tests.case.test_any_history import REGIME, REVIEW_WAY, STRAIGHT_WAY, SUPERIOR, WAYS, AnyHistory
from tests.strategies import HANDLER, actors, commands, corrections

__all__ = ["REGIME", "REVIEW_WAY", "STRAIGHT_WAY", "SUPERIOR", "Told", "histories"]
MORE: Final = 10
"""Steps at most that somebody asks for after the lawful ones."""


class Told(AnyHistory):
    """Keeps the day of each step that was asked for, and how many entries there were after it."""

    def __init__(self) -> None:
        super().__init__()
        self.stamps: list[tuple[date, int]] = []

    def ask(self, command: Command, actor: object = HANDLER, back: int = 0, *, done_before: bool = False) -> None:
        super().ask(command, actor, back, done_before=done_before)
        self.stamps.append((self.today, len(self.log)))

    def entries(self) -> tuple[Recorded, ...]:
        """What was recorded, as the log has it."""
        entries, step = [], 0
        for happening in self.log:
            while happening.version > self.stamps[step][1]:
                step += 1
            day = self.stamps[step][0]
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


@st.composite
def histories(draw: st.DrawFn, more: int = MORE) -> tuple[Recorded, ...]:
    """A case led lawfully for a while, then by anybody's wishes: late entries, corrections, refusals among them."""
    told = Told()
    told.open(back=draw(st.integers(0, 2)), way=draw(st.sampled_from(WAYS)), lawful=draw(st.integers(0, 21)))
    for _ in range(draw(st.integers(0, more))):
        told.time_passes(days=draw(st.sampled_from((0, 1, 2, 5, 14))))
        if told.log and draw(st.sampled_from((True, False, False))):
            command: Command = draw(st.sampled_from(told.log).flatmap(lambda wrong: corrections(wrong, told.today)))
        else:
            command = draw(commands(told.case, REGIME, told.today))
        back = draw(st.sampled_from((0, 0, 1, 4)))
        if isinstance(command, CorrectEntry):  # which takes the legal date of what it corrects, as the desk gives it
            back = (told.today - next((h.on for h in told.case.log if h.version == command.version), told.today)).days
        told.ask(command, draw(actors), back, done_before=draw(st.booleans()))
    return told.entries()
