"""Files out of entries: folded at once they are what one fact after another makes of them, and nothing is skipped."""

from __future__ import annotations

import copy

import pytest

from api.generating.ledger import FIRST_DAY, generate
from domain.catalogue import TYPES
from domain.kinds import KINDS
from domain.procedure.state import File, evolve
from ledger.entry import EntryError
from ledger.mapper import LedgerMapper, UnknownFact
from ledger.memory import MemoryLog
from ledger.proof.chain import BrokenLog
from projections.reading import Reader
from projections.room import Folded
from tests.api.office import MASTER, memory_desk


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    desk = memory_desk(regimes=())
    generate(desk, MASTER, 4_000, 11, FIRST_DAY, lambda _: None, 1)
    assert isinstance(desk.log, MemoryLog)
    return desk.log


def folded(entries: list[bytes]) -> list[Folded]:
    reader = Reader.__new__(Reader)
    reader._mapper = LedgerMapper(TYPES)
    reader.regime = lambda digest: digest  # type: ignore[assignment, return-value]  # which one is all that is asked
    return list(reader.fold(entries))


def of(log: MemoryLog, kind: str) -> dict[str, list[bytes]]:
    return {stream: [log.entries[position] for position in log._streams[stream]] for stream in log.streams(kind)}


def test_a_file_folded_at_once_is_what_one_fact_after_another_makes_of_it(log: MemoryLog) -> None:
    count = 0
    for kind in KINDS:
        for stream, entries in of(log, kind).items():
            [made] = folded(entries)
            stepwise, stages = File(KINDS[kind]), []
            for envelope, seen in zip(log.read(stream), made.entries, strict=True):
                assert (seen.position, seen.recorded_at) == (envelope.position, envelope.recorded_at)
                assert (seen.on, seen.actor, seen.basis) == (envelope.occurred_on, envelope.actor, envelope.basis)
                stepwise = evolve(stepwise, seen.happening)
                stages.append((stepwise, copy.deepcopy(dict(stepwise.deadlines)), len(stepwise.log)))
            assert made.file == stepwise
            for stage, clocks, length in stages:  # what was folded later has not reached back into it
                assert (dict(stage.deadlines), len(stage.log)) == (clocks, length)
            count += 1
    assert count > 100


def test_what_the_ledger_holds_beside_proceedings_is_no_file(log: MemoryLog) -> None:
    assert folded([*of(log, "ledger").get("ledger", []), *log.entries[:3]]) == []
    registers = [entry for entries in of(log, "register").values() for entry in entries]
    assert registers
    assert folded(registers) == []


def test_a_step_that_is_left_out_is_noticed(log: MemoryLog) -> None:
    stream, entries = next((s, e) for s, e in of(log, "case").items() if len(e) > 6)
    with pytest.raises(BrokenLog) as broken:
        folded([*entries[:3], *entries[4:]])
    assert (broken.value.stream, broken.value.facts) == (stream, {"version": 5, "before": 3})


def test_a_kind_of_proceeding_that_nobody_knows_is_no_empty_file(log: MemoryLog) -> None:
    entry = next(iter(of(log, "case").values()))[0]
    with pytest.raises(UnknownFact, match="tribunal"):
        folded([entry.replace(b" case/", b" tribunal/", 1)])


@pytest.mark.parametrize("entry", [b"{}", b"caseledger/2 a 1 case/1 1 case.opened/1 t 0\n{}", b"a b c d e f g h\n{}"])
def test_what_is_no_entry_is_refused(entry: bytes) -> None:
    with pytest.raises(EntryError):
        folded([entry])
