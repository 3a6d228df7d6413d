"""The facts of 线索、投诉举报: the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.facts import PASSING_ON, Fact


@dataclass(frozen=True, slots=True)
class LeadReceived:
    regime: str
    regime_digest: str
    supervisor: str
    subject: str
    channel: str
    matter: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "received/1": LeadReceived,
        **PASSING_ON,
    }
)
