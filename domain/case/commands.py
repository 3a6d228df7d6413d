"""What may be asked of a case: one command a step (步骤), listed in one table.

HTTP routes, command-line steps, forms and scenario files are made from `STEPS`. A command holds only what its step
says; who asks, on which day, and what `execute` read elsewhere is in `Asked`. Text is already sealed when it arrives.
Many a command says just what its fact will say. They stay two classes: a form may change, a fact is for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from domain.case import events
from domain.case.events import Limit
from domain.identity import Actor, Sealed

F = TypeVar("F", bound=events.CaseFact)


@dataclass(frozen=True, slots=True)
class OpenCase:
    supervisor: str
    subject: str
    origin: str
    against_act: bool = True
    source: str | None = None
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RegisterAct:
    act: str
    kind: str
    made_on: date | None = None
    party: Sealed | None = None
    title: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AssignHandlers:
    persons: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class EndMeasure:
    measure: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RegisterEvidence:
    evidence: str
    kind: str
    digest: str | None = None
    title: Sealed | None = None


@dataclass(frozen=True, slots=True)
class HearStatement:
    by: str
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
class OrderCorrection:
    order: str
    persons: tuple[str, ...]
    on_site: bool = False
    immediate: bool = False
    limit: Limit | None = None
    acts: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordCorrectionRefusal:
    about: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReportCorrection:
    about: str
    written: bool
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class VerifyCorrection:
    about: str
    corrected: bool
    corrected_on: date | None = None
    persons: tuple[str, ...] = ()
    on_site: bool = False
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """The shape shared by the steps that issue a document (制发文书)."""

    document: str
    to: str | None = None
    about: str | None = None
    kind: str | None = None
    acts: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()
    limit: Limit | None = None
    persons: tuple[str, ...] = ()
    replaces: str | None = None
    seal: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class IssueNotice(Issue):
    pass


@dataclass(frozen=True, slots=True)
class IssueOpinion(Issue):
    pass


@dataclass(frozen=True, slots=True)
class IssueDecision(Issue):
    pass


@dataclass(frozen=True, slots=True)
class AttemptService:
    document: str
    addressee: str
    mode: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ServeDocument:
    document: str
    addressee: str
    mode: str
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class RecordReply:
    about: str
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RequestReview:
    review: str
    about: str
    sent_on: date
    written: bool
    reasoned: bool
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class WithdrawReview:
    review: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DecideReview:
    review: str
    document: str
    outcome: str
    persons: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class WithdrawOpinion:
    document: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class WithdrawDocument:
    document: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RevokeDecision:
    document: str
    reason: Sealed | None = None


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
class Transfer:
    transfer: str
    about: str
    to: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgeTransfer:
    transfer: str


@dataclass(frozen=True, slots=True)
class ReturnTransfer:
    transfer: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CheckSuperiorLaw:
    superior: str
    conflict: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DecideOpenPoint:
    point: str
    option: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordLapse:
    deadline: str


@dataclass(frozen=True, slots=True)
class RecomputeDeadlines:
    pass


@dataclass(frozen=True, slots=True)
class CloseCase:
    outcome: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReopenCase:
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ArchiveCase:
    volume: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectEntry:
    version: int
    field: str
    was: str
    now: str
    approver: str
    reason: Sealed | None = None


CaseCommand = (
    OpenCase
    | RegisterAct
    | AssignHandlers
    | OpenSpecialInvestigation
    | TakeMeasure
    | EndMeasure
    | RegisterEvidence
    | HearStatement
    | RecordFinding
    | RecordObstruction
    | RequestAssistance
    | AnswerAssistance
    | RefuseAssistance
    | OrderCorrection
    | RecordCorrectionRefusal
    | ReportCorrection
    | VerifyCorrection
    | IssueNotice
    | IssueOpinion
    | IssueDecision
    | AttemptService
    | ServeDocument
    | RecordReply
    | RequestReview
    | WithdrawReview
    | DecideReview
    | WithdrawOpinion
    | WithdrawDocument
    | RevokeDecision
    | RedoAct
    | ReportRemedy
    | Transfer
    | AcknowledgeTransfer
    | ReturnTransfer
    | CheckSuperiorLaw
    | DecideOpenPoint
    | RecordLapse
    | RecomputeDeadlines
    | CloseCase
    | ReopenCase
    | ArchiveCase
    | CorrectEntry
)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: its command; the id it creates; the fact that it becomes where command and fact say the same."""

    command: type[CaseCommand]
    creates: str | None = None
    becomes: type[events.CaseFact] | None = None
    instrument: str | None = None  # function of the document it issues; a number is assigned to it


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "open": StepRow(OpenCase),
        "register-act": StepRow(RegisterAct, "act", events.ActRegistered),
        "assign-handlers": StepRow(AssignHandlers, None, events.HandlersAssigned),
        "open-special-investigation": StepRow(OpenSpecialInvestigation, None, events.SpecialInvestigationOpened),
        "take-measure": StepRow(TakeMeasure, "measure", events.MeasureTaken),
        "end-measure": StepRow(EndMeasure, None, events.MeasureEnded),
        "register-evidence": StepRow(RegisterEvidence, "evidence", events.EvidenceRegistered),
        "hear-statement": StepRow(HearStatement, None, events.StatementHeard),
        "record-finding": StepRow(RecordFinding, "finding", events.FindingRecorded),
        "record-obstruction": StepRow(RecordObstruction, None, events.ObstructionRecorded),
        "request-assistance": StepRow(RequestAssistance, "assistance", events.AssistanceRequested),
        "answer-assistance": StepRow(AnswerAssistance, None, events.AssistanceAnswered),
        "refuse-assistance": StepRow(RefuseAssistance, None, events.AssistanceRefused),
        "order-correction": StepRow(OrderCorrection, "order", events.CorrectionOrdered),
        "record-correction-refusal": StepRow(RecordCorrectionRefusal, None, events.CorrectionRefused),
        "report-correction": StepRow(ReportCorrection, None, events.CorrectionReported),
        "verify-correction": StepRow(VerifyCorrection, None, events.CorrectionVerified),
        "issue-notice": StepRow(IssueNotice, "document", instrument="notice"),
        "issue-opinion": StepRow(IssueOpinion, "document", instrument="opinion"),
        "issue-decision": StepRow(IssueDecision, "document", instrument="decision"),
        "attempt-service": StepRow(AttemptService, None, events.ServiceAttempted),
        "serve-document": StepRow(ServeDocument),
        "record-reply": StepRow(RecordReply, None, events.ReplyReceived),
        "request-review": StepRow(RequestReview, "review"),
        "withdraw-review": StepRow(WithdrawReview, None, events.ReviewWithdrawn),
        "decide-review": StepRow(DecideReview, "document", instrument="review-decision"),
        "withdraw-opinion": StepRow(WithdrawOpinion, None, events.OpinionWithdrawn),
        "withdraw-document": StepRow(WithdrawDocument, None, events.DocumentWithdrawn),
        "revoke-decision": StepRow(RevokeDecision, None, events.DecisionRevoked),
        "redo-act": StepRow(RedoAct, "new_act", events.ActRedone),
        "report-remedy": StepRow(ReportRemedy, None, events.RemedyReported),
        "transfer": StepRow(Transfer, "transfer", events.Transferred),
        "acknowledge-transfer": StepRow(AcknowledgeTransfer, None, events.TransferAcknowledged),
        "return-transfer": StepRow(ReturnTransfer, None, events.TransferReturned),
        "check-superior-law": StepRow(CheckSuperiorLaw),
        "decide-open-point": StepRow(DecideOpenPoint),
        "record-lapse": StepRow(RecordLapse),
        "recompute-deadlines": StepRow(RecomputeDeadlines),
        "close": StepRow(CloseCase, None, events.Closed),
        "reopen": StepRow(ReopenCase, None, events.Reopened),
        "archive": StepRow(ArchiveCase, None, events.Archived),
        "correct-entry": StepRow(CorrectEntry, None, events.EntryCorrected),
    }
)
STEP_OF: Final[Mapping[type, str]] = MappingProxyType({row.command: name for name, row in STEPS.items()})


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with all that a decider may not find out by itself.

    `on` is the legal day of the step and `today` the day of recording, both in the calendar of the place; `number` is
    the document number assigned in the same request; `done_before` says that the act was done on paper already and is
    only reported now; `late_reason` that a reason for late recording is given.
    """

    case: str
    command: CaseCommand
    actor: Actor
    on: date
    today: date
    number: str | None = None
    done_before: bool = False
    late_reason: bool = False


def becomes(command: CaseCommand, fact: type[F], **more: object) -> F:
    """The fact that says the same as the command, field by field, with what only the fact has in `more`."""
    shared = {field.name for field in fields(command)} & {field.name for field in fields(fact)}
    values: dict[str, Any] = {name: getattr(command, name) for name in shared}
    return cast("Callable[..., F]", fact)(**values, **more)
