"""法定义务 as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.obligation.commands import STEPS
from domain.procedure.kind import Kind

OBLIGATION: Final = Kind("obligation", "obligations", STEPS)
