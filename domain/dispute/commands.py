"""What may be asked of 执法争议协调."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.dispute import events
from domain.identity import Sealed
from domain.procedure.commands import SHARED, StepRow


@dataclass(frozen=True, slots=True)
class RaiseDispute:
    supervisor: str
    parties: tuple[str, ...]
    subject: str | None = None
    matter: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "raise": StepRow(RaiseDispute, None, events.DisputeRaised, opens=True),
        **SHARED,
    }
)
