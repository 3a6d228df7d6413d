"""The steps that proceedings of several kinds share (各类程序共有的步骤), and what every command is asked with.

HTTP routes, command-line steps, forms and scenario files are made from the tables of steps. A command holds only what
its step says; who asks, on which day, and what `execute` read elsewhere is in `Asked`. Text is already sealed when it
arrives. Many a command says just what its fact will say. They stay two classes: a form may change, a fact is for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeVar, cast

from domain.identity import Actor, Digest, Sealed
from domain.procedure import facts
from domain.procedure.facts import Fact, Limit

if TYPE_CHECKING:  # a file knows its kind, and a kind the table of its steps
    from domain.procedure.state import File
    from domain.regime.law import Law

F = TypeVar("F", bound=Fact)


class Command(Protocol):
    """Any command: a frozen dataclass that a table of steps knows by a name."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class NameAuthority:
    relation: str
    organ: str


@dataclass(frozen=True, slots=True)
class AssignHandlers:
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestRecusal:
    recusal: str
    person: str
    by: str
    ground: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DecideRecusal:
    recusal: str
    granted: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecuseOfficer:
    person: str
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterEvidence:
    evidence: str
    kind: str
    digest: Digest | None = None
    title: Sealed | None = None


@dataclass(frozen=True, slots=True)
class HearStatement:
    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RequestApproval:
    approval: str
    draft: str
    of: str
    approver: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class WithdrawApprovalRequest:
    approval: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class GiveApproval:
    approval: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RefuseApproval:
    approval: str
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
    in_writing: bool | None = None  # the correction itself was made in writing (改正采取书面方式)


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
class IssueDocument(Issue):
    instrument: str = ""


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
class WithdrawDocument:
    document: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class WithdrawOpinion:
    document: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RevokeDecision:
    document: str
    reason: Sealed | None = None


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
class Transfer:
    transfer: str
    about: str
    to: str
    kind: str | None = None
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
class MigrateRegime:
    regime: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ExtendDeadline:
    deadline: str
    approver: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordLapse:
    deadline: str


@dataclass(frozen=True, slots=True)
class RecomputeDeadlines:
    pass


@dataclass(frozen=True, slots=True)
class Close:
    outcome: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    volume: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectEntry:
    version: int
    field: str
    was: str
    now: str
    approver: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SettleDoubt:
    version: int
    approver: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: its command; the id it creates; the fact that it becomes where command and fact say the same."""

    command: type[Command]
    creates: str | None = None
    becomes: type[Fact] | None = None
    instrument: str | None = None  # code of the document it issues, where the command does not say; it gets a number
    opens: bool = False  # the first step of a file
    other: str | None = None  # its field that names another file of the same kind, which it is judged with
    codes: Mapping[str, str] = field(default_factory=dict)  # its fields that hold codes, and the table of each


SHARED: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "name-authority": StepRow(NameAuthority, None, facts.AuthorityNamed, codes={"relation": "relations"}),
        "assign-handlers": StepRow(AssignHandlers, None, facts.HandlersAssigned),
        "request-recusal": StepRow(
            RequestRecusal, "recusal", facts.RecusalRequested, codes={"ground": "recusal-grounds"}
        ),
        "decide-recusal": StepRow(DecideRecusal),
        "recuse-officer": StepRow(RecuseOfficer, None, facts.OfficerRecused, codes={"ground": "recusal-grounds"}),
        "register-evidence": StepRow(RegisterEvidence, "evidence", facts.EvidenceRegistered),
        "hear-statement": StepRow(HearStatement, None, facts.StatementHeard),
        "request-approval": StepRow(RequestApproval, "approval", facts.ApprovalRequested),
        "withdraw-approval-request": StepRow(WithdrawApprovalRequest, None, facts.ApprovalRequestWithdrawn),
        "give-approval": StepRow(GiveApproval),
        "refuse-approval": StepRow(RefuseApproval),
        "issue-document": StepRow(IssueDocument, "document"),
        "attempt-service": StepRow(AttemptService, None, facts.ServiceAttempted),
        "serve-document": StepRow(ServeDocument),
        "withdraw-document": StepRow(WithdrawDocument, None, facts.DocumentWithdrawn),
        "check-superior-law": StepRow(CheckSuperiorLaw, codes={"superior": "superiors"}),
        "decide-open-point": StepRow(DecideOpenPoint),
        "migrate-regime": StepRow(MigrateRegime),
        "extend-deadline": StepRow(ExtendDeadline),
        "record-lapse": StepRow(RecordLapse),
        "recompute-deadlines": StepRow(RecomputeDeadlines),
        "close": StepRow(Close, None, facts.Closed),
        "reopen": StepRow(Reopen, None, facts.Reopened),
        "archive": StepRow(Archive, None, facts.Archived),
        "correct-entry": StepRow(CorrectEntry, None, facts.EntryCorrected),
        "settle-doubt": StepRow(SettleDoubt, None, facts.DoubtSettled),
    }
)
ON_DOCUMENTS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "issue-notice": StepRow(IssueNotice, "document", instrument="notice"),
        "issue-opinion": StepRow(IssueOpinion, "document", instrument="opinion"),
        "issue-decision": StepRow(IssueDecision, "document", instrument="decision", codes={"kind": "decision-kinds"}),
        "withdraw-opinion": StepRow(WithdrawOpinion, None, facts.OpinionWithdrawn),
        "revoke-decision": StepRow(RevokeDecision, None, facts.DecisionRevoked),
        "request-review": StepRow(RequestReview, "review"),
        "withdraw-review": StepRow(WithdrawReview, None, facts.ReviewWithdrawn),
        "decide-review": StepRow(DecideReview, "document", instrument="review-decision", codes={"outcome": "outcomes"}),
    }
)
ON_CORRECTION: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "order-correction": StepRow(OrderCorrection, "order", facts.CorrectionOrdered),
        "record-correction-refusal": StepRow(RecordCorrectionRefusal, None, facts.CorrectionRefused),
        "report-correction": StepRow(ReportCorrection, None, facts.CorrectionReported),
        "verify-correction": StepRow(VerifyCorrection, None, facts.CorrectionVerified),
    }
)
PASSING_ON: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "transfer": StepRow(Transfer, "transfer", facts.Transferred),
        "acknowledge-transfer": StepRow(AcknowledgeTransfer, None, facts.TransferAcknowledged),
        "return-transfer": StepRow(ReturnTransfer, None, facts.TransferReturned),
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with all that a decider may not find out by itself.

    `on` is the legal day of the step and `today` the day of recording, both in the calendar of the place; `number` is
    the document number assigned in the same request; `done_before` says that the act was done on paper already and is
    only reported now; `late_reason` that a reason for late recording is given; `officers` what the register of
    officers said of the persons named; `target` the law that a file is to be moved to; `earlier` the laws that it has
    been moved from; `other` another file that the step names.
    """

    id: str
    step: str
    command: Command
    actor: Actor
    on: date
    today: date
    number: str | None = None
    done_before: bool = False
    late_reason: bool = False
    officers: Mapping[str, tuple[Certificate, ...]] = field(default_factory=dict)
    target: Law | None = None
    earlier: tuple[Law, ...] = ()
    other: File | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate (证件) of a person: what it entitles to, and from when to when it is good, both days included.

    `keeper` is the organ that vouches for it: whose register it stands in, or who filed what others had issued.
    """

    kind: str
    number: str
    valid_from: date
    valid_to: date | None
    keeper: str

    def covers(self, day: date) -> bool:
        """Whether it is good on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def becomes(command: Command, fact: type[F], **more: object) -> F:
    """The fact that says the same as the command, field by field, with what only the fact has in `more`."""
    shared = {field.name for field in fields(command)} & {field.name for field in fields(fact)}
    values: dict[str, Any] = {name: getattr(command, name) for name in shared}
    return cast("Callable[..., F]", fact)(**(values | more))
