"""A file, a step to be taken in it and a day, as the guards of the law see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from domain import errors
from domain.catalogue import short_name
from domain.identity import Actor
from domain.procedure import facts, ladders, patterns
from domain.procedure.commands import Asked, StepRow
from domain.procedure.deadline import Deadline
from domain.procedure.kind import Kind
from domain.procedure.state import File
from domain.procedure.things import FILE, PARTED
from domain.regime.conditions import Held, Label, Recorded, Taken
from domain.regime.duties import Ladder
from domain.regime.law import Law
from domain.regime.model import Procedure, Regime
from domain.regime.situation import UNKNOWN, Verdict

FINDINGS: Final = ("finding-recorded", "ground-established")
NOTHING: Final = "none"  # the kind of finding by which nothing unlawful or improper was found (未发现违法或者不当)


@dataclass(frozen=True, slots=True)
class Situation:
    """Implements `domain.regime.situation.Situation`.

    `asked` is None when nobody has filled in the step yet; `assumed` then says what it would be filled in with.
    """

    file: File
    law: Law
    day: date
    step: str
    about: str | None
    asked: Asked | None = None
    assumed: Mapping[str, object] = field(default_factory=dict)
    asker: Actor | None = None  # who wants to know what may be done

    @property
    def regime(self) -> Regime:
        """The law of the file."""
        return self.law.regime

    @property
    def rules(self) -> Procedure:
        """The rules of the kind of proceeding."""
        return self.law.rules(self.file.kind.name)

    def name_of(self, fact: str) -> str:
        """The key of a fact in the glossary."""
        return f"{self.file.kind.name}.{fact}"

    def field(self, name: str) -> object:
        """A field of the step; `UNKNOWN` while nobody has filled it in."""
        if self.asked is None:
            return self.assumed.get(name, UNKNOWN)
        return getattr(self.asked.command, name, None)

    def opening(self, name: str) -> object:
        """A field of the fact that opened the file; None if it was not recorded."""
        return getattr(self.file.opened, name, None)

    def recorded(self, pattern: Recorded, *, here: bool) -> bool:
        """Whether such a fact is in the file, or (`here`) about what the step is about, or about something below it."""
        if here and self.about is None:
            return False
        return patterns.recorded(pattern, self.file, self.about if here else None)

    def followed(self, pattern: Recorded) -> bool:
        """Whether such a fact came after what the step is about, of the same matter."""
        return self.about is not None and patterns.followed(pattern, self.file, self.about)

    def acts_of(self) -> tuple[str, ...]:
        """The acts that what the step is about is about."""
        return patterns.acts_of(self.file, self.about)

    def clock(self, name: str) -> Deadline | None:
        """The deadline about the nearest thing above what the step is about, else the newest about something below."""
        for id_ in (*self.file.chain(self.about), FILE):
            found = self.file.deadlines.get(f"{name}:{id_}")
            if found is not None:
                return found
        below = [
            clock
            for clock in self.file.deadlines.values()
            if clock.name == name and self.about is not None and self.about in self.file.chain(clock.about)
        ]
        return below[-1] if below else None

    def option(self, point: str) -> str:
        """The reading decided in this file, else the one the regime file ships with."""
        return self.regime.open_points[point].reading(self.file.points.get(point))

    def undecided(self, point: str) -> errors.Refusal | None:
        """That an open point has to be decided first: it ships no reading, and none was taken in this file."""
        asked = self.regime.open_points[point]
        if asked.shipped is not None or point in self.file.points:
            return None
        return errors.PointUndecided(
            asked.cite, day=self.day, question=asked.question.zh, question_en=asked.question.en
        )

    def found(self) -> tuple[frozenset[str], frozenset[str]]:
        """Kinds and grounds found, of the acts the step names where it names any."""
        acts = self.field("acts")
        findings: list[facts.Fact] = []
        for fact in (h.fact for h in self.file.log if short_name(h.fact) in FINDINGS):
            act = getattr(fact, "act", None)
            if getattr(fact, "kind", None) == NOTHING:  # what was found before of the act is not found any more
                findings = [each for each in findings if act is not None and getattr(each, "act", None) != act]
            if not isinstance(acts, tuple) or not acts or act in (None, *acts):
                findings.append(fact)
        grounds = frozenset(ground for finding in findings for ground in getattr(finding, "grounds", ()))
        return frozenset(getattr(finding, "kind", "") for finding in findings), grounds

    def ladder(self) -> Ladder | None:
        """The ladder of sanctions under which the file was opened."""
        return ladders.ladder_of(self)

    def rung(self, taken: tuple[Taken, ...], cite: str) -> Verdict:
        """Whether the rung in question is taken in one of these ways, and may be."""
        return ladders.verdict(self, taken, cite)

    def organs(self, relation: str) -> frozenset[str]:
        """The organs that stand in `relation` to the file, or to what the step is about."""
        return ladders.addressees(self) if relation == "addressee" else self.file.organs(relation)

    def in_effect(self) -> bool:
        """Whether the document the step is about is in effect; what is no document is."""
        document = self.file.documents.get(self.about or "")
        return document is None or document.in_effect

    def served(self) -> bool:
        """Whether the document the step is about has reached its addressee, or need not any more."""
        document = self.file.documents.get(self.about or "")
        return document is None or document.in_effect or bool(document.issued.defects) or document.ended is not None

    def each(self, kinds: tuple[str, ...]) -> tuple[tuple[str, str, Situation], ...]:
        """Everything of these kinds in the file, and the situation of a step about it."""
        return tuple(
            (thing.kind, id_, replace(self, about=id_))
            for id_, thing in self.file.things.items()
            if thing.kind in kinds or ("document" in kinds and id_ in self.file.documents)
        )

    def seal(self) -> Label | None:
        """The seal that the document to be issued lacks."""
        instrument = self.regime.instruments.get(instrument_of(self.file.kind.steps[self.step], self.field) or "")
        if instrument is None or instrument.seal is None or self.field("seal") == instrument.seal.code:
            return None
        return instrument.seal.name

    def in_force(self) -> errors.Refusal | None:
        """Why the text is not in force on the day of the step; None when it is."""
        return self._covers(self.day)

    def acts_in_force(self) -> errors.Refusal | None:
        """Why the text was not in force when the acts named (or, with none named, those in the file) were done."""
        named = self.field("acts")
        done = [
            getattr(h.fact, "made_on", None)
            for h in self.file.log
            if short_name(h.fact) == "act-registered"
            and self.file.things[act := getattr(h.fact, "act", "")].kind != PARTED
            and (not isinstance(named, tuple) or not named or act in named)
        ]
        return next((why for day in done if day is not None and (why := self._covers(day)) is not None), None)

    def _covers(self, day: date) -> errors.Refusal | None:
        return out_of_force(self.regime, day, {**self._readings(), **self.file.points})

    def _readings(self) -> dict[str, str]:
        """The readings that the opening step itself takes of open points."""
        taken = self.field("readings")
        return dict(each.split("=", 1) for each in taken if "=" in each) if isinstance(taken, tuple) else {}

    def uncertified(self, wanted: Held) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The persons named who hold no such certificate that is good on the day; those nobody entitled vouches for.

        Anybody can keep a register of anybody: only that of the organ whose it is to issue counts. And no organ vouches
        for its own people, nor the department that is supervised for anybody.
        """
        if self.asked is None:  # nobody has looked into the register: what was judged with it is not judged again
            return (), ()
        issuers = {organ for relation in wanted.by for organ in self.file.organs(relation)} - {self.asked.actor.organ}
        issuers -= {organ for relation in ("supervisor", "agent", "subject") for organ in self.file.organs(relation)}
        without, unvouched = [], []
        for person in self._persons():
            held = self.asked.officers.get(person, ())
            keepers = {each.keeper for each in held if each.kind == wanted.kind and each.covers(self.day)}
            if not keepers:
                without.append(person)
            elif not keepers & issuers:
                unvouched.append(person)
        return tuple(without), tuple(unvouched)

    def recused(self) -> tuple[str, ...]:
        """Who takes the step or is named in it, and stands aside in the file or in another that the step names."""
        other = self.asked.other if self.asked is not None else None
        out = standing_aside(self.file) | (standing_aside(other) if other is not None else frozenset())
        return tuple(person for person in self.acting() if person in out)

    def acting(self) -> tuple[str, ...]:
        """Who takes the step, and who is named to take it together or to approve it."""
        actor = self.asked.actor if self.asked is not None else self.asker
        named = (actor.person if actor is not None else None, *self._persons(), self.field("approver"))
        return tuple(dict.fromkeys(person for person in named if isinstance(person, str)))

    def approved(self) -> bool:
        """Whether the last word on the document to be issued is approval, of another person than who issues it."""
        verdicts = [
            h.fact
            for h in self.file.log
            if isinstance(h.fact, facts.ApprovalGiven | facts.ApprovalRefused) and h.fact.approval in self._submitted()
        ]
        issuer = self.asked.actor.person if self.asked is not None else None
        return bool(verdicts) and isinstance(verdicts[-1], facts.ApprovalGiven) and verdicts[-1].by != issuer

    def unapproved(self) -> bool:
        """Whether the document to be issued was submitted for approval, and is not approved."""
        return bool(self._submitted()) and not self.approved()

    def _submitted(self) -> frozenset[str]:
        document = self.field("document")
        asked = (h.fact for h in self.file.log if isinstance(h.fact, facts.ApprovalRequested))
        return frozenset(each.approval for each in asked if each.draft == document)

    def approver_asked(self) -> str | None:
        """Who was asked for the approval that the step is about, where it is another than who takes the step."""
        actor = self.asked.actor if self.asked is not None else self.asker
        asked = (h.fact for h in self.file.log if isinstance(h.fact, facts.ApprovalRequested))
        named = next((each.approver for each in asked if each.approval == self.about), None)
        return named if actor is not None and named != actor.person else None

    def handled(self) -> bool:
        """Whether the one who takes the step is a handler of the file."""
        log = [h.fact for h in self.file.log]
        handlers = {person for f in log if isinstance(f, facts.HandlersAssigned) for person in f.persons}
        actor = self.asked.actor if self.asked is not None else self.asker
        return actor is not None and actor.person in handlers

    def _persons(self) -> tuple[str, ...]:
        persons = self.field("persons")
        return persons if isinstance(persons, tuple) else ()

    def unsettled(self) -> tuple[Label, ...]:
        """The titles of the deadlines still open: neither settled nor recorded as lapsed, rights unless they ended."""
        return tuple(
            self.rules.title_of(clock.name)
            for clock in self.file.deadlines.values()
            if not clock.settled and not clock.lapsed and not (clock.nature == "right" and clock.overdue(self.day))
        )


def out_of_force(regime: Regime, day: date, readings: Mapping[str, str]) -> errors.Refusal | None:
    """Why a text is not in force on a day, under these readings of its open points; None when it is."""
    validity = regime.validity
    point = validity.disputed(day)
    if point is not None and point not in readings:
        question = regime.open_points[point].question
        return errors.PointUndecided(day=day, question=question.zh, question_en=question.en)
    if validity.covers(day, readings):
        return None
    contested = [days.point for days in (validity.contested, validity.contested_end) if days is not None]
    taken = {point: regime.open_points[point].reading(readings.get(point)) for point in contested}
    return errors.NotInForce(validity.cited(taken), title=regime.title.zh, day=day)


def standing_aside(file: File) -> frozenset[str]:
    """Who is recused, or whose recusal is asked for and not refused."""
    log = [h.fact for h in file.log]
    refused = {f.recusal for f in log if isinstance(f, facts.RecusalDecided) and not f.granted}
    out = {f.person for f in log if isinstance(f, facts.OfficerRecused)}
    out |= {f.person for f in log if isinstance(f, facts.RecusalRequested) and f.recusal not in refused}
    return frozenset(out)


def of(asked: Asked, file: File, law: Law) -> Situation:
    """The situation of a filled-in step."""
    return Situation(file, law, asked.on, asked.step, concerned(asked, file), asked)


def concerned(asked: Asked, file: File) -> str | None:
    """What a step speaks of."""
    return about(asked.command, file.kind.steps[asked.step], file.kind)


def thing_kind(about: str | None, file: File) -> str | None:
    """What kind of thing it is that a step is about."""
    thing = file.things.get(about or "")
    return thing.kind if thing is not None else None


def instrument_of(row: StepRow, field: Callable[[str], object]) -> str | None:
    """The code of the document that a step issues; None when it issues none, or does not say which."""
    if row.instrument is not None:
        return row.instrument
    said = field("instrument")
    return said if isinstance(said, str) else None


def about(told: object, row: StepRow, kind: Kind) -> str | None:
    """What a command or its fact speaks of (an opinion, an order, a review): not the id that it creates."""
    for name in ("about", *kind.creates):
        value = getattr(told, name, None)
        if name != row.creates and isinstance(value, str):
            return value
    return None
