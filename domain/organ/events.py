"""The facts of 执法主体: the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

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


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "registered/1": OrganRegistered,
    }
)
