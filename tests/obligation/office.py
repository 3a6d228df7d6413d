"""A file of any duty or programme told step by step, in the trade's words, against the pure decider."""

from __future__ import annotations

from datetime import date

from domain import errors
from domain.calendar import as_known_on
from domain.catalogue import short_name
from domain.identity import Actor
from domain.obligation.commands import Fulfil, RecordObligation
from domain.obligation.kind import OBLIGATION
from domain.procedure.commands import Asked, Command
from domain.procedure.deadline import Deadline
from domain.procedure.decider import decide
from domain.procedure.happening import Happening
from domain.procedure.kind import Kind
from domain.procedure.state import File, evolve
from domain.regime.law import Law
from domain.regime.loader import load
from domain.regime.model import Regime
from tests.strategies import HANDLER, JUSTICE, LIAISON, URBAN, step_of


class Office:
    """Takes steps on days and keeps what was recorded."""

    def __init__(self, kind: Kind, regime: str) -> None:
        self.kind = kind
        self.regime: Regime = load(regime).regime
        self.file = File(kind)
        self.log: list[Happening] = []

    def law(self, today: date) -> Law:
        return Law(self.regime, "d" * 64, as_known_on(today), "c" * 64)

    def on(self, day: str, command: Command, actor: Actor = HANDLER) -> list[str]:
        """Take a step; the names of the facts recorded."""
        today = date.fromisoformat(day)
        asked = Asked("K", step_of(command, self.kind), command, actor, today, today)
        recorded = decide(asked, self.file, self.law(today))
        for fact in recorded:
            self.log.append(Happening(self.file.version + 1, today, fact))
            self.file = evolve(self.file, self.log[-1])
        return [short_name(fact) for fact in recorded]

    def refuses(self, day: str, command: Command, actor: Actor = HANDLER) -> tuple[str, str | None]:
        """Take a step that must be refused; the code of the refusal and its place in the text."""
        before = self.file
        try:
            recorded = self.on(day, command, actor)
        except errors.Refusal as refusal:
            assert self.file is before
            return refusal.code, refusal.article
        raise AssertionError(f"recorded {recorded}")

    def clock(self, duty: str) -> Deadline:
        return self.file.deadlines[f"{duty}:file"]


def owed(regime: str, duty: str, since: str, *, occasion: str | None = None, mine: bool = False) -> Office:
    """The file of a duty that has arisen on a day: of the department, or of the bureau itself."""
    office = Office(OBLIGATION, regime)
    subject = None if mine else URBAN
    office.on(since, RecordObligation(JUSTICE, duty, subject, date.fromisoformat(since), occasion))
    return office


def done(office: Office, day: str, part: str, amount: int | None = None) -> list[str]:
    """The department reports that it did a part that day."""
    return office.on(day, Fulfil(part, date.fromisoformat(day), amount=amount), LIAISON)
