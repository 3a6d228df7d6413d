"""What may be asked of 评查、检查、评估."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.commands import SHARED, StepRow
from domain.programme import events


@dataclass(frozen=True, slots=True)
class PlanProgramme:
    supervisor: str
    kind: str
    subject: str | None = None
    method: str | None = None
    topics: tuple[str, ...] = ()
    title: Sealed | None = None
    readings: tuple[str, ...] = ()
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class StartProgramme:
    persons: tuple[str, ...]
    on_site: bool = False
    entrusted_to: str | None = None
    considered: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SelectFile:
    drawn: str
    organ: str
    reference: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class GradeFile:
    drawn: str
    grade: str
    criteria: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReferFinding:
    finding: str
    to: str
    drawn: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReportProgramme:
    to: str | None = None
    discharges: tuple[str, ...] = ()
    reference: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PublishProgramme:
    where: str
    note: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "plan": StepRow(
            PlanProgramme,
            None,
            events.ProgrammePlanned,
            opens=True,
            codes={"kind": "programme-kinds", "method": "methods", "topics": "topics"},
        ),
        "start-programme": StepRow(StartProgramme, None, events.ProgrammeStarted),
        "select-file": StepRow(SelectFile, "drawn", events.FileSelected),
        "grade-file": StepRow(
            GradeFile, None, events.CaseFileGraded, codes={"grade": "grades", "criteria": "criteria"}
        ),
        "refer-finding": StepRow(ReferFinding, "finding", events.ProgrammeFindingReferred),
        "report-programme": StepRow(ReportProgramme, None, events.ProgrammeReported),
        "publish-programme": StepRow(PublishProgramme, None, events.ProgrammePublished),
        **SHARED,
    }
)
