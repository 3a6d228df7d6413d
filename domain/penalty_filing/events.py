"""The facts of filing major penalties (重大行政处罚备案): the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.facts import Fact, Limit


@dataclass(frozen=True, slots=True)
class PenaltyFiled:
    """`decision` is the department's own number of the decision that is filed."""

    regime: str
    regime_digest: str
    supervisor: str
    subject: str
    kind: str
    decided_on: date | None = None
    decision: str | None = None
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FilingExamined:
    examination: str
    outcome: str
    persons: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FilingQuestioned:
    question: str
    limit: Limit | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FilingAnswered:
    question: str
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FilingIrregular:
    """It was not filed as prescribed (不按规定报送备案)."""

    kind: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FilingLinked:
    """What the examination found is pursued in a supervision case."""

    about: str
    case: str


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "filed/1": PenaltyFiled,
        "examined/1": FilingExamined,
        "questioned/1": FilingQuestioned,
        "answered/1": FilingAnswered,
        "irregularity-recorded/1": FilingIrregular,
        "linked/1": FilingLinked,
    }
)
