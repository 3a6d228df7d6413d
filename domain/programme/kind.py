"""评查、检查、评估 as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.procedure.kind import Kind
from domain.programme.commands import STEPS

PROGRAMME: Final = Kind("programme", "programmes", STEPS)
