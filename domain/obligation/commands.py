"""What may be asked of 法定义务."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.obligation import events
from domain.procedure.commands import SHARED, StepRow
from domain.procedure.facts import Limit


@dataclass(frozen=True, slots=True)
class RecordObligation:
    supervisor: str
    subject: str
    duty: str
    occasion: str | None = None
    trigger_on: date | None = None
    limit: Limit | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "arise": StepRow(RecordObligation, None, events.ObligationArisen, opens=True),
        **SHARED,
    }
)
