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


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "opened/1": AccountabilityOpened,
        **ON_CORRECTION,
    }
)
