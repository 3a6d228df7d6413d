"""What may be asked of 法定义务."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.obligation import events
from domain.procedure.commands import SHARED, StepRow


@dataclass(frozen=True, slots=True)
class RecordObligation:
    supervisor: str
    duty: str
    subject: str | None = None
    trigger_on: date | None = None
    occasion: str | None = None
    ground: str | None = None
    readings: tuple[str, ...] = ()
    reason: Sealed | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Fulfil:
    part: str
    done_on: date
    reference: str | None = None
    amount: int | None = None
    sent_to: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Waive:
    approver: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReferMiss:
    to: str
    ground: str | None = None
    note: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "arise": StepRow(RecordObligation, None, events.ObligationArisen, opens=True, codes={"duty": "duties"}),
        "fulfil": StepRow(Fulfil, None, events.ObligationFulfilled),
        "waive": StepRow(Waive, None, events.ObligationWaived),
        "refer-miss": StepRow(ReferMiss, None, events.MissReferred),
        **SHARED,
    }
)
