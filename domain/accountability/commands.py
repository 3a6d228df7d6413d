"""What may be asked of 责任追究."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.accountability import events
from domain.identity import Sealed
from domain.procedure.commands import ON_CORRECTION, SHARED, StepRow


@dataclass(frozen=True, slots=True)
class OpenAccountability:
    supervisor: str
    subject: str
    ladder: str
    person: str | None = None
    source: str | None = None
    matter: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "open": StepRow(OpenAccountability, None, events.AccountabilityOpened, opens=True),
        **ON_CORRECTION,
        **SHARED,
    }
)
