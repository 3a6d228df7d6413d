"""The facts of 评查、检查、评估: the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.facts import Fact


@dataclass(frozen=True, slots=True)
class ProgrammePlanned:
    """A review of case files, an inspection, an evaluation was planned; `subject` is None where it covers several."""

    regime: str
    regime_digest: str
    supervisor: str
    kind: str
    subject: str | None = None
    method: str | None = None
    topics: tuple[str, ...] = ()
    title: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeStarted:
    """It began; `entrusted_to` is the third party (第三方机构) that carries it out, if one does."""

    persons: tuple[str, ...]
    on_site: bool = False
    entrusted_to: str | None = None
    considered: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class FileSelected:
    """A case file (案卷) of an enforcement body was drawn; `reference` is the number it has there."""

    drawn: str
    organ: str
    reference: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CaseFileGraded:
    """A file drawn was examined for `criteria` and graded (评定)."""

    drawn: str
    grade: str
    criteria: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeFindingReferred:
    """What was found was taken up elsewhere: `to` names the file, opened for it or already there."""

    finding: str
    to: str
    drawn: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeReported:
    """It was concluded with a report; `discharges` names the files of the obligations that this discharges."""

    to: str | None = None
    discharges: tuple[str, ...] = ()
    reference: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ProgrammePublished:
    """Its results were circulated (通报) or published, `where`."""

    where: str
    note: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "planned/1": ProgrammePlanned,
        "started/1": ProgrammeStarted,
        "file-selected/1": FileSelected,
        "file-graded/1": CaseFileGraded,
        "finding-referred/1": ProgrammeFindingReferred,
        "reported/1": ProgrammeReported,
        "published/1": ProgrammePublished,
    }
)
