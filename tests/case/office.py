"""A case told step by step, in the trade's words, against the pure decider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain import errors
from domain.calendar import Calendar, Notice, as_known_on
from domain.case import commands as c
from domain.case.kind import INITIAL
from domain.catalogue import short_name
from domain.identity import Actor
from domain.procedure import commands as p
from domain.procedure.commands import Asked, Command
from domain.procedure.decider import decide
from domain.procedure.facts import Fact, Limit
from domain.procedure.happening import Happening
from domain.procedure.state import File, evolve
from domain.regime.law import Law
from domain.regime.loader import load
from tests.strategies import HANDLER, JUSTICE, LIAISON, URBAN, step_of

REGIME, SUPERIOR = load("karamay-2022").regime, load("cn-2026").regime


class Office:
    """Takes steps on days and keeps what was recorded."""

    def __init__(self) -> None:
        self.case: File = INITIAL
        self.log: list[Happening] = []
        self.numbers = 0
        self.notices: Sequence[Notice] = ()
        self.other: File | None = None  # the file of another case that a step names

    def law(self, today: date) -> Law:
        calendar: Calendar = as_known_on(today, self.notices)
        return Law(REGIME, "d" * 64, calendar, "c" * 64, (SUPERIOR,))

    def target(self, _: date) -> Law | None:
        """The law that a file would be moved to."""
        return None

    def earlier(self, _: date) -> tuple[Law, ...]:
        """The laws that a file was moved from."""
        return ()

    def on(
        self,
        day: str,
        command: Command,
        actor: Actor = HANDLER,
        *,
        recorded: str | None = None,
        late_reason: bool = False,
        done_before: bool = False,
    ) -> list[str]:
        """Take a step; the names of the facts recorded."""
        self.numbers += 1
        today = date.fromisoformat(recorded or day)
        asked = Asked(
            "K",
            step_of(command),
            command,
            actor,
            date.fromisoformat(day),
            today,
            number=f"监〔{today.year}〕{self.numbers}号",
            done_before=done_before,
            late_reason=late_reason,
            target=self.target(today),
            earlier=self.earlier(today),
            other=self.other,
        )
        facts: tuple[Fact, ...] = decide(asked, self.case, self.law(today))
        for fact in facts:
            self.log.append(Happening(self.case.version + 1, asked.on, fact))
            self.case = evolve(self.case, self.log[-1])
        return [short_name(fact) for fact in facts]

    def refuses(self, day: str, command: Command, actor: Actor = HANDLER, **more: str) -> errors.Refusal:
        """Take a step that must be refused; the refusal."""
        before = self.case
        try:
            facts = self.on(day, command, actor, recorded=more.get("recorded"))
        except errors.Refusal as refusal:
            assert self.case is before
            return refusal
        raise AssertionError(f"recorded {facts}")


def opened(day: str = "2024-08-01", office: Office | None = None) -> Office:
    """A case just opened, with an act registered."""
    office = office or Office()
    office.on(day, c.OpenCase(JUSTICE, URBAN, "inspection"))
    office.on(day, c.RegisterAct("A1", "coercion"))
    return office


def noticed(office: Office | None = None) -> Office:
    """Correction ordered and refused, notice issued and received on 13 August 2024."""
    office = opened(office=office)
    office.on("2024-08-02", c.RecordFinding("F1", "unlawful", "A1", ("art.33.1.3",)))
    office.on("2024-08-02", p.OrderCorrection("R1", ("person-a",), limit=Limit(15, "calendar_day")))
    office.on("2024-08-09", p.RecordCorrectionRefusal("R1"), LIAISON)
    office.on("2024-08-12", p.IssueNotice("N1", about="R1", limit=Limit(10, "working_day")))
    office.on("2024-08-13", p.ServeDocument("N1", URBAN, "direct", "E1"))
    return office


def opined(office: Office | None = None) -> Office:
    """The opinion received on 25 September 2024: five working days end on 8 October, ten on 14 October."""
    office = noticed(office)
    office.on("2024-08-26", c.RecordReply("N1"), LIAISON)
    office.on("2024-09-10", c.RecordFinding("F2", "unlawful", "A1", ("art.33.1.3",)))
    office.on("2024-09-24", p.IssueOpinion("O1", about="N1", acts=("A1",)))
    office.on("2024-09-25", p.ServeDocument("O1", URBAN, "direct", "E2"))
    return office


def revocation(document: str = "D1") -> p.IssueDecision:
    """A decision to revoke with all that it needs."""
    return p.IssueDecision(
        document,
        about="O1",
        kind="revoke",
        acts=("A1",),
        grounds=("art.33.1.3",),
        considered=("art.32.1.3",),
        seal="government-supervision-seal",
    )
