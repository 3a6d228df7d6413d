"""Filing of major penalties (重大行政处罚备案) as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.penalty_filing.commands import STEPS
from domain.procedure.kind import Kind

PENALTY_FILING: Final = Kind("penalty-filing", "penalty-filings", STEPS)
