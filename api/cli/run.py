"""`caseledger run`: a written history, played in a ledger of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.answers import answers
from api.cli.ledgers import service_of
from api.cli.options import Data, Json
from api.cli.output import OUT, UsageError, print_json
from api.play import Played, play
from api.projecting import project
from api.scenario import Scenario, read
from api.service import Service
from domain.regime.lint import adoptable, sound
from domain.regime.loader import read as read_regime
from domain.regime.model import Regime


@answers
def run(
    scenario: Annotated[Path, typer.Argument(metavar="FILE", help="a written history")],
    regime: Annotated[Path | None, typer.Option(metavar="FILE", help="adopt this instead of the packaged one")] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Play a written history in a fresh simulated ledger."""
    history = history_of(scenario, regime)
    with service_of(data) as service:
        results = play_branches(service, *history)
    if json:
        print_json([as_json(*result) for result in results])
    else:
        for result in results:
            OUT.print("\n".join(as_text(*result)))
    if any(played.failed for _, played in results):
        raise typer.Exit(1)


def history_of(path: Path, regime: Path | None) -> tuple[Scenario, Regime | None]:
    """A scenario file, and the regulation to play it under if it is not to be the packaged one."""
    scenario = read(path)
    if regime is None:
        adoptable(scenario.regime)  # one that is missing or unsound is told before a ledger is made
        return scenario, None
    own = sound(read_regime(regime))
    if own.id != scenario.regime:
        raise UsageError(f"the history is played under {scenario.regime}, and the regime file holds {own.id}")
    return scenario, own


def play_branches(service: Service, scenario: Scenario, own: Regime | None) -> list[tuple[str, Played]]:
    """Play each branch of a scenario in a simulated ledger of its own, so none has been there before."""
    results = []
    for number, branch in enumerate(scenario.branches(), 1):
        ledger = f"run-{service.sources.new_id()}-{number}-demo"
        service.create(ledger)
        results += [(ledger, played) for played in play([branch], service.desk(ledger), own)]
    project(service, [ledger for ledger, _ in results])
    return results


def as_json(ledger: str, played: Played) -> dict[str, Any]:
    """What came of a history, for tools."""
    return {"ledger": ledger, **asdict(played), "ok": not played.failed}


def as_text(ledger: str, played: Played) -> Iterator[str]:
    """What came of a history, for people."""
    yield f"{played.id}: {'ok' if not played.failed else 'FAILED'}  ({ledger})"
    for fact in played.facts:
        yield f"  {fact['on']}  {fact['fact']}"
    for refusal in played.refusals:
        how = "filed, not accepted" if refusal.get("filed") else "refused"
        yield f"  {refusal['on']}  {refusal['step']} {how}: {refusal['code']} {refusal['article'] or ''}"
    yield f"  stage {played.state['stage']}"
    for id_, clock in played.state["deadlines"].items():
        yield f"  {id_}  {clock['due']}  {clock['state']}{' late' if clock['late'] else ''}"
    for line in played.failed:
        yield f"  ✗ {line}"
