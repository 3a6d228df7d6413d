"""Playing written histories: in memory and in PostgreSQL alike, to the byte, and with every difference said."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count, groupby
from random import Random
from typing import Any

import psycopg
import pytest

from api.execute import Desk
from api.play import Played, play, unplayed
from api.scenario import Branch, ScenarioError, of_regime, parse
from api.service import Service
from api.vault import Vault
from domain.catalogue import TYPES
from domain.kinds import KINDS
from domain.procedure import hindsight
from domain.procedure.facts import EntryCorrected
from domain.regime.loader import packaged
from ledger.application import LedgerApplication
from ledger.mapper import LedgerMapper
from ledger.memory import MemoryLog
from ledger.requests import Outcome, Request
from tests.api.office import MASTER, memory_desk, sources
from tests.api.test_scenario import OPEN, WHOLE

BRANCHES = [branch for id_ in packaged() for scenario in of_regime(id_) for branch in scenario.branches()]
_NUMBERS = count(1)


@pytest.mark.parametrize("branch", BRANCHES, ids=lambda branch: branch.id)
def test_a_history_ends_as_expected_and_looking_back_doubts_no_step_that_nothing_corrected(branch: Branch) -> None:
    desk = memory_desk(branch.ledger, regimes=())
    (played,) = play([branch], desk)
    assert played.failed == []
    for stream in (stream for kind in KINDS for stream in desk.log.streams(kind)):
        read = desk.read(stream)
        if not any(isinstance(happening.fact, EntryCorrected) for happening in read.file.log):
            assert hindsight.doubts(read.file, read.law, read.earlier) == ()


@pytest.mark.parametrize("ledger", sorted({branch.ledger for branch in BRANCHES}))
def test_histories_played_together_leave_the_same_bytes_in_memory_and_in_the_database(
    ledger: str, service: Service, admin: psycopg.Connection
) -> None:
    branches = [branch for branch in BRANCHES if branch.ledger == ledger]
    in_memory = memory_desk(ledger, seed=ledger, regimes=())
    results = play(branches, in_memory)
    assert [played.failed for played in results] == [[] for _ in branches]
    service.create(ledger)
    made = sources(ledger)
    with LedgerApplication(service.dsn, ledger, service.mapper) as log:
        in_database = Desk(log, made, Vault(MASTER, made.chance))
        assert play(branches, in_database) == results

        assert isinstance(in_memory.log, MemoryLog)
        entries = admin.execute("SELECT entry FROM ledger.entries WHERE ledger = %s ORDER BY position", [ledger])
        assert [entry for (entry,) in entries] == in_memory.log.entries
        times = [header.recorded_at for header in in_memory.log._headers]
        assert times == sorted(set(times))
        positions = range(len(in_memory.log.entries))
        assert log.sealed_values(positions) == in_memory.log.sealed_values(positions)
        assert laws(in_database) == laws(in_memory)
        for branch in branches:
            assert log.data_keys(f"case/{branch.id}") == in_memory.log.data_keys(f"case/{branch.id}")


def laws(desk: Desk) -> list[bytes | None]:
    """Every law text that the ledger keeps."""
    facts = [entry.fact for entry in desk.laws.entries() if entry.type != "ledger.opened/1"]
    return [desk.log.law_text(bytes.fromhex(fact.digest)) for fact in facts]


@dataclass
class Dying(MemoryLog):
    """A log whose process is killed before append number `life`."""

    life: int = 1_000_000

    def append(self, requests: Sequence[Request], now: datetime) -> Sequence[Outcome]:
        if self.life == 0:
            raise KeyboardInterrupt
        self.life -= 1
        return super().append(requests, now)


def dying_desk(life: int = 1_000_000) -> tuple[Desk, Dying]:
    log = Dying("cn-000000-demo", LedgerMapper(TYPES), life=life)
    made = sources()
    return Desk(log, made, Vault(MASTER, made.chance)), log


def recorded(desk: Desk, branches: Sequence[Branch]) -> list[list[tuple[Any, ...]]]:
    """What the ledger says happened in each case, and when."""
    return [[(e.type, e.occurred_on, e.recorded_at) for e in desk.history(branch.stream())] for branch in branches]


@pytest.mark.parametrize("ledger", sorted({branch.ledger for branch in BRANCHES}))
def test_histories_that_were_interrupted_are_played_to_their_end_and_nothing_twice(ledger: str) -> None:
    branches = [branch for branch in BRANCHES if branch.ledger == ledger][:2]
    whole, log = dying_desk()
    play(branches, whole)
    for life in range(1, 1_000_000 - log.life, 3):
        desk, log = dying_desk(life)
        with suppress(KeyboardInterrupt):
            play(branches, desk)
        log.life = 1_000_000
        results = play(branches, desk)
        assert [played.failed for played in results] == [[] for _ in branches], life
        assert recorded(desk, branches) == recorded(whole, branches)
        assert unplayed(branches, desk) == []


def test_a_ledger_whose_time_has_gone_on_is_left_as_it_is() -> None:
    """Somebody has worked in it, or a later version brings other histories: what is missing came too early."""
    first, second = [branch for branch in BRANCHES if branch.ledger == BRANCHES[0].ledger][:2]
    desk, log = dying_desk()
    play([first], desk)
    before = list(log.entries)
    assert unplayed([first, second], desk) == []
    assert unplayed([second], desk) == []
    play([first, second], desk)
    assert log.entries == before


def test_playing_nothing_does_nothing() -> None:
    desk = memory_desk(regimes=())
    assert play([], desk) == []
    assert desk.log.last_recorded_at() is None


def play_one(*steps: Any, expect: Any = None, points: Any = None) -> Played:
    data = {**WHOLE, "steps": [OPEN, *steps], "expect": expect or {}, "points": points or {}}
    (branch,) = parse(data, "s.yaml").branches()
    (played,) = play([branch], memory_desk(regimes=()))
    return played


HANDLERS: dict[str, Any] = {"on": "2024-01-08", "assign-handlers": {"persons": ["person-a", "person-b"]}}
ACT: dict[str, Any] = {"on": "2024-01-08", "register-act": {"act": "A1", "kind": "penalty"}}
FINDING: dict[str, Any] = {"on": "2024-01-09", "record-finding": {"finding": "F1", "kind": "unlawful", "act": "A1"}}
ORDER: dict[str, Any] = {
    "on": "2024-01-09",
    "order-correction": {"order": "R1", "persons": ["a", "b"], "limit": {"count": 5, "unit": "working_day"}},
}


def test_what_came_of_a_history_is_told() -> None:
    played = play_one(HANDLERS, ACT, FINDING, ORDER)
    assert played.failed == []
    assert [fact["fact"] for fact in played.facts][-2:] == ["correction-ordered", "deadline-set"]
    assert played.state["version"] == 6
    assert played.state["deadlines"] == {"order-limit:R1": {"due": "2024-01-16", "state": "running", "late": False}}


@pytest.mark.parametrize(
    ("steps", "expect", "why"),
    [
        ([ORDER], {}, "s, step 2 (order-correction): refused kind-not-found art.29.1"),
        ([HANDLERS | {"refused": {"code": "not-yours"}}], {}, "expected refusal not-yours, was recorded"),
        ([ORDER | {"refused": {"code": "case-closed"}}], {}, "refused kind-not-found"),
        ([ORDER | {"refused": {"code": "kind-not-found", "article": "art.99"}}], {}, "refused kind-not-found"),
        ([HANDLERS | {"facts": ["closed"]}], {}, "expected ('closed',), got ('handlers-assigned',)"),
        ([HANDLERS | {"defects": ["not-overdue"]}], {}, "expected defects ('not-overdue',), got []"),
        ([HANDLERS | {"not_accepted": {"code": "right-lapsed"}}], {}, "expected to be filed and not accepted"),
        ([], {"stage": "closed"}, "s, at the end: stage is opened, expected closed"),
        ([], {"deadlines": {"opinion-correct:O1": {"due": "2024-02-23"}}}, "there is no deadline opinion-correct:O1"),
        ([ACT, FINDING, ORDER], {"deadlines": {"order-limit:R1": {"due": "2024-01-17"}}}, "due is 2024-01-16"),
        ([ACT, FINDING, ORDER], {"deadlines": {"order-limit:R1": {"state": "met"}}}, "state is running, expected met"),
        ([], {"allowed": ["issue-opinion"]}, "issue-opinion is refused ("),
        ([], {"allowed": ["burn-file"]}, "burn-file is refused (no-such-step)"),
        ([], {"refused": {"close": "case-closed"}}, "close meets"),
        ([{"expect": {"stage": "closed"}}], {}, "s, step 2 (expect): stage is opened"),
    ],
)
def test_a_history_that_went_otherwise_says_where(steps: list[Any], expect: Any, why: str) -> None:
    played = play_one(*steps, expect=expect)
    assert len(played.failed) == 1
    assert why in played.failed[0]


def test_a_refusal_that_was_expected_is_no_failure() -> None:
    played = play_one(ORDER | {"refused": {"code": "kind-not-found", "article": "art.29.1"}})
    assert played.failed == []
    assert [(refusal["step"], refusal["code"], refusal["article"]) for refusal in played.refusals] == [
        ("order-correction", "kind-not-found", "art.29.1")
    ]


def test_a_case_that_may_not_be_opened_is_a_history_too() -> None:
    too_early = {"on": "2022-03-31", "open": OPEN["open"], "refused": {"code": "law-not-adopted"}}
    strange = {**OPEN, "open": {**OPEN["open"], "origin": "rumour"}, "refused": {"code": "unknown-code"}}
    for opening in (too_early, strange):
        (branch,) = parse({**WHOLE, "steps": [opening]}, "s.yaml").branches()
        (played,) = play([branch], memory_desk(regimes=()))
        assert played.state["version"] == 0
        assert len(played.refusals) == 1
    (branch,) = parse({**WHOLE, "steps": [strange], "expect": {"stage": "opened"}}, "s.yaml").branches()
    (played,) = play([branch], memory_desk(regimes=()))
    assert played.failed == ["s, at the end: it was not opened"]


def test_a_notice_that_contradicts_the_calendar_is_said_and_not_adopted() -> None:
    notice = {
        "id": "another-2024",
        "number": "x",
        "notified_on": "2024-01-09",
        "year": 2024,
        "days_off": {"2024-05-06": "劳动节"},
        "working": {},
    }
    played = play_one({"on": "2024-01-09", "adopt-notice": notice})
    assert len(played.failed) == 1
    assert "another-2024" in played.failed[0]
    twice = {**notice, "id": "2024"}
    assert "law-already-adopted" in play_one({"on": "2024-01-09", "adopt-notice": twice}).failed[0]


def test_a_law_amended_in_the_midst_of_a_history_is_another_that_its_file_can_be_moved_to() -> None:
    move = {"on": "2024-01-09", "migrate-regime": {"regime": WHOLE["regime"], "reason": "演示"}}
    assert "same-law" in play_one(move).failed[0]
    amendment = {"on": "2024-01-09", "amend-law": {"number": "演示用修正文本"}}
    (branch,) = parse({**WHOLE, "steps": [OPEN, amendment, move]}, "s.yaml").branches()
    desk = memory_desk(regimes=())
    (played,) = play([branch], desk)
    assert (played.failed, played.facts[-1]["fact"]) == ([], "regime-migrated")
    assert unplayed([branch], desk) == []


def test_an_amendment_that_is_no_law_is_said() -> None:
    with pytest.raises(ScenarioError, match="amend-law"):
        play_one({"on": "2024-01-09", "amend-law": {"rank": "rumour"}})


def test_a_defective_document_is_recorded_with_its_defects() -> None:
    limit = {"count": 5, "unit": "working_day"}
    notice = {
        "on": "2024-01-10",
        "done_before": True,
        "issue-notice": {"document": "N1", "about": "R1", "limit": limit},
    }
    played = play_one(HANDLERS, ACT, FINDING, ORDER, notice)
    assert played.failed == []
    assert played.state["documents"] == {"N1": "执监通〔2024〕1号"}
    (said,) = play_one(HANDLERS, ACT, FINDING, ORDER, notice | {"defects": []}).failed
    assert "expected defects (), got ['not-recorded'" in said


def test_seeded_chance_gives_the_same_ledger_twice() -> None:
    logs = []
    for _ in range(2):
        desk = memory_desk(regimes=())
        play([next(iter(group)) for _, group in groupby(BRANCHES[:1], key=lambda branch: branch.id)], desk)
        assert isinstance(desk.log, MemoryLog)
        logs.append(desk.log.entries)
    assert logs[0] == logs[1]
    assert Random("a").randbytes(8) != Random("b").randbytes(8)
