"""What may be asked in coordinating enforcement disputes (执法争议协调的步骤) and nowhere else."""

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
    topic: str
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AdmitParty:
    party: str


@dataclass(frozen=True, slots=True)
class HearParty:
    party: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CoordinateDispute:
    coordination: str
    agreed: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReferDispute:
    about: str
    to: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class WithdrawDispute:
    note: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "raise": StepRow(RaiseDispute, None, events.DisputeRaised, opens=True, codes={"topic": "dispute-topics"}),
        "admit-party": StepRow(AdmitParty, "party", events.PartyAdmitted),
        "hear-party": StepRow(HearParty, None, events.PartyHeard),
        "coordinate": StepRow(CoordinateDispute, "coordination", events.DisputeCoordinated),
        "refer": StepRow(ReferDispute, None, events.DisputeReferred),
        "withdraw-dispute": StepRow(WithdrawDispute, None, events.DisputeWithdrawn),
        **SHARED,
    }
)
