"""A read model whose rows come out otherwise says so with another version: else old rows would stay beside new ones.

What the rows of the sample cases come out as is kept in `tests/golden/rooms.json`. After a change that is meant:
raise `version` in the room, and `python -m tests.projections.test_versions`.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from api.play import play
from api.scenario import of_regime
from domain.catalogue import TYPES
from domain.kinds import KINDS
from domain.regime.loader import packaged
from ledger.mapper import LedgerMapper
from ledger.memory import MemoryLog
from projections.reading import Reader
from projections.room import Folded, Projection
from projections.rooms import ROOMS
from tests.api.office import memory_desk

GOLDEN = Path(__file__).parents[1] / "golden" / "rooms.json"


@cache
def sample() -> tuple[Folded, ...]:
    """Every file of every sample case."""
    branches = [branch for id_ in packaged() for scenario in of_regime(id_) for branch in scenario.branches()]
    found: list[Folded] = []
    for ledger, together in groupby(sorted(branches, key=lambda each: each.ledger), key=lambda each: each.ledger):
        desk = memory_desk(ledger, seed=ledger, regimes=())
        play(list(together), desk)
        assert isinstance(desk.log, MemoryLog)
        reader = Reader.__new__(Reader)
        reader._mapper = LedgerMapper(TYPES)
        reader.regime = desk.laws.regime
        streams = sorted(stream for kind in KINDS for stream in desk.log.streams(kind))
        found += reader.fold(desk.log.entries[place] for stream in streams for place in desk.log._streams[stream])
    return tuple(found)


def made(room: Projection) -> dict[str, Any]:
    """The version of a room, and the digest of its table and of the rows of the sample cases."""
    table = (Path(__file__).parents[2] / "projections" / room.name / "table.sql").read_bytes()
    rows = [
        (folded.stream, *row)
        for folded in sample()
        if folded.kind in room.kinds
        for row in map(_plain, room.rows(folded))
    ]
    assert rows
    return {"version": room.version, "digest": sha256(table + repr(rows).encode()).hexdigest()}


def _plain(row: tuple[str, tuple[Any, ...]]) -> tuple[Any, ...]:
    table, values = row
    return table, *(getattr(value, "obj", value) for value in values)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_rows_that_come_out_otherwise_have_another_version(room: Projection) -> None:
    kept = json.loads(GOLDEN.read_text("utf-8"))
    assert made(room) == kept.get(room.name), __doc__


if __name__ == "__main__":
    earlier = json.loads(GOLDEN.read_text("utf-8")) if GOLDEN.exists() else {}
    now = {room.name: made(room) for room in ROOMS}
    for name, each in now.items():
        before = earlier.get(name, {"version": 0, "digest": ""})
        if each["digest"] != before["digest"] and each["version"] <= before["version"]:
            raise SystemExit(
                f"the rows of {name} come out otherwise: raise its version above {before['version']} first"
            )
    GOLDEN.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", "utf-8")
