"""What may be asked of 重大行政处罚备案."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.penalty_filing import events
from domain.procedure.commands import SHARED, StepRow


@dataclass(frozen=True, slots=True)
class FilePenalty:
    supervisor: str
    subject: str
    kind: str
    decided_on: date | None = None
    matter: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "file": StepRow(FilePenalty, None, events.PenaltyFiled, opens=True),
        **SHARED,
    }
)
