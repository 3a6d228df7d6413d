"""The facts of a supervision case (监督案件的事实): the storage format. Never change one, add the next.

A fact carries no stream, version or time: the envelope does. Its legal date is the envelope's `occurred_on`; a field
of type date here is a further date the law asks for (when a request was posted, when a correction was made). Ids are
opaque. Free text is `Sealed`: the log holds a commitment to it, never the words. `None` means: was not recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.identity import Sealed


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit set in an instrument (文书指定期限): a period from receipt (`count`, `unit`), or a day (`until`)."""

    count: int | None = None
    unit: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Defect:
    """What was wrong with an act that was done defectively and reported afterwards: refusal code and citation."""

    code: str
    article: str


# --- opening, people, acts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseOpened:
    regime: str
    regime_digest: str
    supervisor: str
    subject: str
    origin: str
    against_act: bool
    source: str | None = None
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ActRegistered:
    act: str
    kind: str
    made_on: date | None = None
    party: Sealed | None = None
    title: Sealed | None = None


@dataclass(frozen=True, slots=True)
class HandlersAssigned:
    persons: tuple[str, ...]


# --- finding out -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpecialInvestigationOpened:
    persons: tuple[str, ...]
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class MeasureTaken:
    measure: str
    kind: str
    persons: tuple[str, ...]
    on_site: bool = False
    target: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class MeasureEnded:
    measure: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRegistered:
    evidence: str
    kind: str
    digest: str | None = None
    title: Sealed | None = None


@dataclass(frozen=True, slots=True)
class StatementHeard:
    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FindingRecorded:
    finding: str
    kind: str
    act: str | None = None
    grounds: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ObstructionRecorded:
    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AssistanceRequested:
    assistance: str
    of: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AssistanceAnswered:
    assistance: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AssistanceRefused:
    assistance: str
    note: Sealed | None = None


# --- ordering correction -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CorrectionOrdered:
    order: str
    persons: tuple[str, ...]
    on_site: bool = False
    immediate: bool = False
    limit: Limit | None = None
    acts: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CorrectionRefused:
    about: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CorrectionReported:
    about: str
    written: bool
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CorrectionVerified:
    about: str
    corrected: bool
    corrected_on: date | None = None
    persons: tuple[str, ...] = ()
    on_site: bool = False
    note: Sealed | None = None


# --- documents ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Issued:
    """The shape shared by all issued documents (文书)."""

    document: str
    instrument: str
    number: str
    to: str
    about: str | None = None
    kind: str | None = None
    acts: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()
    limit: Limit | None = None
    persons: tuple[str, ...] = ()
    replaces: str | None = None
    defects: tuple[Defect, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class NoticeIssued(Issued):
    pass


@dataclass(frozen=True, slots=True)
class OpinionIssued(Issued):
    pass


@dataclass(frozen=True, slots=True)
class DecisionIssued(Issued):
    pass


@dataclass(frozen=True, slots=True)
class DocumentIssued(Issued):
    pass


@dataclass(frozen=True, slots=True)
class SealApplied:
    document: str
    seal: str


@dataclass(frozen=True, slots=True)
class ServiceAttempted:
    document: str
    addressee: str
    mode: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DocumentServed:
    document: str
    addressee: str
    mode: str
    proof: str | None = None
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    about: str
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OpinionAmended:
    document: str
    review: str | None = None
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OpinionWithdrawn:
    document: str
    review: str | None = None
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DocumentWithdrawn:
    """A document that is neither an opinion nor a decision was taken back."""

    document: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DecisionRevoked:
    document: str
    reason: Sealed | None = None


# --- review (复查) -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewRequested:
    review: str
    about: str
    by: str
    sent_on: date
    written: bool
    reasoned: bool
    accepted: bool
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReviewNotAccepted:
    review: str
    code: str
    article: str


@dataclass(frozen=True, slots=True)
class ReviewWithdrawn:
    review: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReviewDecided:
    review: str
    outcome: str
    document: str
    persons: tuple[str, ...] = ()
    note: Sealed | None = None


# --- outcome for the act -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActRevoked:
    act: str
    document: str


@dataclass(frozen=True, slots=True)
class ActConfirmedUnlawful:
    act: str
    document: str


@dataclass(frozen=True, slots=True)
class ActConfirmedVoid:
    act: str
    document: str


@dataclass(frozen=True, slots=True)
class ActRedone:
    act: str
    new_act: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RemedyReported:
    about: str
    note: Sealed | None = None


# --- passing on, law ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transferred:
    transfer: str
    about: str
    to: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class TransferAcknowledged:
    transfer: str


@dataclass(frozen=True, slots=True)
class TransferReturned:
    transfer: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SuperiorLawChecked:
    superior: str
    conflict: bool
    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OpenPointDecided:
    point: str
    option: str
    by: str
    reason: Sealed | None = None


# --- deadlines ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A computed end of a period. `due` equals `earliest` and `latest` where the published calendars suffice."""

    due: date
    nominal: date
    earliest: date
    latest: date
    provisional: bool
    calendar: str


@dataclass(frozen=True, slots=True)
class DeadlineSet:
    deadline: str
    name: str
    about: str
    holder: str
    nature: str
    article: str
    trigger_on: date
    limit: Limit
    reckoned: Reckoned
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadlineSuspended:
    deadline: str
    from_: date
    article: str
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadlineResumed:
    deadline: str
    until: date
    restarted: bool
    reckoned: Reckoned
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paused:
    from_: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DeadlineRecomputed:
    """A deadline as it stands after a correction, a newly adopted calendar or a decided open point: the whole of it."""

    deadline: str
    why: str
    trigger_on: date
    limit: Limit
    reckoned: Reckoned
    pauses: tuple[Paused, ...] = ()
    points: tuple[str, ...] = ()
    met_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeadlineMet:
    deadline: str
    on: date
    late: bool


@dataclass(frozen=True, slots=True)
class DeadlineLapsed:
    deadline: str
    due: date


@dataclass(frozen=True, slots=True)
class DeadlineLapseWithdrawn:
    deadline: str


@dataclass(frozen=True, slots=True)
class DeadlineCancelled:
    deadline: str
    why: str
    on: date
    overdue: bool


# --- the file ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Closed:
    outcome: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Reopened:
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Archived:
    volume: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A step, by the version of its entry, that would have been refused had the right values been known."""

    version: int
    code: str
    article: str


@dataclass(frozen=True, slots=True)
class EntryCorrected:
    """What entry `version` of this stream should have said: `field` is `occurred_on` or a field of the fact.

    `doubts` is every step of the case that stands in doubt after this correction.
    """

    version: int
    field: str
    was: str
    now: str
    approver: str
    reason: Sealed | None = None
    doubts: tuple[Doubt, ...] = ()


DeadlineFact = (
    DeadlineSet
    | DeadlineSuspended
    | DeadlineResumed
    | DeadlineRecomputed
    | DeadlineMet
    | DeadlineLapsed
    | DeadlineLapseWithdrawn
    | DeadlineCancelled
)
CaseFact = (
    CaseOpened
    | ActRegistered
    | HandlersAssigned
    | SpecialInvestigationOpened
    | MeasureTaken
    | MeasureEnded
    | EvidenceRegistered
    | StatementHeard
    | FindingRecorded
    | ObstructionRecorded
    | AssistanceRequested
    | AssistanceAnswered
    | AssistanceRefused
    | CorrectionOrdered
    | CorrectionRefused
    | CorrectionReported
    | CorrectionVerified
    | NoticeIssued
    | OpinionIssued
    | DecisionIssued
    | DocumentIssued
    | SealApplied
    | ServiceAttempted
    | DocumentServed
    | ReplyReceived
    | OpinionAmended
    | OpinionWithdrawn
    | DocumentWithdrawn
    | DecisionRevoked
    | ReviewRequested
    | ReviewNotAccepted
    | ReviewWithdrawn
    | ReviewDecided
    | ActRevoked
    | ActConfirmedUnlawful
    | ActConfirmedVoid
    | ActRedone
    | RemedyReported
    | Transferred
    | TransferAcknowledged
    | TransferReturned
    | SuperiorLawChecked
    | OpenPointDecided
    | DeadlineFact
    | Closed
    | Reopened
    | Archived
    | EntryCorrected
)
