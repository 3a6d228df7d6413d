"""What may be asked of 执法主体."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.organ import events
from domain.procedure.commands import SHARED, StepRow


@dataclass(frozen=True, slots=True)
class RegisterOrgan:
    supervisor: str
    subject: str
    nature: str | None = None
    name: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "register": StepRow(RegisterOrgan, None, events.OrganRegistered, opens=True),
        **SHARED,
    }
)
