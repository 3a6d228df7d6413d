"""What may be asked of 线索、投诉举报."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.lead import events
from domain.procedure.commands import PASSING_ON, SHARED, StepRow


@dataclass(frozen=True, slots=True)
class ReceiveLead:
    supervisor: str
    subject: str
    channel: str
    matter: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "receive": StepRow(ReceiveLead, None, events.LeadReceived, opens=True),
        **PASSING_ON,
        **SHARED,
    }
)
