"""The facts that only a supervision case has (监督案件的事实): the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from domain.identity import Sealed
from domain.procedure.facts import ON_CORRECTION, ON_DOCUMENTS, PASSING_ON, Fact


@dataclass(frozen=True, slots=True)
class CaseOpened:
    regime: str
    regime_digest: str
    supervisor: str
    subject: str
    origin: str
    against_act: bool
    supervisor_kind: str | None = None
    subject_kind: str | None = None
    topics: tuple[str, ...] = ()
    method: str | None = None
    source: str | None = None
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OpeningApproved:
    """The form that asks for a case (立案审批表) was approved; `by` is the person who approved it."""

    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OpeningRejected:
    by: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ActRegistered:
    act: str
    kind: str
    made_on: date | None = None
    party: Sealed | None = None
    title: Sealed | None = None


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
    to: str | None = None  # the organ that a file is handed over to


@dataclass(frozen=True, slots=True)
class MeasureEnded:
    measure: str
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
    RELATES: ClassVar = ("assisting", "of")

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


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    about: str
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReportedToGovernment:
    about: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ActRedone:
    act: str
    new_act: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RemedyReported:
    about: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ActStopped:
    """Supervision officers stopped an act (制止) on `stopped_on`; their organ hears of it on the fact's own day."""

    act: str
    persons: tuple[str, ...]
    stopped_on: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SuperiorNotified:
    """The superior of a vertically led organ was informed (告知) of what was found."""

    RELATES: ClassVar = ("superior", "to")

    about: str
    to: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OtherLawApplied:
    """Where the regulation is silent another text applies (适用其他规定): which, by its citation, and to what."""

    law: str
    about: str | None = None
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CaseAbsorbed:
    """Another case goes on in this one (并案); its own file keeps what was done in it."""

    case: str


@dataclass(frozen=True, slots=True)
class CaseMerged:
    """This case ends by going on in another."""

    case: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CaseSplit:
    """Some of the acts go on in another case (分案)."""

    PARTS_WITH: ClassVar = "acts"

    case: str
    acts: tuple[str, ...]
    reason: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "opened/1": CaseOpened,
        "act-registered/1": ActRegistered,
        "special-investigation-opened/1": SpecialInvestigationOpened,
        "measure-taken/1": MeasureTaken,
        "measure-ended/1": MeasureEnded,
        "finding-recorded/1": FindingRecorded,
        "obstruction-recorded/1": ObstructionRecorded,
        "assistance-requested/1": AssistanceRequested,
        "assistance-answered/1": AssistanceAnswered,
        "assistance-refused/1": AssistanceRefused,
        "reply-received/1": ReplyReceived,
        "act-redone/1": ActRedone,
        "remedy-reported/1": RemedyReported,
        "reported-to-government/1": ReportedToGovernment,
        "opening-approved/1": OpeningApproved,
        "opening-rejected/1": OpeningRejected,
        "act-stopped/1": ActStopped,
        "superior-notified/1": SuperiorNotified,
        "other-law-applied/1": OtherLawApplied,
        "absorbed/1": CaseAbsorbed,
        "merged/1": CaseMerged,
        "split/1": CaseSplit,
        **ON_CORRECTION,
        **ON_DOCUMENTS,
        **PASSING_ON,
    }
)
