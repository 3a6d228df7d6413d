"""`caseledger regimes`: list, show, lint, test."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from api.asking import Sources
from api.execute import Desk
from api.play import Played, play
from api.scenario import Branch, Scenario, of_regime
from api.scenario import read as read_scenario
from api.vault import Vault
from domain.catalogue import TYPES
from domain.glossary import zh
from domain.regime.lint import lint
from domain.regime.loader import content, load, packaged, read
from domain.regime.model import Regime
from ledger.mapper import LedgerMapper
from ledger.memory import MemoryLog

SHORT: Final = 60  # characters of a wording in a list
QUOTED: Final = 60  # characters of a wording that fit on a line beside the rest
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


def as_json(id_: str) -> dict[str, Any]:
    """A regime as data, wording included."""
    return content(load(id_).regime)


def as_text(id_: str) -> list[str]:
    """A regime for reading: what may be done, by when, what is open, each with the wording."""
    regime = load(id_).regime
    lines = [f"{regime.title.zh}  {regime.title.en}  {regime.number or ''}"]
    for kind, rules in regime.procedures.items():
        lines += ["", f"{zh(kind)} {kind}：步骤 steps"]
        for name, step in rules.steps.items():
            lines += [f"  {name}  {step.modality}  {step.cite}  {_quoted(regime, step.cite)}"]
            lines += [f"      {rule.cite}  {_quoted(regime, rule.cite)}" for rule in step.requires]
        lines += ["", f"{zh(kind)} {kind}：期限 deadlines"]
        for name, deadline in rules.deadlines.items():
            lines += [f"  {name}  {deadline.title.zh}  {deadline.cite}  {_quoted(regime, deadline.cite)}"]
    lines += ["", "待定事项 open points"]
    for name, point in regime.open_points.items():
        options = " / ".join(f"{'*' if option == point.shipped else ''}{option}" for option in point.options)
        lines += [f"  {name}  {point.question.zh}  {options}  ({point.why.zh})  {point.cite}"]
    return lines


def lint_all(file: Path | None) -> list[str]:
    """What is wrong with one file, or with every packaged regime and its scenarios."""
    if file is not None:
        regime = read(file).regime
        return [f"{file.name}: {found}" for found in lint(regime)]
    found = []
    for id_ in packaged():
        regime = load(id_).regime
        found += [f"{id_}: {sentence}" for sentence in (*lint(regime), *unreached(regime, of_regime(id_)))]
    return [*found, *house_unreached()]


def unreached(regime: Regime, scenarios: Sequence[Scenario]) -> list[str]:
    """The steps that the text of a regime itself speaks of and none of its scenarios takes."""
    if not scenarios:
        return []
    taken = _taken(scenarios)
    return [
        f"procedures.{kind}.steps.{step}: no scenario takes it"
        for kind, rules in regime.procedures.items()
        for step, rule in rules.steps.items()
        if (kind, step) not in taken and rule.cite.startswith(f"{regime.id}:")
    ]


def _taken(scenarios: Sequence[Scenario]) -> set[tuple[str, str]]:
    return {
        (branch.place(move)[0], move.do)
        for scenario in scenarios
        for branch in scenario.branches()
        for move in branch.moves
    }


def house_unreached() -> list[str]:
    """The steps of the house that no scenario of any regime takes."""
    taken = {step for id_ in packaged() for _, step in _taken(of_regime(id_))}
    known = {step for id_ in packaged() for rules in load(id_).regime.procedures.values() for step in rules.steps}
    return [f"steps.{step}: no scenario takes it" for step in sorted(known - taken)]


def test(file: Path | None) -> dict[str, Any]:
    """Play scenarios in memory: how many branches passed, and what failed in the others."""
    scenarios = [read_scenario(file)] if file is not None else [s for id_ in packaged() for s in of_regime(id_)]
    results = [played for s in scenarios for branch in s.branches() for played in play_in_memory([branch])]
    failed = [f"{line}" for played in results for line in played.failed]
    return {"passed": sum(not played.failed for played in results), "failed": failed}


def play_in_memory(branches: Sequence[Branch]) -> list[Played]:
    """Play histories in a ledger that lives in memory."""
    return play(branches, memory_desk(branches[0].ledger))


def memory_desk(ledger: str) -> Desk:
    """A desk whose log, time and chance are all of this process, and the same every time."""
    numbers = count(1)
    chance = random.Random(ledger).randbytes  # noqa: S311  # seals nothing that anybody keeps
    sources = Sources(now=lambda: START, new_id=lambda: f"id{next(numbers)}", chance=chance)
    return Desk(MemoryLog(ledger, LedgerMapper(TYPES)), sources, Vault(chance(32), chance))


def _quoted(regime: Regime, cite: str) -> str:
    text = regime.quote(cite).text.replace("\n", " ")
    return text if len(text) <= SHORT else text[:SHORT] + "…"
