"""A proceeding of 责任追究 told step by step, against the pure decider, under any of the regulations."""

from __future__ import annotations

from datetime import date

from domain import errors
from domain.accountability import commands as a
from domain.accountability.kind import ACCOUNTABILITY
from domain.calendar import as_known_on
from domain.catalogue import short_name
from domain.identity import Actor, PersonId
from domain.identity import OrganId as Organ
from domain.procedure import commands as p
from domain.procedure.commands import Asked, Command
from domain.procedure.decider import decide
from domain.procedure.facts import Limit
from domain.procedure.happening import Happening
from domain.procedure.relations import nameable
from domain.procedure.state import File, evolve
from domain.regime.law import Law
from domain.regime.loader import load
from domain.regime.model import Regime
from tests.strategies import HANDLER, JUSTICE, LIAISON, NOTE, URBAN, step_of

REGIMES = ("karamay-2022", "luoyang-2022", "zhumadian-2024", "jincheng-2021")
OTHERS = {relation: Organ(f"organ-{relation}") for relation in ("government", "competent", "judicial", "next_higher")}
PEOPLE = {relation: Actor(PersonId(f"person-{relation}"), organ, "liaison") for relation, organ in OTHERS.items()}
PEOPLE |= {"supervisor": HANDLER, "subject": LIAISON}
INITIAL = File(ACCOUNTABILITY)


class Office:
    """Takes steps on days and keeps what was recorded."""

    def __init__(self, regime: str | Regime = "karamay-2022") -> None:
        self.regime = load(regime).regime if isinstance(regime, str) else regime
        self.file: File = INITIAL
        self.log: list[Happening] = []

    def law(self, today: date) -> Law:
        return Law(self.regime, "d" * 64, as_known_on(today), "c" * 64)

    def ask(self, day: date, command: Command, actor: Actor = HANDLER) -> list[str]:
        """Take a step; the names of the facts recorded."""
        asked = Asked("X", step_of(command, ACCOUNTABILITY), command, actor, day, day, number="监1号")
        recorded = decide(asked, self.file, self.law(day))
        for fact in recorded:
            self.log.append(Happening(self.file.version + 1, day, fact))
            self.file = evolve(self.file, self.log[-1])
        return [short_name(fact) for fact in recorded]

    def on(self, day: str, command: Command, actor: Actor = HANDLER) -> list[str]:
        """The same, with the day as it is written."""
        return self.ask(date.fromisoformat(day), command, actor)

    def name_others(self, day: date) -> None:
        """Name every other organ in the relation that the regulation builds on."""
        for relation in nameable(self.file, self.law(day)):
            if relation in OTHERS:
                self.ask(day, p.NameAuthority(relation, OTHERS[relation]))

    def refuses(self, day: str, command: Command, actor: Actor = HANDLER) -> tuple[str, str]:
        """Take a step that must be refused: the code, and the article without its text's id."""
        before = self.file
        try:
            recorded = self.on(day, command, actor)
        except errors.Refusal as refusal:
            assert self.file is before
            return refusal.code, (refusal.article or "").rpartition(":")[2]
        raise AssertionError(f"recorded {recorded}")


def opened(regime: str | Regime = "karamay-2022", ladder: str = "organ", ground: str = "art.38.1.2") -> Office:
    """A file opened on 8 May 2023, with its authorities named and a ground established."""
    office = Office(regime)
    person = None if ladder == "organ" else "person-x"
    office.on("2023-05-08", a.OpenAccountability(JUSTICE, URBAN, ladder, person))
    office.name_others(date(2023, 5, 8))
    office.on("2023-05-08", p.RegisterEvidence("E1", "document"))
    office.on("2023-05-08", a.EstablishGround((ground,), "E1"))
    return office


def missed() -> Office:
    """An order to correct until 24 May 2023, which nobody followed."""
    office = opened()
    office.on("2023-05-10", p.OrderCorrection("R1", ("person-a",), limit=Limit(10, "working_day")))
    return office


def criticism(sanction: str = "P1") -> a.ProposeSanction:
    """The second rung, proposed on the order R1."""
    return a.ProposeSanction(sanction, 2, ("circulated-criticism",), ("art.38.1.2",), about="R1")


def suggestion(*measures: str, sanction: str = "P1") -> a.ProposeSanction:
    """A suggestion to the unit of a person."""
    return a.ProposeSanction(sanction, 1, measures, ("art.39.1.4",), circumstances=NOTE)
