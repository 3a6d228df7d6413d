"""Coordination of enforcement disputes (执法争议协调) as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.dispute.commands import STEPS
from domain.procedure.kind import Kind

DISPUTE: Final = Kind("dispute", "disputes", STEPS)
