"""Reports out of entries (报告): what joins a ledger's bytes with the report functions. Loads no database and no web."""

from __future__ import annotations

from functools import cache

from domain.regime.loader import content, load, packaged
from ledger import canonical, hashing
from projections.statistics.duties import DutyList


@cache
def duty_lists() -> tuple[DutyList, ...]:
    """The published lists of duties that this software knows, each with the digest of its content."""
    regimes = (load(id_).regime for id_ in packaged())
    return tuple(
        DutyList(regime.id, hashing.digest(canonical.encode(content(regime))).hex(), regime.duties)
        for regime in regimes
        if regime.duties
    )
