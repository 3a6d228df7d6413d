"""The facts that proceedings of every kind share, and those on documents and reviews: the storage format.

Never change one, add the next. A fact carries no stream, version or time: the envelope does. Its legal date is the
envelope's `occurred_on`; a field of type date here is a further date the law asks for (when a request was posted). Ids
are opaque. Free text is `Sealed`: the log holds a commitment to it, never the words. `None` means: was not recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol

from domain.identity import Sealed


class Fact(Protocol):
    """Any fact: a frozen dataclass that the catalogue knows by a name.

    `RELATES` says which of its fields names an organ that stands in a relation to the file, `PARTS_WITH` which names
    what leaves the file, `AHEAD` which may name a day still to come, for the fact and for the command that says it. Of
    a fact that opens a file, `HEARS` says which name somebody who may read it without standing in a relation,
    and whose name only those who keep the file may read; `KEPT_OUT` which somebody who never may.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]


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


@dataclass(frozen=True, slots=True)
class Doubt:
    """A step, by the version of its entry, that would have been refused had the right values been known."""

    version: int
    code: str
    article: str


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
class Paused:
    from_: date
    until: date | None = None


# --- the file and its people -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuthorityNamed:
    """Which organ stands in a relation to the file: the government of the same level, the next higher body, ..."""

    relation: str
    organ: str


@dataclass(frozen=True, slots=True)
class HandlersAssigned:
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecusalRequested:
    recusal: str
    person: str
    by: str
    ground: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecusalDecided:
    recusal: str
    granted: bool
    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OfficerRecused:
    person: str
    ground: str | None = None
    recusal: str | None = None


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


@dataclass(frozen=True, slots=True)
class RegimeMigrated:
    """From here on the file stands under another version of its law."""

    was: str
    was_digest: str
    regime: str
    regime_digest: str
    by: str
    reason: Sealed | None = None


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
class EntryCorrected:
    """What entry `version` of this stream should have said: `field` is `occurred_on` or a field of the fact.

    `doubts` is every step of the file that stands in doubt after this correction.
    """

    version: int
    field: str
    was: str
    now: str
    approver: str
    reason: Sealed | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class DoubtSettled:
    """What the corrections so far put in doubt about entry `version` was looked into and needs nothing more."""

    version: int
    approver: str
    reason: Sealed | None = None


# --- approval ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApprovalRequested:
    """A document is submitted for approval (呈批) before it is issued: `draft` is the id it will bear.

    `of` is what is submitted, and `approver` who is asked to approve it: None where that was not recorded.
    """

    approval: str
    draft: str
    of: str
    approver: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRequestWithdrawn:
    approval: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ApprovalGiven:
    approval: str
    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRefused:
    approval: str
    by: str
    note: Sealed | None = None


# --- documents ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Issued:
    """The shape shared by all issued documents (文书)."""

    document: str
    instrument: str
    number: str
    to: str
    by: str | None = None
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
class DocumentWithdrawn:
    """A document that is neither an opinion nor a decision was taken back."""

    document: str
    reason: Sealed | None = None


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
class DecisionAmended:
    document: str
    review: str | None = None
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DecisionRevoked:
    document: str
    review: str | None = None
    reason: Sealed | None = None


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
    in_writing: bool | None = None  # the correction itself was made in writing (改正采取书面方式)


# --- passing on --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transferred:
    RELATES: ClassVar = ("receiver", "to")

    transfer: str
    about: str
    to: str
    kind: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class TransferAcknowledged:
    transfer: str


@dataclass(frozen=True, slots=True)
class TransferReturned:
    transfer: str
    note: Sealed | None = None


# --- review (复查) -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewRequested:
    review: str
    about: str
    by: str
    sent_on: date
    written: bool
    reasoned: bool
    accepted: bool
    to: str | None = None
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
    by: str | None = None
    persons: tuple[str, ...] = ()
    note: Sealed | None = None


# --- deadlines ---------------------------------------------------------------------------------------------------


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
class DeadlineExtended:
    """More time was granted by whoever may grant it (经批准延长): `by` is added to the limit."""

    deadline: str
    by: Limit
    article: str
    approver: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DeadlineRecomputed:
    """A deadline as it stands after a correction, another law, a newly adopted calendar or a decided open point.

    The whole of it, but for its article, holder and nature: each is said only where it is not as before.
    """

    deadline: str
    why: str
    trigger_on: date
    limit: Limit
    reckoned: Reckoned
    pauses: tuple[Paused, ...] = ()
    points: tuple[str, ...] = ()
    met_on: date | None = None
    article: str | None = None
    holder: str | None = None
    nature: str | None = None


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
"""What is derived from other facts. That more time was granted is not: somebody granted it."""

SHARED: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "authority-named/1": AuthorityNamed,
        "handlers-assigned/1": HandlersAssigned,
        "recusal-requested/1": RecusalRequested,
        "recusal-decided/1": RecusalDecided,
        "officer-recused/1": OfficerRecused,
        "evidence-registered/1": EvidenceRegistered,
        "statement-heard/1": StatementHeard,
        "superior-law-checked/1": SuperiorLawChecked,
        "open-point-decided/1": OpenPointDecided,
        "regime-migrated/1": RegimeMigrated,
        "closed/1": Closed,
        "reopened/1": Reopened,
        "archived/1": Archived,
        "entry-corrected/1": EntryCorrected,
        "doubt-settled/1": DoubtSettled,
        "approval-requested/1": ApprovalRequested,
        "approval-request-withdrawn/1": ApprovalRequestWithdrawn,
        "approval-given/1": ApprovalGiven,
        "approval-refused/1": ApprovalRefused,
        "document-issued/1": DocumentIssued,
        "seal-applied/1": SealApplied,
        "service-attempted/1": ServiceAttempted,
        "document-served/1": DocumentServed,
        "document-withdrawn/1": DocumentWithdrawn,
        "deadline-set/1": DeadlineSet,
        "deadline-suspended/1": DeadlineSuspended,
        "deadline-resumed/1": DeadlineResumed,
        "deadline-extended/1": DeadlineExtended,
        "deadline-recomputed/1": DeadlineRecomputed,
        "deadline-met/1": DeadlineMet,
        "deadline-lapsed/1": DeadlineLapsed,
        "deadline-lapse-withdrawn/1": DeadlineLapseWithdrawn,
        "deadline-cancelled/1": DeadlineCancelled,
    }
)
"""In proceedings of every kind, each stored under the name of its kind: `case.closed/1`, `lead.closed/1`."""

ON_DOCUMENTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "notice-issued/1": NoticeIssued,
        "opinion-issued/1": OpinionIssued,
        "decision-issued/1": DecisionIssued,
        "opinion-amended/1": OpinionAmended,
        "opinion-withdrawn/1": OpinionWithdrawn,
        "decision-amended/1": DecisionAmended,
        "decision-revoked/1": DecisionRevoked,
        "act-revoked/1": ActRevoked,
        "act-confirmed-unlawful/1": ActConfirmedUnlawful,
        "act-confirmed-void/1": ActConfirmedVoid,
        "review-requested/1": ReviewRequested,
        "review-not-accepted/1": ReviewNotAccepted,
        "review-withdrawn/1": ReviewWithdrawn,
        "review-decided/1": ReviewDecided,
    }
)
"""On notices, opinions, decisions and reviews, in those kinds that have them."""

ON_CORRECTION: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "correction-ordered/1": CorrectionOrdered,
        "correction-refused/1": CorrectionRefused,
        "correction-reported/1": CorrectionReported,
        "correction-verified/1": CorrectionVerified,
    }
)

PASSING_ON: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "transferred/1": Transferred,
        "transfer-acknowledged/1": TransferAcknowledged,
        "transfer-returned/1": TransferReturned,
    }
)
