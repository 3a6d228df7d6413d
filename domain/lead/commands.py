"""What may be asked of leads and complaints (线索、投诉举报的步骤) and of nothing else."""

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
    kind: str
    channel: str
    written: bool
    anonymous: bool = False
    complainant: str | None = None
    respondent: str | None = None
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class TranscribeLead:
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class TriageLead:
    triage: str
    in_scope: bool
    against_act: bool | None = None
    lacking: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AnalyseLead:
    about: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class LinkLead:
    about: str
    case: str


@dataclass(frozen=True, slots=True)
class ShareLead:
    to: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class InformComplainant:
    about: str
    way: str
    final: bool = True
    competent: str | None = None
    outcome: str | None = None
    note: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "receive": StepRow(
            ReceiveLead, None, events.LeadReceived, opens=True, codes={"kind": "lead-kinds", "channel": "channels"}
        ),
        "transcribe": StepRow(TranscribeLead, None, events.LeadTranscribed),
        "triage": StepRow(TriageLead, "triage", events.LeadTriaged, codes={"lacking": "complaint-content"}),
        "analyse": StepRow(AnalyseLead, None, events.LeadAnalysed),
        "link": StepRow(LinkLead, None, events.LeadLinked),
        "share": StepRow(ShareLead, None, events.LeadShared),
        "inform-complainant": StepRow(InformComplainant, None, events.LeadAnswered),
        **PASSING_ON,
        **SHARED,
    }
)
