"""The shape of a regime file (制度文件): one regulation in one version, as data.

A legal officer reads it beside the text; the engine reads nothing else. Every value that comes from law carries the
citation of its paragraph. The vocabulary is closed: an operator, a relation or a fact name that is not known here or
in the catalogue is refused by `lint`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.regime.text import LawText, Quote, parse

T = TypeVar("T")

Cite = Annotated[str, Field(pattern=r"^([a-z]+-[a-z0-9]+:)?art\.\d+(\.\d+){0,2}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Relation = Literal[
    "supervisor", "subject", "government", "next_higher", "assisting", "receiver", "complainant", "system", "anyone"
]
Function = Literal[
    "request_reply", "correction_order", "final_decision", "review_decision", "inquiry", "suggestion", "transfer"
]


class Strict(BaseModel):
    """Frozen, and nothing that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(Strict):
    """A name in both languages."""

    zh: str
    en: str


class ByPoint(Strict, Generic[T]):
    """A value that the text leaves open (待定事项): which one holds depends on the option taken for `point`."""

    point: Name
    options: dict[Name, T]


class Pattern(Strict):
    """A kind of fact: its name, and what its fields must be. `instrument` speaks of the document it concerns."""

    fact: Name
    instrument: Name | None = None
    to: Relation | None = None
    where: dict[str, bool | int | str | tuple[str, ...]] = {}


class Recorded(Pattern):
    """A fact of the case; with `since`, one recorded after the newest fact of that kind."""

    since: Pattern | None = None


class Occurrence(Pattern):
    """A kind of fact at a date: the day it occurred, or the date in one of its fields."""

    on: str | ByPoint[str] = "occurred_on"


class FieldIs(Strict):
    """A field of the step as asked: present, one value, or one of several."""

    name: str
    is_: bool | str | None = Field(None, alias="is")
    in_: tuple[str, ...] = Field((), alias="in")


class Within(Strict):
    """The date in field `date` is not after the end of `deadline`, read in favour of the holder."""

    deadline: Name
    date: str


class Has(Strict):
    """The list in field `field` contains `value`."""

    field: str
    value: str


class GroundIn(Strict):
    """Every ground named is in the list, at least one is named, and (where asked) was found in the case."""

    list: Name
    found: bool = True


class Each(Strict):
    """`guard` holds of everything in the case that is one of `of`: `order`, an instrument, `document` for any."""

    of: tuple[Name, ...]
    guard: Guard


class Guard(Strict):
    """One condition. Exactly one operator is set."""

    all: tuple[Guard, ...] | None = None
    any: tuple[Guard, ...] | None = None
    not_: Guard | None = Field(None, alias="not")
    recorded: Recorded | None = None  # in the case
    recorded_here: Recorded | None = None  # about what the step is about, or about something below it
    started: Name | None = None  # such a clock was set going
    overdue: Name | None = None
    within: Within | None = None
    has: Has | None = None
    field: FieldIs | None = None
    kind_in: tuple[Name, ...] | None = None
    ground: GroundIn | None = None
    sealed: Literal[True] | None = None
    min_persons: int | None = Field(None, ge=1)
    in_effect: Literal[True] | None = None
    in_force: Literal[True] | None = None
    settled: Literal[True] | None = None
    served: Literal[True] | None = None  # nothing is left to serve: served, defective or ended
    each: Each | None = None
    point: ByPoint[Guard] | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"a guard has exactly one operator, not {sorted(self.model_fields_set)}")
        return self

    @property
    def operator(self) -> str:
        """The name of the operator that is set."""
        return next(iter(self.model_fields_set))


class Rule(Strict):
    """A condition on a step with its article, in force for a step when `when` holds."""

    cite: Cite
    guard: Guard
    when: Guard | None = None


class Step(Strict):
    """A step (步骤): whose it is, whether it must or may be taken, and under which conditions."""

    cite: Cite
    by: Relation
    modality: Literal["must", "may", "must_not"]
    about: tuple[Name, ...] = ()  # instruments, or `order`, `finding`, ..., that the step must speak of
    about_optional: bool = False
    files: bool = False  # another party's step: recorded all the same when a condition fails, and not accepted
    requires: tuple[Rule, ...] = ()


class FixedPeriod(Strict):
    """A period of the text."""

    count: int = Field(ge=1)
    unit: Literal["working_day", "calendar_day", "month", "year"]


class SetInInstrument(Strict):
    """The limit is set in the document or order that starts it."""

    set_in: Literal["instrument"]


Span = FixedPeriod | SetInInstrument


class Deadline(Strict):
    """A clock (期限): what starts it, who is obliged or entitled, what settles it."""

    title: Label
    cite: Cite
    holder: Relation
    nature: Literal["duty", "right", "advice"]
    about: Literal["document", "order", "finding", "review"]
    period: Span | ByPoint[Span]
    starts: Occurrence
    met_by: tuple[Occurrence, ...]
    cancelled_by: tuple[Pattern, ...] = ()  # nobody is obliged any more
    superseded_by: tuple[Pattern, ...] = ()  # the next step has followed: the clock stops, a breach stays a breach
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


class OpenPoint(Strict):
    """What the text leaves open: the question, the possible readings, the one the file ships with and why."""

    question: Label
    cite: Cite
    options: dict[Name, Label]
    shipped: Name
    why: Label
    decided_by: Relation = "supervisor"

    @model_validator(mode="after")
    def _shipped_is_an_option(self) -> Self:
        if self.shipped not in self.options:
            raise ValueError(f"the shipped reading {self.shipped!r} is not among the options")
        return self


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

    def covers(self, day: date) -> bool:
        """Whether the text is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Oddity(Strict):
    """Something strange in the source: kept, flagged, never repaired."""

    cite: Cite
    note: Label


class Superior(Strict):
    """A superior regulation that is in force and not loaded: who has to check it before which steps."""

    before: tuple[Name, ...]
    cite: Cite


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
    superior: Superior | None = None
    late_after: int | None = None  # working days after which recording needs a reason; house rules only
    longest_limit: FixedPeriod | None = None  # that an instrument may set; house rules only
    refusals: dict[Name, Cite] = {}  # house rules only: the paragraph behind a refusal that no regulation speaks of
    origins: dict[Name, Label] = {}
    finding_kinds: dict[Name, Label] = {}
    instruments: dict[Name, Instrument] = {}
    decision_kinds: dict[Name, DecisionKind] = {}
    lists: dict[Name, CodeList] = {}
    measures: dict[Name, CodeList] = {}
    steps: dict[Name, Step] = {}
    deadlines: dict[Name, Deadline] = {}
    suspensions: tuple[Suspension, ...] = ()
    open_points: dict[Name, OpenPoint] = {}
    stages: tuple[Stage, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    texts: dict[str, LawText] = {}  # put in by the loader: the wording that citations resolve to

    def quote(self, cite: str) -> Quote:
        """The wording of a citation; LookupError when it resolves to nothing."""
        citation = parse(cite)
        text = self.texts.get(citation.text or self.id)
        if text is None:
            raise LookupError(f"{cite}: no text {citation.text or self.id!r}")
        return text.quote(citation)
