"""Document numbers (文号) run without gap and without repetition; one that is not used is voided, never given again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from domain import errors
from domain.identity import Sealed
from domain.register.events import NumberAssigned, NumberVoided, RegisterFact


@dataclass(frozen=True, slots=True)
class Register:
    """The numbers given so far: by sequence, and the documents that bear them."""

    given: int = 0
    documents: Mapping[str, str] = field(default_factory=dict)
    standing: frozenset[int] = frozenset()


INITIAL: Final = Register()


@dataclass(frozen=True, slots=True)
class AssignNumber:
    """Give `document` of `stream` the next number: `word` is the office's word (机关代字), `year` that of issue."""

    word: str
    year: int
    document: str
    stream: str


@dataclass(frozen=True, slots=True)
class VoidNumber:
    sequence: int
    reason: Sealed | None = None


def evolve(state: Register, fact: RegisterFact) -> Register:
    """Fold one fact of a register."""
    match fact:
        case NumberAssigned(sequence, number, document, stream):
            return Register(sequence, {**state.documents, f"{stream}#{document}": number}, state.standing | {sequence})
        case NumberVoided(sequence):
            return replace(state, standing=state.standing - {sequence})
        case _:
            assert_never(fact)


def decide(command: AssignNumber | VoidNumber, state: Register) -> tuple[RegisterFact, ...]:
    """The next number, or its voiding; refuses a second number for a document and the voiding of an unknown one."""
    match command:
        case AssignNumber(word, year, document, stream):
            taken = state.documents.get(f"{stream}#{document}")
            if taken is not None:
                raise errors.NumberTaken(document=document, number=taken)
            sequence = state.given + 1
            return (NumberAssigned(sequence, f"{word}〔{year}〕{sequence}号", document, stream),)
        case VoidNumber(sequence, reason):
            if sequence not in state.standing:
                raise errors.NumberUnknown(number=sequence)
            return (NumberVoided(sequence, reason),)
