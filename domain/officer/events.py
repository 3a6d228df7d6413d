"""The facts of 人员与证件: the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from domain.identity import Sealed
from domain.procedure.facts import Fact


@dataclass(frozen=True, slots=True)
class OfficerRegistered:
    """`subject` is the unit of the person; None for one of the organ that keeps the register."""

    regime: str
    regime_digest: str
    supervisor: str
    person: str
    subject: str | None = None
    name: Sealed | None = None


# --- certificates (证件) -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CertificateApplied:
    application: str
    kind: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateExamined:
    application: str
    fit: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateSubmitted:
    """Passed on to the organ `to` that makes the certificate (提交制证)."""

    application: str
    to: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """`about` is the application; `scope` what it entitles to (执法种类及执法范围). Good on both days."""

    AHEAD: ClassVar = ("valid_from", "valid_to")

    certificate: str
    about: str
    kind: str
    number: str
    valid_from: date
    valid_to: date | None = None
    scope: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateFiled:
    """A certificate that another organ, `issuer`, had issued was filed by the unit of its holder (持证信息备案)."""

    AHEAD: ClassVar = ("valid_from", "valid_to")

    certificate: str
    issuer: str
    kind: str
    number: str
    valid_from: date
    valid_to: date | None = None
    scope: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """`matter` is what it was shown in: a case, an inspection."""

    certificate: str
    matter: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateSuspended:
    """Withheld (暂扣), or its holder taken off enforcement; each suspension is lifted by itself."""

    suspension: str
    about: str
    kind: str
    matter: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateRestored:
    suspension: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateRevoked:
    certificate: str
    ground: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CertificateExpired:
    certificate: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class QualificationCancelled:
    """The person may no longer act under any certificate of that kind (取消资格)."""

    kind: str
    ground: str | None = None
    matter: str | None = None
    note: Sealed | None = None


# --- training, posts, unit ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrainingRecorded:
    """Class hours (学时) of a year; `passed` where the training ends with an examination."""

    year: int
    hours: int
    kind: str
    passed: bool | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PostAssigned:
    """A post (岗位) held in an organ from a day on; until a day, where that was said."""

    AHEAD: ClassVar = ("starts_on", "ends_on")

    post: str
    duty: str
    organ: str
    starts_on: date
    ends_on: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ActingAppointed:
    """A post held for somebody (代理), the person `instead_of`, where there is one."""

    AHEAD: ClassVar = ("starts_on", "ends_on")

    post: str
    duty: str
    organ: str
    starts_on: date
    ends_on: date | None = None
    instead_of: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ObserverAppointed:
    """Engaged as an observer (行政执法监督员) of an organ; `filed`: examined and filed with the justice department."""

    AHEAD: ClassVar = ("starts_on", "ends_on")

    post: str
    organ: str
    starts_on: date
    ends_on: date | None = None
    filed: bool = False
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PostEnded:
    """`ended_on` is the last day on which the post was held."""

    AHEAD: ClassVar = ("ended_on",)

    post: str
    ended_on: date
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class UnitChanged:
    unit: str
    note: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "registered/1": OfficerRegistered,
        "certificate-applied/1": CertificateApplied,
        "certificate-examined/1": CertificateExamined,
        "certificate-submitted/1": CertificateSubmitted,
        "certificate-issued/1": CertificateIssued,
        "certificate-filed/1": CertificateFiled,
        "certificate-shown/1": CertificateShown,
        "certificate-suspended/1": CertificateSuspended,
        "certificate-restored/1": CertificateRestored,
        "certificate-revoked/1": CertificateRevoked,
        "certificate-expired/1": CertificateExpired,
        "qualification-cancelled/1": QualificationCancelled,
        "training-recorded/1": TrainingRecorded,
        "post-assigned/1": PostAssigned,
        "acting-appointed/1": ActingAppointed,
        "observer-appointed/1": ObserverAppointed,
        "post-ended/1": PostEnded,
        "unit-changed/1": UnitChanged,
    }
)
