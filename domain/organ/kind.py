"""执法主体 as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.organ.commands import STEPS
from domain.procedure.kind import Kind

ORGAN: Final = Kind("organ", "organs", STEPS)
