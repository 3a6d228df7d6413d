"""What may be asked of 人员与证件."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from domain.identity import Sealed
from domain.officer import events
from domain.procedure.commands import SHARED, StepRow


@dataclass(frozen=True, slots=True)
class RegisterOfficer:
    supervisor: str
    person: str
    subject: str | None = None
    name: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ApplyForCertificate:
    application: str
    kind: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ExamineCertificate:
    application: str
    fit: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SubmitCertificate:
    application: str
    to: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class IssueCertificate:
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
class FileCertificate:
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
class ShowCertificate:
    certificate: str
    matter: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SuspendCertificate:
    suspension: str
    about: str
    kind: str
    matter: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RestoreCertificate:
    suspension: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RevokeCertificate:
    certificate: str
    ground: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordExpiry:
    certificate: str


@dataclass(frozen=True, slots=True)
class CancelQualification:
    kind: str
    ground: str | None = None
    matter: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordTraining:
    year: int
    hours: int
    kind: str
    passed: bool | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AssignPost:
    AHEAD: ClassVar = ("starts_on", "ends_on")

    post: str
    duty: str
    organ: str
    starts_on: date
    ends_on: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AppointActing:
    AHEAD: ClassVar = ("starts_on", "ends_on")

    post: str
    duty: str
    organ: str
    starts_on: date
    ends_on: date | None = None
    instead_of: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AppointObserver:
    AHEAD: ClassVar = ("starts_on", "ends_on")

    post: str
    organ: str
    starts_on: date
    ends_on: date | None = None
    filed: bool = False
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class EndPost:
    AHEAD: ClassVar = ("ended_on",)

    post: str
    ended_on: date
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ChangeUnit:
    unit: str
    note: Sealed | None = None


KIND: Final[Mapping[str, str]] = {"kind": "certificate-kinds"}

STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "register": StepRow(RegisterOfficer, None, events.OfficerRegistered, opens=True),
        "apply-for-certificate": StepRow(ApplyForCertificate, "application", events.CertificateApplied, codes=KIND),
        "examine-certificate": StepRow(ExamineCertificate, None, events.CertificateExamined),
        "submit-certificate": StepRow(SubmitCertificate, None, events.CertificateSubmitted),
        "issue-certificate": StepRow(IssueCertificate, "certificate", events.CertificateIssued, codes=KIND),
        "file-certificate": StepRow(FileCertificate, "certificate", events.CertificateFiled, codes=KIND),
        "show-certificate": StepRow(ShowCertificate),
        "suspend-certificate": StepRow(
            SuspendCertificate, "suspension", events.CertificateSuspended, codes={"kind": "suspension-kinds"}
        ),
        "restore-certificate": StepRow(RestoreCertificate, None, events.CertificateRestored),
        "revoke-certificate": StepRow(RevokeCertificate, None, events.CertificateRevoked),
        "record-expiry": StepRow(RecordExpiry),
        "cancel-qualification": StepRow(CancelQualification, None, events.QualificationCancelled, codes=KIND),
        "record-training": StepRow(RecordTraining, None, events.TrainingRecorded, codes={"kind": "training-kinds"}),
        "assign-post": StepRow(AssignPost, "post", events.PostAssigned, codes={"duty": "posts"}),
        "appoint-acting": StepRow(AppointActing, "post", events.ActingAppointed, codes={"duty": "posts"}),
        "appoint-observer": StepRow(AppointObserver, "post", events.ObserverAppointed),
        "end-post": StepRow(EndPost, None, events.PostEnded),
        "change-unit": StepRow(ChangeUnit, None, events.UnitChanged),
        **SHARED,
    }
)
