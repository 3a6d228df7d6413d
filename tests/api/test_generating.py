"""Simulated ledgers: what is drawn by chance is lawful, whole, like an office's years, the same for the same seed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.execute import Desk
from api.generating.ledger import FIRST_DAY, Made, OutOfRange, briefs, generate, years
from api.generating.office import Brief, Office, Statutes, World
from api.generating.plots import playable
from domain.kinds import KINDS
from domain.procedure.stage import stage
from ledger.memory import MemoryLog
from ledger.proof.chain import Chain
from tests.api.office import MASTER, memory_desk

ENTRIES = 2_000


def write(seed: int = 1, entries: int = ENTRIES, processes: int = 1) -> tuple[Desk, MemoryLog, Made]:
    desk = memory_desk(regimes=())
    made = generate(desk, MASTER, entries, seed, FIRST_DAY, lambda _: None, processes)
    assert isinstance(desk.log, MemoryLog)
    return desk, desk.log, made


@pytest.fixture(scope="module")
def ledger() -> tuple[Desk, MemoryLog, Made]:
    return write()


@pytest.fixture(scope="module")
def world() -> World:
    return World("cn-000000-demo", 1, FIRST_DAY, playable(), MASTER)


@pytest.fixture(scope="module")
def statutes(world: World) -> Statutes:
    return Statutes(world, date(2028, 12, 31))


def streams(log: MemoryLog, kind: str) -> dict[str, list[int]]:
    found = defaultdict(list)
    for position, header in enumerate(log._headers):
        if header.stream.startswith(f"{kind}/"):
            found[header.stream].append(position)
    return dict(found)


def test_as_many_entries_are_written_as_were_asked_for(ledger: tuple[Desk, MemoryLog, Made]) -> None:
    _, log, made = ledger
    assert made.entries == len(log.entries)
    assert ENTRIES <= made.entries < ENTRIES + 20


def test_the_same_seed_writes_the_same_ledger_however_many_processes_decide() -> None:
    alone, together, other = (write(seed, 300, processes) for seed, processes in ((1, 1), (1, 2), (2, 1)))
    assert alone[1].entries == together[1].entries
    assert alone[1]._sealed == together[1]._sealed
    assert alone[2] == together[2]
    assert alone[1].entries[50:] != other[1].entries[50:]


def test_every_regulation_with_histories_and_every_kind_of_proceeding_occurs(
    ledger: tuple[Desk, MemoryLog, Made],
) -> None:
    _, _, made = ledger
    assert {kind for kind, _ in made.files} == set(KINDS)
    assert {regime for _, regime in made.files} == set(playable())


def test_each_entry_follows_from_the_one_before_it(ledger: tuple[Desk, MemoryLog, Made]) -> None:
    _, log, _ = ledger
    chain = Chain(log.ledger)
    chain.follow(log.entries)
    assert chain.size == len(log.entries)


def test_every_file_can_be_read_and_has_a_stage_and_nothing_was_recorded_before_it_happened(
    ledger: tuple[Desk, MemoryLog, Made],
) -> None:
    desk, log, _ = ledger
    for kind in KINDS:
        for stream, positions in streams(log, kind).items():
            read = desk.read(stream)
            assert read.file.version == len(positions)
            assert stage(read.file, read.law.regime).title.zh
            for entry in desk.history(stream):
                assert entry.recorded_at is not None
                assert entry.occurred_on <= entry.recorded_at.date()


def test_numbers_of_documents_run_without_gap_in_every_register(ledger: tuple[Desk, MemoryLog, Made]) -> None:
    _, log, _ = ledger
    registers = streams(log, "register")
    assert len({name.split("/")[1] for name in registers}) >= len(playable())
    for name in registers:
        given = [getattr(entry.fact, "sequence", None) for entry in log.read(name)]
        assert given == list(range(1, len(given) + 1))


def test_it_looks_like_the_years_of_several_offices(ledger: tuple[Desk, MemoryLog, Made]) -> None:
    desk, log, _ = ledger
    cases = streams(log, "case")
    lengths = sorted(map(len, cases.values()))
    assert lengths[len(lengths) // 2] >= 10
    between = [positions[-1] - positions[0] - len(positions) + 1 for positions in cases.values()]
    assert sum(gap > 20 for gap in between) > len(cases) // 2  # what others recorded lies between
    files = [desk.read(stream).file for stream in cases]
    assert {file.closed for file in files} == {True, False}
    assert len({file.opened.subject for file in files if file.opened is not None}) > 10
    assert {header.recorded_at.year for header in log._headers} >= {2022, 2023, 2024, 2025}


@pytest.mark.parametrize(
    "fact",
    [
        "deadline-set",
        "deadline-met",
        "deadline-lapsed",
        "deadline-suspended",
        "deadline-cancelled",
        "document-served",
        "evidence-registered",
        "opinion-issued",
        "decision-issued",
        "review-requested",
        "review-decided",
        "recusal-requested",
        "entry-corrected",
        "closed",
        "archived",
    ],
)
def test_what_happens_in_an_office_happens_here(ledger: tuple[Desk, MemoryLog, Made], fact: str) -> None:
    _, log, _ = ledger
    assert f"case.{fact}/1" in {header.type for header in log._headers}


def test_texts_are_sealed_and_can_be_opened(ledger: tuple[Desk, MemoryLog, Made]) -> None:
    desk, log, _ = ledger
    opened = [desk.vault.open(log, desk.history(stream)) for stream in streams(log, "case")]
    assert sum(map(len, opened)) > ENTRIES // 20


@settings(max_examples=12)
@given(seed=st.integers(0, 2**63), regime=st.sampled_from(playable()), late=st.integers(0, 300))
def test_no_seed_fails(world: World, statutes: Statutes, seed: int, regime: str, late: int) -> None:
    brief = next(each for each in briefs(ENTRIES, *years(FIRST_DAY)) if each.regime == regime)
    first = date.fromordinal(brief.first.toordinal() + late)
    mine = World(world.ledger, seed, world.first, world.regimes, MASTER)
    office = Office(mine, Brief(brief.office, regime, first, brief.last, 60), statutes)
    written = list(office.requests())
    assert [each.moment for each in written] == sorted(each.moment for each in written)
    versions: dict[str, int] = defaultdict(int)
    for each in written:
        for item in each.request.items:
            assert item.expected == versions[item.stream]
            versions[item.stream] += 1
    assert written


def test_years_without_holiday_schedules_are_refused() -> None:
    for first in (date(2000, 1, 1), date(2026, 6, 1)):
        with pytest.raises(OutOfRange):
            years(first)


def test_the_offices_share_what_is_to_be_written() -> None:
    for entries in (1, 999, 100_000, 1_000_000):
        assert sum(brief.entries for brief in briefs(entries, *years(FIRST_DAY))) == entries
