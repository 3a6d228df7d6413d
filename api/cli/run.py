"""`caseledger init`, `run` and `case`: opening a ledger, playing a written history, looking at a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from api.founding import adopt_calendars, adopt_regime, adopt_superiors, open_ledger
from api.play import Played, play
from api.scenario import read
from api.service import Service
from api.showing import case_out, entry_out
from domain.calendar import published
from domain.identity import Actor, OrganId, PersonId
from domain.regime.loader import load
from domain.regime.loader import read as read_regime


def initialise(service: Service, ledger: str, regimes: Sequence[str]) -> Iterator[str]:
    """Open a ledger and adopt today's law; says what it did. Repeating it adopts what is new since."""
    adopting = [load(id_).regime for id_ in regimes]  # a name that does not exist is refused before anything is written
    service.create(ledger)
    desk = service.desk(ledger)
    open_ledger(desk, "simulated" if desk.log.simulated else "wall")
    before = set(desk.laws.book().notices) | set(desk.laws.book().regimes)
    adopt_calendars(desk, published(), desk.today())
    adopt_superiors(desk, desk.today())
    for regime in adopting:
        adopt_regime(desk, regime, desk.today())
    book = desk.laws.book()
    yield f"{ledger}: open, time is {'simulated' if desk.log.simulated else 'real'}"
    for name in [*book.notices, *book.regimes]:
        if name not in before:
            yield f"{ledger}: adopted {name}"


def play_file(service: Service, path: Path, regime: Path | None) -> list[Played]:
    """Play the branches of a scenario file, each in a simulated ledger of its own, so none has been there before."""
    scenario = read(path)
    own = read_regime(regime).regime if regime is not None else None
    results = []
    for number, branch in enumerate(scenario.branches(), 1):
        ledger = f"run-{service.sources.new_id()}-{number}-demo"
        service.create(ledger)
        results += play([branch], service.desk(ledger), own)
    return results


def as_json(played: Played) -> dict[str, Any]:
    """What came of a history, for tools."""
    return {**asdict(played), "ok": not played.failed}


def as_text(played: Played) -> Iterator[str]:
    """What came of a history, for people."""
    yield f"{played.case}: {'ok' if not played.failed else 'FAILED'}"
    for fact in played.facts:
        yield f"  {fact['on']}  {fact['fact']}"
    for refusal in played.refusals:
        yield f"  {refusal['on']}  {refusal['step']} refused: {refusal['code']} {refusal['article'] or ''}"
    yield f"  stage {played.state['stage']}"
    for id_, clock in played.state["deadlines"].items():
        yield f"  {id_}  {clock['due']}  {clock['state']}{' late' if clock['late'] else ''}"
    for line in played.failed:
        yield f"  ✗ {line}"


def show(service: Service, ledger: str, id_: str, as_of: date | None, known_at: datetime | None) -> dict[str, Any]:
    """A case as plain data, with the steps as they stand for its supervisor."""
    desk = service.desk(ledger)
    read = desk.read(id_, as_of, known_at)
    assert read.case.opened is not None
    handler = Actor(PersonId("command-line"), OrganId(read.case.opened.supervisor), "handler")
    return case_out(desk, id_, read, handler, as_of, known_at).model_dump(mode="json")


def show_text(shown: dict[str, Any]) -> Iterator[str]:
    """A case for people."""
    yield f"{shown['case']}  {shown['stage_zh']} {shown['stage']}  {shown['regime']}  version {shown['version']}"
    if shown["simulated"]:
        yield f"模拟账本 simulated ledger {shown['ledger']}"
    for clock in shown["deadlines"]:
        bounds = f" ({clock['earliest']} – {clock['latest']})" if clock["status"] == "provisional" else ""
        state = "overdue" if clock["overdue"] else clock["state"]
        yield f"  {clock['due']}{bounds}  {state:<10} {clock['title_zh']}  {clock['article']}"
    for offer in shown["allowed_steps"]:
        mark = "✓" if offer["allowed"] else " "
        why = "" if offer["allowed"] else f"  {offer['why_zh']} ({offer['refused_by']})"
        yield f"  {mark} {offer['step']}  {offer['zh']}{why}"


def history(service: Service, ledger: str, id_: str) -> list[dict[str, Any]]:
    """The entries of a case as plain data."""
    desk = service.desk(ledger)
    found = desk.history(id_)
    return [entry_out(entry, *desk.plain(entry)).model_dump(mode="json") for entry in found]
