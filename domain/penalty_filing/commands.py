"""What may be asked of a filed major penalty (重大行政处罚备案的步骤) and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.penalty_filing import events
from domain.procedure.commands import SHARED, StepRow
from domain.procedure.facts import Limit


@dataclass(frozen=True, slots=True)
class FilePenalty:
    supervisor: str
    subject: str
    kind: str
    decided_on: date | None = None
    decision: str | None = None
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ExamineFiling:
    examination: str
    outcome: str
    persons: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PutQuestion:
    question: str
    limit: Limit | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    question: str
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordIrregularity:
    kind: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class LinkFiling:
    about: str
    case: str


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "file": StepRow(FilePenalty, None, events.PenaltyFiled, opens=True, codes={"kind": "filing-kinds"}),
        "examine-filing": StepRow(
            ExamineFiling, "examination", events.FilingExamined, codes={"outcome": "examination-outcomes"}
        ),
        "put-question": StepRow(PutQuestion, "question", events.FilingQuestioned),
        "answer-question": StepRow(AnswerQuestion, None, events.FilingAnswered),
        "record-irregularity": StepRow(
            RecordIrregularity, None, events.FilingIrregular, codes={"kind": "irregularities"}
        ),
        "link": StepRow(LinkFiling, None, events.FilingLinked),
        **SHARED,
    }
)
