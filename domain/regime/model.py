"""The shape of a regime file (制度文件): one regulation in one version, as data.

A legal officer reads it beside the text; the engine reads nothing else. Every value that comes from law carries the
citation of its paragraph. The vocabulary is closed: an operator, a relation or a fact name that is not known here or
in the catalogue is refused by `lint`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from domain import glossary
from domain.regime.conditions import (
    Amount,
    ByPoint,
    Cite,
    Guard,
    Label,
    Name,
    Occurrence,
    Pattern,
    Relation,
    Rule,
    Strict,
)
from domain.regime.duties import Duty, Ladder, Obligation
from domain.regime.periods import FixedPeriod, Span
from domain.regime.text import LawText, Quote, parse

Function = Literal[
    "request_reply", "correction_order", "final_decision", "review_decision", "inquiry", "suggestion", "transfer"
]


class Instead(Strict):
    """Whose the step is when `when` holds: it may depend on who supervises whom."""

    when: Guard
    by: Relation | ByPoint[Relation]
    cite: Cite


class Step(Strict):
    """A step (步骤): whose it is, whether it must or may be taken, and under which conditions."""

    cite: Cite
    by: Relation
    instead: tuple[Instead, ...] = ()
    modality: Literal["must", "may", "must_not"]
    about: tuple[Name, ...] = ()  # instruments, or `order`, `finding`, ..., that the step must speak of
    about_optional: bool = False
    cites: dict[Name, Cite] = {}  # where the text says it elsewhere of a step about such a thing
    files: bool = False  # another party's step: recorded all the same when a condition fails, and not accepted
    requires: tuple[Rule, ...] = ()

    def on(self, kind: str | None) -> Step:
        """The step as the text has it where it is about a thing of that kind."""
        return self.model_copy(update={"cite": self.cites[kind]}) if kind in self.cites else self


class Extension(Strict):
    """More time that may be granted (经批准延长): how much, how often."""

    cite: Cite
    period: FixedPeriod
    times: int = Field(1, ge=1)


class Deadline(Strict):
    """A clock (期限): what starts it, who is obliged or entitled, what settles it."""

    title: Label
    cite: Cite
    holder: Relation
    nature: Literal["duty", "right", "advice"]
    about: Name  # the field of the fact that names what the clock is about; `file` for the file as a whole
    period: Span | ByPoint[Span]
    starts: Occurrence
    met_by: tuple[Amount, ...]
    takes: Literal["any", "all"] = "any"  # of those: by which it is met, on the day of the last where all are needed
    cancelled_by: tuple[Pattern, ...] = ()  # nobody is obliged any more
    superseded_by: tuple[Pattern, ...] = ()  # the next step has followed: the clock stops, a breach stays a breach
    extension: Extension | None = None
    note: str | None = None


class Suspension(Strict):
    """What stops clocks for a while, and what becomes of the remainder."""

    cite: Cite
    deadlines: tuple[Name, ...]
    starts: Occurrence
    ends: tuple[Occurrence, ...] | ByPoint[tuple[Occurrence, ...]]
    mode: Literal["pause", "restart", "none"] | ByPoint[Literal["pause", "restart", "none"]]


class Seal(Strict):
    """The seal that an instrument must bear."""

    code: Name
    name: Label
    cite: Cite


class Instrument(Strict):
    """A kind of document (文书), by its function, with the name its text gives it."""

    name: Label
    function: Function
    cite: Cite
    issued_by: Relation
    to: Relation
    word: str  # the office's word in the document number (文号); ours, no text prescribes it
    limit: Literal["required", "optional", "none"] = "none"
    seal: Seal | None = None


class DecisionKind(Strict):
    """A kind of decision, and what it does to the act once it is served."""

    name: Label
    cite: Cite
    limit: Literal["required", "optional", "none"] = "none"
    effect: Literal["act-revoked", "act-confirmed-unlawful", "act-confirmed-void"] | None = None


class CodeList(Strict):
    """A list of the text: its lead-in and the citations of its items, whose wording is the label."""

    title: Label
    cite: Cite
    items: tuple[Cite, ...]
    of: Name = "grounds"  # the table of codes it belongs to: grounds, measures, methods, topics, ...


class OpenPoint(Strict):
    """What the text leaves open: the question, the possible readings, the one the file ships with and why."""

    question: Label
    cite: Cite
    options: dict[Name, Label]
    shipped: Name | None = None  # without one, nothing that turns on it proceeds before it is decided
    why: Label

    @model_validator(mode="after")
    def _shipped_is_an_option(self) -> Self:
        if self.shipped is not None and self.shipped not in self.options:
            raise ValueError(f"the shipped reading {self.shipped!r} is not among the options")
        return self

    def reading(self, decided: str | None) -> str:
        """The option that was decided, where there is such a one, else the one that the file ships with.

        Where it ships none that is the first; no guard relies on it, for what turns on it is refused as undecided.
        """
        return decided if decided in self.options else self.shipped or next(iter(self.options))


class Stage(Strict):
    """A stage of a case, for people: entered with a fact of `after`, left with a later one of `until`.

    Of the stages that a case has entered and not left, the last in the list is its stage. The first needs no fact.
    """

    stage: Name
    title: Label
    after: tuple[Pattern, ...] = ()
    until: tuple[Pattern, ...] = ()


class Validity(Strict):
    """From when to when the text is in force; both days belong to it."""

    valid_from: date
    valid_to: date | None = None
    cite: Cite | None = None
    contested: ByPoint[date] | None = None  # the text gives several first days: which one, an open point says
    contested_end: ByPoint[date] | None = None  # it can be read to end on several days
    cites: dict[Name, Cite] = {}  # the place that gives a contested day, by the reading that follows it

    def covers(self, day: date, readings: Mapping[str, str] = MappingProxyType({})) -> bool:
        """Whether the text is in force on `day`, under the readings taken of its contested days, by open point."""
        first, last = (
            days.options.get(readings.get(days.point, ""), stated) if days is not None else stated
            for days, stated in ((self.contested, self.valid_from), (self.contested_end, self.valid_to))
        )
        return (first is None or first <= day) and (last is None or day <= last)

    def cited(self, readings: Mapping[str, str]) -> Cite | None:
        """The place that gives the day under the readings taken; None where a single place does."""
        return next((cite for option, cite in self.cites.items() if option in readings.values()), None)

    def disputed(self, day: date) -> str | None:
        """The open point on whose reading it depends, if it does."""
        first, last = self.contested, self.contested_end
        if first is not None and min(first.options.values()) <= day < max(first.options.values()):
            return first.point
        if last is not None and min(last.options.values()) < day <= max(last.options.values()):
            return last.point
        return None


class Oddity(Strict):
    """Something strange in the source: kept, flagged, never repaired."""

    cite: Cite
    note: Label


class Superior(Strict):
    """A superior regulation that is in force and not loaded: who has to check it before which steps."""

    before: tuple[Function, ...]  # of documents, by what they do: their names differ from text to text
    steps: tuple[Name, ...] = ()  # that do the same without a document: to order correction is one under some texts
    cite: Cite


class Procedure(Strict):
    """The rules of one kind of proceeding: its codes, steps, clocks and stages."""

    codes: dict[Name, dict[Name, Label]] = {}
    steps: dict[Name, Step] = {}
    deadlines: dict[Name, Deadline] = {}
    suspensions: tuple[Suspension, ...] = ()
    stages: tuple[Stage, ...] = ()

    @cached_property
    def moving(self) -> frozenset[str]:
        """The names of the facts that start, settle, stop or resume one of its clocks."""
        patterns: list[Pattern] = []
        for clock in self.deadlines.values():
            patterns += (clock.starts, *clock.met_by, *clock.cancelled_by, *clock.superseded_by)
        for stop in self.suspensions:
            ends = stop.ends.options.values() if isinstance(stop.ends, ByPoint) else (stop.ends,)
            patterns += (stop.starts, *chain.from_iterable(ends))
        return frozenset(pattern.fact for pattern in patterns)

    @cached_property
    def turns(self) -> Mapping[str, tuple[tuple[int, bool, Pattern], ...]]:
        """By the name of a fact: which stages, by their place in the list, it enters (or, if not, leaves), and how."""
        found: dict[str, tuple[tuple[int, bool, Pattern], ...]] = {}
        for place, stage in enumerate(self.stages):
            for enters, patterns in ((True, stage.after), (False, stage.until)):
                for pattern in patterns:
                    found[pattern.fact] = (*found.get(pattern.fact, ()), (place, enters, pattern))
        return found

    def title_of(self, deadline: str) -> Label:
        """The title of a clock; its name where the file has been moved to a law that no longer knows it."""
        found = self.deadlines.get(deadline)
        return found.title if found is not None else Label(zh=deadline, en=deadline)


UNSPOKEN: Final = Procedure()
"""The rules of a kind of proceeding that a regulation does not speak of."""

Says = Literal["static_text", "scope", "competence", "definition", "routing", "effect", "standing_duty", "power"]


class Regime(Strict):
    """One regulation in one version. `builds_on` names the house rules merged into it by the loader."""

    id: Annotated[str, Field(pattern=r"^[a-z]+-[a-z0-9]+$")]
    title: Label
    rank: Literal["law", "administrative_regulation", "government_rule", "normative_document", "house_rules"]
    number: str | None = None
    published_on: date | None = None
    validity: Validity
    complete: bool = True
    builds_on: str | None = None
    succeeds: tuple[str, ...] | None = (
        None  # the ids of the regulations whose place it takes: their files may move to it
    )
    superior: Superior | None = None
    late_after: int | None = None  # working days after which recording needs a reason; house rules only
    longest_limit: FixedPeriod | None = None  # that an instrument may set; house rules only
    refusals: dict[Name, Cite] = {}  # the paragraph behind a refusal: the house's, else the regulation's own
    instruments: dict[Name, Instrument] = {}
    decision_kinds: dict[Name, DecisionKind] = {}
    lists: dict[Name, CodeList] = {}
    every: Procedure = Procedure()  # house rules only: what holds of proceedings of every kind
    procedures: dict[Name, Procedure] = {}  # by kind: case, lead, ...
    obligations: dict[Name, Obligation] = {}
    ladders: dict[Name, Ladder] = {}
    duties: dict[Name, Duty] = {}
    open_points: dict[Name, OpenPoint] = {}
    oddities: tuple[Oddity, ...] = ()
    says: dict[Says, tuple[Cite, ...]] = {}  # what the text says and no rule is made of
    texts: dict[str, LawText] = {}  # put in by the loader: the wording that citations resolve to

    def rules(self, kind: str) -> Procedure:
        """The rules of a kind of proceeding; empty where the regulation does not speak of it."""
        return self.procedures.get(kind, UNSPOKEN)

    def term(self, thing: str) -> Label:
        """What a kind of thing in a file is called: a document as this text names it, all else by the glossary.

        A document of a law that the file was moved from, and that this one does not have, is a document.
        """
        instrument, key = self.instruments.get(thing), f"thing.{thing}"
        if instrument is not None:
            return instrument.name
        key = key if key in glossary.TERMS else "thing.document"
        return Label(zh=glossary.zh(key), en=glossary.en(key))

    def quote(self, cite: str) -> Quote:
        """The wording of a citation; LookupError when it resolves to nothing."""
        citation = parse(cite)
        text = self.texts.get(citation.text or self.id)
        if text is None:
            raise LookupError(f"{cite}: no text {citation.text or self.id!r}")
        return text.quote(citation)
