"""Conditions of the law as data: which facts count, and the closed list of operators (条件). See `guards`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

T = TypeVar("T")
Taken = Literal[
    "ordered",  # an order to correct within a limit
    "imposed",  # by whoever decides
    "suggested",  # to the unit of the person, which decides by itself
    "referred",  # proposed to the organ that may impose it
    "handed-over",  # a suspicion, to the organ that pursues it
]
"""How a rung of a ladder of sanctions is taken."""

Cite = Annotated[str, Field(pattern=r"^([a-z]+-[a-z0-9]+:)?art\.\d+(\.\d+){0,2}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Relation = Literal[
    "supervisor",  # keeps the file
    "subject",  # the file is about it
    "government",  # of the same level
    "agent",  # acts for a government that supervises
    "next_higher",  # supervision organ
    "superior",  # of a vertically led organ
    "competent",  # for a matter that is not the supervisor's
    "discipline",
    "judicial",
    "assisting",
    "receiver",
    "complainant",
    "person",  # named in the file
    "decider",  # of the rung of a ladder that the step is about: the ladder says which relation
    "addressee",  # what the step is about was put to that organ
    "system",
    "anyone",
]
AUTHORITIES: frozenset[str] = frozenset(
    {"government", "agent", "next_higher", "superior", "competent", "discipline", "judicial", "addressee"}
)
"""Their steps are recorded by their own people, and by nobody for them."""


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
    times: int = Field(1, ge=1)


class LaterOf(Strict):
    """The later of the dates in these fields; where one was not recorded, of the others."""

    later_of: tuple[str, ...] = Field(min_length=2)


class Occurrence(Pattern):
    """A kind of fact at a date: the day it occurred, or the date in one of its fields."""

    on: str | LaterOf | ByPoint[str | LaterOf] = "occurred_on"


def dates(on: str | LaterOf) -> tuple[str, ...]:
    """The fields that a date is taken from, the latest of them."""
    return on.later_of if isinstance(on, LaterOf) else (on,)


class Amount(Occurrence):
    """So many occurrences, or so much in their field `of` taken together: there on the day that makes it enough."""

    at_least: int = Field(1, ge=1)
    of: str | None = None


class FieldIs(Strict):
    """A field of the step as asked, or of a fact: present, one value, or one of several."""

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


class Differs(Strict):
    """The step's field does not name whom field `from` of the fact that opened the file names."""

    field: str
    from_: str = Field(alias="from")


class GroundIn(Strict):
    """Every ground named is in the list, at least one is named, and (where asked) was found in the case.

    Without a list it is that of the ladder of sanctions under which the file was opened.
    """

    list: Name | None = None
    found: bool = True


class Held(Strict):
    """A certificate of that kind, in a register kept by an organ that stands in one of these relations to the file."""

    kind: Name
    by: tuple[Relation, ...] = Field(("government", "next_higher"), min_length=1)


class Each(Strict):
    """`guard` holds of everything in the case that is one of `of`: `order`, an instrument, `document` for any."""

    of: tuple[Name, ...]
    guard: Guard


class Guard(Strict):
    """One condition. Exactly one operator is set."""

    all: tuple[Guard, ...] | None = None
    any: tuple[Guard, ...] | None = None  # the first one speaks when none holds
    not_: Guard | None = Field(None, alias="not")
    recorded: Recorded | None = None  # in the case
    recorded_here: Recorded | None = None  # about what the step is about, or about something below it
    followed: Recorded | None = None  # after what the step is about, of the same matter: acts, or what it rests on
    started: Name | None = None  # such a clock was set going
    overdue: Name | None = None
    missed: Name | None = None  # such a clock is overdue, or was met or ended late
    within: Within | None = None
    has: Has | None = None
    field: FieldIs | None = None
    differs: Differs | None = None
    opened: FieldIs | None = None  # a field of the fact that opened the file
    kind_in: tuple[Name, ...] | None = None
    ground: GroundIn | None = None
    rung: tuple[Taken, ...] | None = None  # the rung in question is taken so, and its measures and conditions hold
    sealed: Literal[True] | None = None
    min_persons: int | None = Field(None, ge=1)
    in_effect: Literal[True] | None = None
    in_force: Literal[True] | None = None
    acts_in_force: Literal[True] | None = None  # the acts named were done while the text was in force
    acts_within: Literal[True] | None = None  # the acts named are among those that what the step is about is about
    certificate: Held | None = None  # each of `persons` holds one that is good on the day; its kind alone may be said
    unrecused: Literal[True] | None = None  # neither who acts nor one of `persons` is recused or asked to be
    approved: Literal[True] | None = None  # the document to be issued was approved by somebody else
    not_handler: Literal[True] | None = None  # who takes the step is none of the handlers assigned
    approver: Literal[True] | None = None  # who takes the step is the one asked to approve, if one was named
    settled: Literal[True] | None = None
    served: Literal[True] | None = None  # nothing is left to serve: served, defective or ended
    each: Each | None = None
    point: ByPoint[Guard] | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"a guard has exactly one operator, not {sorted(self.model_fields_set)}")
        return self

    @field_validator("certificate", mode="before")
    @classmethod
    def _held(cls, said: object) -> object:
        return {"kind": said} if isinstance(said, str) else said

    def parts(self) -> Iterator[Guard]:
        """The guard itself, and every guard within it."""
        yield self
        below = [*(self.all or ()), *(self.any or ()), *([self.not_] if self.not_ else [])]
        below += [self.each.guard] if self.each else []
        below += self.point.options.values() if self.point else []
        for part in below:
            yield from part.parts()

    @property
    def operator(self) -> str:
        """The name of the operator that is set."""
        return next(iter(self.model_fields_set))


class Rule(Strict):
    """A condition on a step with its article, in force for a step when `when` holds."""

    cite: Cite
    guard: Guard
    when: Guard | None = None
