"""The facts of 重大行政处罚备案: the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.facts import Fact


@dataclass(frozen=True, slots=True)
class PenaltyFiled:
    regime: str
    regime_digest: str
    supervisor: str
    subject: str
    kind: str
    decided_on: date | None = None
    matter: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "filed/1": PenaltyFiled,
    }
)
