"""人员与证件 as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.officer.commands import STEPS
from domain.procedure.kind import Kind

OFFICER: Final = Kind("officer", "officers", STEPS)
