"""The facts of a register of document numbers (文号登记): one stream per organ, kind of document and year."""

from __future__ import annotations

from dataclasses import dataclass

from domain.identity import Sealed


@dataclass(frozen=True, slots=True)
class NumberAssigned:
    sequence: int
    number: str
    document: str
    stream: str


@dataclass(frozen=True, slots=True)
class NumberVoided:
    sequence: int
    reason: Sealed | None = None


RegisterFact = NumberAssigned | NumberVoided
