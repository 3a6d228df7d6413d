"""What may be asked of 评查、检查、评估."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.commands import SHARED, StepRow
from domain.programme import events


@dataclass(frozen=True, slots=True)
class PlanProgramme:
    supervisor: str
    kind: str
    subject: str | None = None
    title: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "plan": StepRow(PlanProgramme, None, events.ProgrammePlanned, opens=True),
        **SHARED,
    }
)
