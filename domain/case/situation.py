"""A case, a step to be taken in it and a day, as the guards of the law see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from domain.case import patterns
from domain.case.commands import STEP_OF, STEPS, Asked
from domain.case.events import FindingRecorded
from domain.case.state import Case, Deadline
from domain.regime.guards import UNKNOWN
from domain.regime.law import Law
from domain.regime.model import Label, Recorded, Regime


@dataclass(frozen=True, slots=True)
class Situation:
    """Implements `domain.regime.guards.Situation`.

    `asked` is None when nobody has filled in the step yet; `assumed` then says what it would be filled in with.
    """

    case: Case
    law: Law
    day: date
    step: str
    about: str | None
    asked: Asked | None = None
    assumed: Mapping[str, object] = field(default_factory=dict)

    @property
    def regime(self) -> Regime:
        """The law of the case."""
        return self.law.regime

    def field(self, name: str) -> object:
        """A field of the step; `UNKNOWN` while nobody has filled it in."""
        if self.asked is None:
            return self.assumed.get(name, UNKNOWN)
        return getattr(self.asked.command, name, None)

    def recorded(self, pattern: Recorded, *, here: bool) -> bool:
        """Whether such a fact is in the case, or (`here`) about what the step is about, or about something below it."""
        if here and self.about is None:
            return False
        return patterns.recorded(pattern, self.case, self.about if here else None)

    def clock(self, name: str) -> Deadline | None:
        """The deadline about the nearest thing above what the step is about, else the newest about something below."""
        for id_ in self.case.chain(self.about):
            found = self.case.deadlines.get(f"{name}:{id_}")
            if found is not None:
                return found
        below = [
            clock
            for clock in self.case.deadlines.values()
            if clock.name == name and self.about is not None and self.about in self.case.chain(clock.about)
        ]
        return below[-1] if below else None

    def option(self, point: str) -> str:
        """The reading decided in this case, else the one the regime file ships with."""
        return self.case.points.get(point, self.regime.open_points[point].shipped)

    def found(self) -> tuple[frozenset[str], frozenset[str]]:
        """Kinds and grounds found, of the acts the step names where it names any."""
        acts = self.field("acts")
        findings = [
            h.fact
            for h in self.case.log
            if isinstance(h.fact, FindingRecorded)
            and (not isinstance(acts, tuple) or not acts or h.fact.act is None or h.fact.act in acts)
        ]
        grounds = frozenset(ground for finding in findings for ground in finding.grounds)
        return frozenset(finding.kind for finding in findings), grounds

    def in_effect(self) -> bool:
        """Whether the document the step is about is in effect; what is no document is."""
        document = self.case.documents.get(self.about or "")
        return document is None or document.in_effect

    def served(self) -> bool:
        """Whether the document the step is about has reached its addressee, or need not any more."""
        document = self.case.documents.get(self.about or "")
        return document is None or document.in_effect or bool(document.issued.defects) or document.ended is not None

    def each(self, kinds: tuple[str, ...]) -> tuple[tuple[str, str, Situation], ...]:
        """Everything of these kinds in the case, and the situation of a step about it."""
        return tuple(
            (thing.kind, id_, replace(self, about=id_))
            for id_, thing in self.case.things.items()
            if thing.kind in kinds or ("document" in kinds and id_ in self.case.documents)
        )

    def seal(self) -> Label | None:
        """The seal that the document to be issued lacks."""
        instrument = self.regime.instruments.get(STEPS[self.step].instrument or "")
        if instrument is None or instrument.seal is None or self.field("seal") == instrument.seal.code:
            return None
        return instrument.seal.name

    def unsettled(self) -> tuple[Label, ...]:
        """The titles of the deadlines still open: neither settled nor recorded as lapsed, rights unless they ended."""
        return tuple(
            self.regime.deadlines[clock.name].title
            for clock in self.case.deadlines.values()
            if not clock.settled and not clock.lapsed and not (clock.nature == "right" and clock.overdue(self.day))
        )


def of(asked: Asked, case: Case, law: Law) -> Situation:
    """The situation of a filled-in step."""
    return Situation(case, law, asked.on, STEP_OF[type(asked.command)], concerned(asked), asked)


def concerned(asked: Asked) -> str | None:
    """What a step speaks of."""
    return about(asked.command, STEPS[STEP_OF[type(asked.command)]].creates)


def about(told: object, creates: str | None) -> str | None:
    """What a command or its fact speaks of (an opinion, an order, a review): not the id that it creates."""
    for name in ("about", "review", "document", "transfer", "assistance", "measure", "act"):
        value = getattr(told, name, None)
        if name != creates and isinstance(value, str):
            return value
    return None
