"""What `caseledger regimes` answers: the packaged regimes, what is wrong with one, whether scenarios come out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from api.asking import Sources
from api.cli.output import UsageError
from api.execute import Desk
from api.play import Played, play
from api.scenario import Branch, Scenario, ScenarioError, of_regime, parse
from api.scenario import read as read_scenario
from api.vault import Vault
from domain.catalogue import TYPES
from domain.kinds import KINDS
from domain.regime.lint import check, placed, same_regulation
from domain.regime.loader import RegimeFile, RegimeFileError, content, load, packaged, read
from domain.regime.model import Procedure, Regime
from ledger.mapper import LedgerMapper
from ledger.memory import MemoryLog

FILES: Final = ("obligations", "ladders", "duties", "lists")  # members that are large enough for a file
START: Final = datetime(2018, 1, 1, tzinfo=UTC)


def listed() -> list[dict[str, Any]]:
    """The packaged regimes, a row each."""
    rows = []
    for id_ in packaged():
        regime = load(id_).regime
        rows.append(
            {
                "id": id_,
                "title": regime.title.zh,
                "title_en": regime.title.en,
                "rank": regime.rank,
                "number": regime.number,
                "valid_from": regime.validity.valid_from.isoformat(),
                "valid_to": regime.validity.valid_to.isoformat() if regime.validity.valid_to else None,
                "complete": regime.complete,
                "remark": "" if regime.complete else "  (incomplete: its text is not loaded)",
            }
        )
    return rows


def as_json(id_: str, kind: str | None = None) -> dict[str, Any]:
    """A regime as data, wording included; or only its proceedings of one kind."""
    whole = content(load(id_).regime)
    if kind is None:
        return whole
    if kind not in whole["procedures"]:
        raise UsageError(f"{id_} has no proceedings {kind!r}; it has: {', '.join(whole['procedures']) or 'none'}")
    return {"id": id_, "kind": kind, **whole["procedures"][kind]}


def schema(part: str | None) -> dict[str, Any]:
    """The JSON Schema of a regime file, or of the file of a part of it: a kind of proceeding, or `obligations`."""
    parts = {name: field.annotation for name, field in Regime.model_fields.items() if name in FILES}
    if part is None:
        found = Regime.model_json_schema()
        del found["properties"]["texts"]  # put in by the loader
        found["properties"]["tests"] = {"type": "array", "items": {"type": "object"}}
    elif part in KINDS:
        found = Procedure.model_json_schema()
    elif part in parts:
        found = TypeAdapter[Any](parts[part] or Any).json_schema()
    else:
        raise UsageError(f"a regime has no part {part!r}; it has: {', '.join((*KINDS, *parts))}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def lint_files(files: Sequence[Path]) -> list[str]:
    """What is wrong with regime files, each alone and beside the others and the packaged: `file:line: place: reason`.

    A step has to be taken by a scenario: one written in the file itself, or a packaged one of the same id.
    """
    found: list[str] = []
    regimes: list[RegimeFile] = []
    for file in files:
        if not file.exists():
            raise RegimeFileError(f"{file.name} cannot be read: No such file or directory")
        try:
            regimes.append(read(file))
        except RegimeFileError as error:
            found += error.faults
    for regime in regimes:
        others = [*(each.regime for each in regimes), *_versions(regime.regime.id)]
        written = [parse(data, file_of(regime)) for data in regime.tests]
        reached = placed(regime, unreached(regime.regime, (*written, *_scenarios(regime.regime.id))))
        found += dict.fromkeys((*check(regime, others), *reached))
    return found


def lint_packaged() -> list[str]:
    """What is wrong with the packaged regimes and their scenarios."""
    found: list[str] = []
    taken: dict[str, set[tuple[str, str]]] = {}
    for id_ in packaged():
        try:
            regime = load(id_)
            scenarios = _scenarios(id_)
        except (RegimeFileError, ScenarioError) as error:
            found += getattr(error, "faults", (str(error),))
            continue
        taken[id_] = _taken(scenarios)
        found += check(regime, _versions(id_))
        found += placed(regime, unreached(regime.regime, scenarios))
    return [*found, *house_unreached(set().union(*taken.values()))]


@cache
def _scenarios(id_: str) -> tuple[Scenario, ...]:
    return of_regime(id_)


def file_of(regime: RegimeFile) -> str:
    """The file that a regime begins in."""
    return regime.places[()].file if () in regime.places else regime.regime.id


def _versions(id_: str) -> list[Regime]:
    return [load(each).regime for each in packaged() if same_regulation(each, id_)]


def unreached(regime: Regime, scenarios: Sequence[Scenario]) -> list[str]:
    """The steps that the text of a regime itself speaks of and none of its scenarios takes."""
    taken = _taken(scenarios)
    own = [
        (kind, step)
        for kind, rules in regime.procedures.items()
        for step, rule in rules.steps.items()
        if rule.cite.startswith(f"{regime.id}:") and regime.rank != "house_rules"
    ]
    if own and not taken:
        return ["procedures: no scenario takes any of its steps"]
    return [f"procedures.{kind}.steps.{step}: no scenario takes it" for kind, step in own if (kind, step) not in taken]


def _taken(scenarios: Sequence[Scenario]) -> set[tuple[str, str]]:
    """What scenarios take: a step that is refused was not taken."""
    return {
        (branch.place(move)[0], move.do)
        for scenario in scenarios
        for branch in scenario.branches()
        for move in branch.moves
        if not move.refused
    }


def house_unreached(taken: set[tuple[str, str]]) -> list[str]:
    """The steps of the house that no scenario of any regime takes, in any kind of proceeding or in its own."""
    found: list[str] = []
    for house in (load(id_) for id_ in packaged() if load(id_).regime.rank == "house_rules"):
        rules, any_kind = house.regime, {step for _, step in taken}
        missed = [f"every.steps.{step}" for step in rules.every.steps if step not in any_kind]
        missed += [
            f"procedures.{kind}.steps.{step}"
            for kind, procedure in rules.procedures.items()
            for step in procedure.steps
            if (kind, step) not in taken
        ]
        found += placed(house, (f"{place}: no scenario takes it" for place in missed))
    return found


def test(files: Sequence[Path]) -> dict[str, Any]:
    """Play scenarios in memory, all packaged ones without a file: how many branches passed, and what failed."""
    scenarios = [read_scenario(file) for file in files] if files else [s for id_ in packaged() for s in _scenarios(id_)]
    rows: dict[str, dict[str, Any]] = {}
    for regime, played in _play_together([branch for scenario in scenarios for branch in scenario.branches()]):
        row = rows.setdefault(regime, {"passed": 0, "failing": 0, "failed": []})
        row["failing" if played.failed else "passed"] += 1
        row["failed"] += played.failed
    return {
        "passed": sum(row["passed"] for row in rows.values()),
        "failing": sum(row["failing"] for row in rows.values()),
        "failed": [line for row in rows.values() for line in row["failed"]],
        "by_regime": rows,
    }


def _play_together(branches: Sequence[Branch]) -> Iterator[tuple[str, Played]]:
    """Histories of one ledger share it, as they do in the demonstration: a ledger is founded once and not for each."""
    ledgers: dict[tuple[str, str, int], list[Branch]] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    for branch in branches:
        regime = branch.scenario.regime
        seen[(branch.ledger, regime, branch.id)] += 1
        ledgers.setdefault((regime, branch.ledger, seen[(branch.ledger, regime, branch.id)]), []).append(branch)
    for (regime, _, _), together in sorted(ledgers.items()):
        yield from ((regime, played) for played in play_in_memory(together))


def play_in_memory(branches: Sequence[Branch]) -> list[Played]:
    """Play histories in a ledger that lives in memory."""
    return play(branches, memory_desk(branches[0].ledger))


def memory_desk(ledger: str) -> Desk:
    """A desk whose log, time and chance are all of this process, and the same every time."""
    numbers = count(1)
    chance = random.Random(ledger).randbytes  # noqa: S311  # seals nothing that anybody keeps
    sources = Sources(now=lambda: START, new_id=lambda: f"id{next(numbers)}", chance=chance)
    return Desk(MemoryLog(ledger, LedgerMapper(TYPES)), sources, Vault(chance(32), chance))
