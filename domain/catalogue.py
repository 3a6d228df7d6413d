"""Every stored event type, by the name it is stored under. Append only: a name once used keeps its meaning for ever."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.case import events as case
from domain.lawbook import events as ledger
from domain.register import events as register

Fact = case.CaseFact | ledger.LawbookFact | register.RegisterFact

TYPES: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "ledger.opened/1": ledger.LedgerOpened,
        "ledger.regime-adopted/1": ledger.RegimeAdopted,
        "ledger.calendar-published/1": ledger.CalendarPublished,
        "ledger.calendar-amended/1": ledger.CalendarAmended,
        "register.number-assigned/1": register.NumberAssigned,
        "register.number-voided/1": register.NumberVoided,
        "case.opened/1": case.CaseOpened,
        "case.act-registered/1": case.ActRegistered,
        "case.handlers-assigned/1": case.HandlersAssigned,
        "case.special-investigation-opened/1": case.SpecialInvestigationOpened,
        "case.measure-taken/1": case.MeasureTaken,
        "case.measure-ended/1": case.MeasureEnded,
        "case.evidence-registered/1": case.EvidenceRegistered,
        "case.statement-heard/1": case.StatementHeard,
        "case.finding-recorded/1": case.FindingRecorded,
        "case.obstruction-recorded/1": case.ObstructionRecorded,
        "case.assistance-requested/1": case.AssistanceRequested,
        "case.assistance-answered/1": case.AssistanceAnswered,
        "case.assistance-refused/1": case.AssistanceRefused,
        "case.correction-ordered/1": case.CorrectionOrdered,
        "case.correction-refused/1": case.CorrectionRefused,
        "case.correction-reported/1": case.CorrectionReported,
        "case.correction-verified/1": case.CorrectionVerified,
        "case.notice-issued/1": case.NoticeIssued,
        "case.opinion-issued/1": case.OpinionIssued,
        "case.decision-issued/1": case.DecisionIssued,
        "case.document-issued/1": case.DocumentIssued,
        "case.seal-applied/1": case.SealApplied,
        "case.service-attempted/1": case.ServiceAttempted,
        "case.document-served/1": case.DocumentServed,
        "case.reply-received/1": case.ReplyReceived,
        "case.opinion-amended/1": case.OpinionAmended,
        "case.opinion-withdrawn/1": case.OpinionWithdrawn,
        "case.document-withdrawn/1": case.DocumentWithdrawn,
        "case.decision-revoked/1": case.DecisionRevoked,
        "case.review-requested/1": case.ReviewRequested,
        "case.review-not-accepted/1": case.ReviewNotAccepted,
        "case.review-withdrawn/1": case.ReviewWithdrawn,
        "case.review-decided/1": case.ReviewDecided,
        "case.act-revoked/1": case.ActRevoked,
        "case.act-confirmed-unlawful/1": case.ActConfirmedUnlawful,
        "case.act-confirmed-void/1": case.ActConfirmedVoid,
        "case.act-redone/1": case.ActRedone,
        "case.remedy-reported/1": case.RemedyReported,
        "case.transferred/1": case.Transferred,
        "case.transfer-acknowledged/1": case.TransferAcknowledged,
        "case.transfer-returned/1": case.TransferReturned,
        "case.superior-law-checked/1": case.SuperiorLawChecked,
        "case.open-point-decided/1": case.OpenPointDecided,
        "case.deadline-set/1": case.DeadlineSet,
        "case.deadline-suspended/1": case.DeadlineSuspended,
        "case.deadline-resumed/1": case.DeadlineResumed,
        "case.deadline-recomputed/1": case.DeadlineRecomputed,
        "case.deadline-met/1": case.DeadlineMet,
        "case.deadline-lapsed/1": case.DeadlineLapsed,
        "case.deadline-lapse-withdrawn/1": case.DeadlineLapseWithdrawn,
        "case.deadline-cancelled/1": case.DeadlineCancelled,
        "case.closed/1": case.Closed,
        "case.reopened/1": case.Reopened,
        "case.archived/1": case.Archived,
        "case.entry-corrected/1": case.EntryCorrected,
    }
)
NAMES: Final[Mapping[type, str]] = MappingProxyType({cls: name for name, cls in TYPES.items()})


def short_name(fact: object) -> str:
    """The name of a fact within its stream: `opinion-issued` of `case.opinion-issued/1`."""
    return _SHORT[type(fact)]


_SHORT = {cls: name.split(".", 1)[1].rsplit("/", 1)[0] for cls, name in NAMES.items()}
