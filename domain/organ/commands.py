"""What may be asked of 执法主体."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from domain.identity import Sealed
from domain.organ import events
from domain.procedure.commands import SHARED, StepRow


@dataclass(frozen=True, slots=True)
class RegisterOrgan:
    supervisor: str
    subject: str
    nature: str | None = None
    name: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordChange:
    change: str
    kind: str
    law_published_on: date | None = None
    effective_on: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ApplyForQualification:
    application: str
    about: str | None = None
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ExamineQualification:
    examination: str
    fit: bool
    about: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ConfirmQualification:
    confirmation: str
    about: str
    powers: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RefuseQualification:
    about: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PublishQualification:
    confirmation: str
    where: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DesignateSupervisors:
    persons: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SetSuperior:
    superior: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordDelegation:
    AHEAD: ClassVar = ("valid_to",)

    delegation: str
    to: str
    signed_on: date
    contents: tuple[str, ...] = ()
    valid_to: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FileDelegation:
    delegation: str
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FilePlan:
    year: int
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    year: int
    to: str
    written: bool
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PublishBenchmark:
    kind: str
    basis: str | None = None
    basis_in_force_on: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PublishReviewCatalogue:
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PublishInformation:
    kind: str
    about: str | None = None
    year: int | None = None
    arisen_on: date | None = None
    withheld: tuple[str, ...] = ()
    where: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "register": StepRow(RegisterOrgan, None, events.OrganRegistered, opens=True, codes={"nature": "natures"}),
        "record-change": StepRow(RecordChange, "change", events.QualificationChanged, codes={"kind": "change-kinds"}),
        "apply-for-qualification": StepRow(ApplyForQualification, "application", events.QualificationApplied),
        "examine-qualification": StepRow(ExamineQualification, "examination", events.QualificationExamined),
        "confirm-qualification": StepRow(ConfirmQualification, "confirmation", events.QualificationConfirmed),
        "refuse-qualification": StepRow(RefuseQualification, None, events.QualificationRefused),
        "publish-qualification": StepRow(PublishQualification, None, events.QualificationPublished),
        "designate-supervisors": StepRow(DesignateSupervisors, None, events.SupervisorsDesignated),
        "set-superior": StepRow(SetSuperior, None, events.SuperiorSet),
        "record-delegation": StepRow(
            RecordDelegation, "delegation", events.DelegationSigned, codes={"contents": "delegation-contents"}
        ),
        "file-delegation": StepRow(FileDelegation, None, events.DelegationFiled),
        "file-plan": StepRow(FilePlan, None, events.PlanFiled),
        "file-report": StepRow(FileReport, None, events.ReportFiled),
        "publish-benchmark": StepRow(
            PublishBenchmark, None, events.BenchmarkPublished, codes={"kind": "benchmark-kinds"}
        ),
        "publish-review-catalogue": StepRow(PublishReviewCatalogue, None, events.ReviewCataloguePublished),
        "publish-information": StepRow(
            PublishInformation,
            None,
            events.InformationPublished,
            codes={"kind": "information-kinds", "withheld": "withholding-grounds"},
        ),
        **SHARED,
    }
)
