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
    regime: str
    regime_digest: str
    supervisor: str
    kind: str
    subject: str | None = None
    title: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "planned/1": ProgrammePlanned,
    }
)
