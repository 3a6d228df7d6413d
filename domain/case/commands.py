"""What may be asked of a supervision case (监督案件的步骤) and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.case import events
from domain.identity import Sealed
from domain.procedure.commands import ON_CORRECTION, ON_DOCUMENTS, PASSING_ON, SHARED, StepRow


@dataclass(frozen=True, slots=True)
class OpenCase:
    supervisor: str
    subject: str
    origin: str
    against_act: bool = True
    supervisor_kind: str | None = None
    subject_kind: str | None = None
    topics: tuple[str, ...] = ()
    method: str | None = None
    source: str | None = None
    matter: Sealed | None = None
    readings: tuple[str, ...] = ()
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ApproveOpening:
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RejectOpening:
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RegisterAct:
    act: str
    kind: str
    made_on: date | None = None
    party: Sealed | None = None
    title: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OpenSpecialInvestigation:
    persons: tuple[str, ...]
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class TakeMeasure:
    measure: str
    kind: str
    persons: tuple[str, ...]
    on_site: bool = False
    target: str | None = None
    note: Sealed | None = None
    to: str | None = None  # the organ that a file is handed over to


@dataclass(frozen=True, slots=True)
class EndMeasure:
    measure: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordFinding:
    finding: str
    kind: str
    act: str | None = None
    grounds: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordObstruction:
    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RequestAssistance:
    assistance: str
    of: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AnswerAssistance:
    assistance: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RefuseAssistance:
    assistance: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordReply:
    about: str
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReportToGovernment:
    about: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RedoAct:
    act: str
    new_act: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReportRemedy:
    about: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class StopAct:
    act: str
    persons: tuple[str, ...]
    stopped_on: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class NotifySuperior:
    about: str
    to: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ApplyOtherLaw:
    law: str
    about: str | None = None
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class MergeCase:
    case: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SplitCase:
    case: str
    acts: tuple[str, ...]
    reason: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "open": StepRow(
            OpenCase,
            None,
            events.CaseOpened,
            opens=True,
            codes={
                "origin": "origins",
                "topics": "topics",
                "method": "methods",
                "supervisor_kind": "supervisor-kinds",
                "subject_kind": "subject-kinds",
            },
        ),
        "approve-opening": StepRow(ApproveOpening),
        "reject-opening": StepRow(RejectOpening),
        "register-act": StepRow(RegisterAct, "act", events.ActRegistered, codes={"kind": "act-kinds"}),
        "open-special-investigation": StepRow(OpenSpecialInvestigation, None, events.SpecialInvestigationOpened),
        "take-measure": StepRow(TakeMeasure, "measure", events.MeasureTaken, codes={"kind": "measures"}),
        "end-measure": StepRow(EndMeasure, None, events.MeasureEnded),
        "record-finding": StepRow(
            RecordFinding, "finding", events.FindingRecorded, codes={"kind": "finding-kinds", "grounds": "grounds"}
        ),
        "record-obstruction": StepRow(RecordObstruction, None, events.ObstructionRecorded),
        "request-assistance": StepRow(RequestAssistance, "assistance", events.AssistanceRequested),
        "answer-assistance": StepRow(AnswerAssistance, None, events.AssistanceAnswered),
        "refuse-assistance": StepRow(RefuseAssistance, None, events.AssistanceRefused),
        **ON_CORRECTION,
        **ON_DOCUMENTS,
        "record-reply": StepRow(RecordReply, None, events.ReplyReceived),
        "report-to-government": StepRow(ReportToGovernment, None, events.ReportedToGovernment),
        "redo-act": StepRow(RedoAct, "new_act", events.ActRedone),
        "report-remedy": StepRow(ReportRemedy, None, events.RemedyReported),
        "stop-act": StepRow(StopAct, None, events.ActStopped),
        "notify-superior": StepRow(NotifySuperior, None, events.SuperiorNotified),
        "apply-other-law": StepRow(ApplyOtherLaw, None, events.OtherLawApplied),
        "merge-case": StepRow(MergeCase, other="case"),
        "split-case": StepRow(SplitCase, other="case"),
        **PASSING_ON,
        **SHARED,
    }
)
