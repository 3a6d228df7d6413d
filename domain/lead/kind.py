"""Leads and complaints (线索、投诉举报) as a kind of proceeding."""

from __future__ import annotations

from typing import Final

from domain.lead.commands import STEPS
from domain.procedure.kind import Kind

LEAD: Final = Kind("lead", "leads", STEPS)
