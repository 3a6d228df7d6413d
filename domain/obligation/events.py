"""The facts of 法定义务: the storage format, see `procedure.facts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.procedure.facts import Fact, Limit


@dataclass(frozen=True, slots=True)
class ObligationArisen:
    regime: str
    regime_digest: str
    supervisor: str
    subject: str
    duty: str
    occasion: str | None = None
    trigger_on: date | None = None
    limit: Limit | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "arisen/1": ObligationArisen,
    }
)
