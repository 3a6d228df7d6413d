"""What the guards of the law ask of a file and of the step to be taken in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from domain import errors
from domain.regime.conditions import Held, Label, Recorded, Taken
from domain.regime.duties import Ladder
from domain.regime.model import Procedure, Regime


@dataclass(frozen=True, slots=True)
class Asks:
    """Not yet decidable: it turns on `field`, which the step would have to state."""

    field: str


class _Unknown:
    __slots__ = ()


UNKNOWN: Final = _Unknown()  # a field of a step that nobody has filled in yet
Verdict = errors.Refusal | Asks | None  # None: the condition holds


class Clock(Protocol):
    """What guards need to know of a deadline."""

    @property
    def latest(self) -> date:
        """The latest day on which the period may end."""

    @property
    def running(self) -> bool:
        """Started, and neither suspended, met nor cancelled."""

    @property
    def cancelled(self) -> str | None:
        """The fact that ended it before it was met."""

    @property
    def late(self) -> bool:
        """Ended after its end."""


class Situation(Protocol):
    """What guards ask of a case and of the step to be taken in it."""

    @property
    def day(self) -> date:
        """The legal day of the step."""

    @property
    def regime(self) -> Regime:
        """The law of the case."""

    @property
    def rules(self) -> Procedure:
        """The rules of the kind of proceeding."""

    def name_of(self, fact: str) -> str:
        """The key of a fact in the glossary."""

    def field(self, name: str) -> object:
        """A field of the step; None if left out, `UNKNOWN` if no step is filled in."""

    def opening(self, name: str) -> object:
        """A field of the fact that opened the file; None if it was not recorded."""

    def recorded(self, pattern: Recorded, *, here: bool) -> bool:
        """Whether such a fact is in the case (`here`: about what the step is about, or about something below it)."""

    def followed(self, pattern: Recorded) -> bool:
        """Whether such a fact came after what the step is about, in the same matter."""

    def acts_of(self) -> tuple[str, ...]:
        """The acts that what the step is about is about."""

    def clock(self, name: str) -> Clock | None:
        """The deadline of that name about what the step is about, something above it, or else below it."""

    def option(self, point: str) -> str:
        """The reading taken of an open point."""

    def undecided(self, point: str) -> errors.Refusal | None:
        """That an open point without a shipped reading has to be decided first; None when that is not so."""

    def found(self) -> tuple[frozenset[str], frozenset[str]]:
        """Kinds and grounds found in the case."""

    def in_effect(self) -> bool:
        """Whether the document the step is about is served, free of defects and stands."""

    def seal(self) -> Label | None:
        """The seal missing on the document to be issued; None when it bears it or needs none."""

    def served(self) -> bool:
        """Whether nothing is left to serve of the document that the step is about."""

    def each(self, kinds: tuple[str, ...]) -> tuple[tuple[str, str, Situation], ...]:
        """Everything of these kinds in the case: its kind, its id, and the situation of a step about it."""

    def in_force(self) -> errors.Refusal | None:
        """Why the text is not in force on the day of the step; None when it is."""

    def acts_in_force(self) -> errors.Refusal | None:
        """Why the text was not in force when the acts named were done; None when it was."""

    def uncertified(self, wanted: Held) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The persons named who hold no such certificate that is good on the day; those whose nobody entitled keeps."""

    def recused(self) -> tuple[str, ...]:
        """Of those who take the step and are named by it, who is recused or asked to be."""

    def approved(self) -> bool:
        """Whether the document to be issued was approved, and by somebody else."""

    def approver_asked(self) -> str | None:
        """Who was asked to approve, where it is another than who takes the step; None where nobody was named."""

    def handled(self) -> bool:
        """Whether the one who takes the step is a handler of the file; False while nobody is known to."""

    def unsettled(self) -> tuple[Label, ...]:
        """The titles of the deadlines still open."""

    def ladder(self) -> Ladder | None:
        """The ladder of sanctions under which the file was opened."""

    def rung(self, taken: tuple[Taken, ...], cite: str) -> Verdict:
        """Whether the rung in question is taken in one of these ways, and may be: its measures and conditions hold."""
