"""What may be asked of 人员与证件."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.officer import events
from domain.procedure.commands import SHARED, StepRow


@dataclass(frozen=True, slots=True)
class RegisterOfficer:
    supervisor: str
    subject: str
    person: str
    name: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "register": StepRow(RegisterOfficer, None, events.OfficerRegistered, opens=True),
        **SHARED,
    }
)
