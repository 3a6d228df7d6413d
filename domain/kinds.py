"""Every kind of proceeding, by the name under which its streams and facts are stored."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.accountability.kind import ACCOUNTABILITY
from domain.case.kind import CASE
from domain.dispute.kind import DISPUTE
from domain.lead.kind import LEAD
from domain.obligation.kind import OBLIGATION
from domain.officer.kind import OFFICER
from domain.organ.kind import ORGAN
from domain.penalty_filing.kind import PENALTY_FILING
from domain.procedure.kind import Kind
from domain.programme.kind import PROGRAMME

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (CASE, LEAD, ACCOUNTABILITY, ORGAN, OFFICER, PROGRAMME, DISPUTE, PENALTY_FILING, OBLIGATION)
    }
)


def kind_of(stream: str) -> Kind | None:
    """The kind of a stream, `case` of `case/7`; None where it is no proceeding: the ledger's own, a register."""
    return KINDS.get(stream.partition("/")[0])
