"""The facts of 执法争议协调: the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.facts import Fact


@dataclass(frozen=True, slots=True)
class DisputeRaised:
    regime: str
    regime_digest: str
    supervisor: str
    parties: tuple[str, ...]
    subject: str | None = None
    matter: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "raised/1": DisputeRaised,
    }
)
