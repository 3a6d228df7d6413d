"""The facts of 执法主体: the storage format, see `procedure.facts`.

What an organ files and publishes is here whether or not a date hangs on it: obligations refer to these facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from domain.identity import Sealed
from domain.procedure.facts import Fact


@dataclass(frozen=True, slots=True)
class OrganRegistered:
    regime: str
    regime_digest: str
    supervisor: str
    subject: str
    nature: str | None = None
    name: Sealed | None = None


# --- its qualification (执法主体资格) ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QualificationChanged:
    """What the qualification rests on has changed; the days are those of the law and of the document behind it."""

    change: str
    kind: str
    law_published_on: date | None = None
    effective_on: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class QualificationApplied:
    """An application to examine and confirm; `about` is the change that it follows."""

    application: str
    about: str | None = None
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class QualificationExamined:
    """`about` is the application or the change examined; None where nothing was asked for."""

    examination: str
    fit: bool
    about: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class QualificationConfirmed:
    """`about` is the examination that found it fit, `powers` what the organ may enforce."""

    confirmation: str
    about: str
    powers: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class QualificationRefused:
    about: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class QualificationPublished:
    confirmation: str
    where: Sealed | None = None


# --- who acts for it, and under whom -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SupervisorsDesignated:
    """All whom the organ designates as its supervision officers (行政执法监督人员), not only those added."""

    persons: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SuperiorSet:
    RELATES: ClassVar = ("superior", "superior")

    superior: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DelegationSigned:
    """A deed of delegation (委托书) was signed; `contents` are those of the required contents that it states."""

    AHEAD: ClassVar = ("valid_to",)

    delegation: str
    to: str
    signed_on: date
    contents: tuple[str, ...] = ()
    valid_to: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DelegationFiled:
    delegation: str
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


# --- what it files and publishes ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanFiled:
    year: int
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReportFiled:
    """A report on the enforcement of a year, filed with the organ `to`."""

    year: int
    to: str
    written: bool
    sent_on: date | None = None
    proof: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkPublished:
    """Standards of discretion (裁量基准) were made, revised or abolished, and published; `basis` is the provision."""

    kind: str
    basis: str | None = None
    basis_in_force_on: date | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReviewCataloguePublished:
    """The catalogue of decisions that need a legal review (重大执法决定法制审核目录清单)."""

    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class InformationPublished:
    """`about` is the deed of delegation, where one is published; `arisen_on` when a decision was made or changed."""

    kind: str
    about: str | None = None
    year: int | None = None
    arisen_on: date | None = None
    withheld: tuple[str, ...] = ()  # on which grounds a part of it was not published
    where: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "registered/1": OrganRegistered,
        "changed/1": QualificationChanged,
        "qualification-applied/1": QualificationApplied,
        "qualification-examined/1": QualificationExamined,
        "qualification-confirmed/1": QualificationConfirmed,
        "qualification-refused/1": QualificationRefused,
        "qualification-published/1": QualificationPublished,
        "supervisors-designated/1": SupervisorsDesignated,
        "superior-set/1": SuperiorSet,
        "delegation-signed/1": DelegationSigned,
        "delegation-filed/1": DelegationFiled,
        "plan-filed/1": PlanFiled,
        "report-filed/1": ReportFiled,
        "benchmark-published/1": BenchmarkPublished,
        "review-catalogue-published/1": ReviewCataloguePublished,
        "information-published/1": InformationPublished,
    }
)
