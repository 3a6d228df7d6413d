"""The facts of 责任追究: the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.facts import ON_CORRECTION, Fact


@dataclass(frozen=True, slots=True)
class AccountabilityOpened:
    regime: str
    regime_digest: str
    supervisor: str
    subject: str
    ladder: str
    person: str | None = None
    source: str | None = None
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class GroundEstablished:
    grounds: tuple[str, ...]
    evidence: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ResponsiblePersonNamed:
    person: str
    capacity: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SanctionProposed:
    """`circumstances` is what makes them grave, or what makes a crime or another offence suspected."""

    sanction: str
    rung: int
    measures: tuple[str, ...]
    grounds: tuple[str, ...]
    about: str | None = None
    circumstances: Sealed | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SanctionImposed:
    sanction: str
    rung: int
    measures: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SanctionSuggested:
    """The sanction was suggested to the unit (所在单位) of the person, which decides by itself."""

    referral: str
    about: str
    to: str
    rung: int
    measures: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DisciplineReferred:
    """The sanction was put to the organ that has the authority to impose it: discipline, a penalty, prosecution."""

    referral: str
    about: str
    to: str
    rung: int
    measures: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReferralAnswered:
    referral: str
    taken_up: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Appealed:
    appeal: str
    about: str
    by: str
    written: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AppealDecided:
    appeal: str
    outcome: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class OutcomeRecorded:
    about: str
    outcome: str
    note: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "opened/1": AccountabilityOpened,
        "ground-established/1": GroundEstablished,
        "responsible-person-named/1": ResponsiblePersonNamed,
        "sanction-proposed/1": SanctionProposed,
        "sanction-imposed/1": SanctionImposed,
        "sanction-suggested/1": SanctionSuggested,
        "discipline-referred/1": DisciplineReferred,
        "referral-answered/1": ReferralAnswered,
        "appealed/1": Appealed,
        "appeal-decided/1": AppealDecided,
        "outcome-recorded/1": OutcomeRecorded,
        **ON_CORRECTION,
    }
)
