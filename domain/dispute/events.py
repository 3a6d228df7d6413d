"""The facts of coordinating enforcement disputes (执法争议协调): the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

from domain.identity import Sealed
from domain.procedure.facts import Fact


@dataclass(frozen=True, slots=True)
class DisputeRaised:
    regime: str
    regime_digest: str
    supervisor: str
    topic: str
    subject: str | None = None
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PartyAdmitted:
    """An enforcement body that is one of the sides. Each of them is supervised, so each is a subject of the file."""

    RELATES: ClassVar = ("subject", "party")

    party: str


@dataclass(frozen=True, slots=True)
class PartyHeard:
    party: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DisputeCoordinated:
    coordination: str
    agreed: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DisputeReferred:
    """No agreement was reached; who may decide was asked to."""

    RELATES: ClassVar = ("competent", "to")

    about: str
    to: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DisputeWithdrawn:
    note: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "raised/1": DisputeRaised,
        "party-admitted/1": PartyAdmitted,
        "heard/1": PartyHeard,
        "coordinated/1": DisputeCoordinated,
        "referred/1": DisputeReferred,
        "withdrawn/1": DisputeWithdrawn,
    }
)
