"""Every read model there is. A room is put in here, and nowhere else."""

from __future__ import annotations

from typing import Final

from projections.accountability.projector import Accountability
from projections.deadlines.projector import Deadlines
from projections.files.projector import Files
from projections.registers.projector import Registers
from projections.room import Projection
from projections.search.projector import Search
from projections.stages.projector import Stages
from projections.statistics.projector import Statistics

ROOMS: Final[tuple[Projection, ...]] = (
    Files(),
    Deadlines(),
    Accountability(),
    Statistics(),
    Stages(),
    Registers(),
    Search(),
)
