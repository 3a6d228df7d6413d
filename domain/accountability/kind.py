"""责任追究 as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.accountability.commands import STEPS
from domain.procedure.kind import Kind

ACCOUNTABILITY: Final = Kind("accountability", "accountabilities", STEPS)
