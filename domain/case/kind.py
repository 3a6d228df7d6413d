"""The supervision case (监督案件) as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.case.commands import STEPS
from domain.procedure.kind import Kind
from domain.procedure.state import File

CASE: Final = Kind("case", "cases", STEPS)
INITIAL: Final = File(CASE)
