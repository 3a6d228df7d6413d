"""`caseledger init`, `run` and `case`: opening a ledger, playing a written history, looking at a case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from api.cli.output import UsageError
from api.comparing import Times, difference_out
from api.founding import adopt_calendars, adopt_regime, adopt_superiors, open_ledger
from api.lawstore import STREAM
from api.play import Played, play
from api.projecting import project
from api.reading import nameless
from api.scenario import Scenario, read
from api.service import Service
from api.showing import case_out, history_out
from api.sweep import sweep
from domain.calendar import published
from domain.identity import Actor, OrganId, PersonId
from domain.regime.lint import adoptable, sound
from domain.regime.loader import read as read_regime
from domain.regime.model import Regime
from ledger.sealing.source import LedgerMissing

LONGEST_NAME: Final = 64


def founding(ledger: str, regimes: Sequence[str]) -> list[Regime]:
    """What a ledger to be opened is to adopt; a bad name, of it or of a regulation, is told before anything is done."""
    if len(ledger) > LONGEST_NAME or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", ledger):
        raise UsageError(f"{ledger!r} is no name for a ledger: small letters, digits and hyphens, such as cn-000000")
    return [adoptable(id_) for id_ in regimes]


def initialise(service: Service, ledger: str, adopting: Sequence[Regime]) -> Iterator[str]:
    """Open a ledger and adopt today's law; says what it did. Repeating it adopts what is new since."""
    service.create(ledger)
    desk = service.desk(ledger)
    open_ledger(desk, "simulated" if desk.log.simulated else "wall")
    before = set(desk.laws.book().notices) | set(desk.laws.book().regimes)
    adopt_calendars(desk, published(), desk.today())
    adopt_superiors(desk, desk.today())
    for regime in adopting:
        adopt_regime(desk, regime, desk.today())
    for _ in sweep(desk):
        pass
    project(service, [ledger])
    book = desk.laws.book()
    yield f"{ledger}: open, time is {'simulated' if desk.log.simulated else 'real'}"
    for name in [*book.notices, *book.regimes]:
        if name not in before:
            yield f"{ledger}: adopted {name}"


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


def only_ledger(service: Service, ledger: str | None) -> str:
    """The ledger named, or the only one there is; `LedgerMissing` otherwise."""
    if ledger is not None:
        return ledger
    found = [row["ledger"] for row in service.ledgers()]
    if not found:
        raise LedgerMissing("ledger-none")
    if len(found) > 1:
        raise LedgerMissing("ledger-not-named", ledgers=", ".join(map(str, found)))
    return str(found[0])


def stream_of(name: str) -> str:
    """The stream that is meant: `lead/7` is one, `7` is a case, and `ledger` is the ledger's own."""
    return name if "/" in name or name == STREAM else f"case/{name}"


def show(service: Service, ledger: str, id_: str, as_of: date | None, known_at: datetime | None) -> dict[str, Any]:
    """A file as plain data, with the steps as they stand for its supervisor."""
    desk = service.desk(ledger)
    stream = stream_of(id_)
    read = desk.read(stream, as_of, known_at)
    assert read.file.opened is not None
    handler = Actor(PersonId("command-line"), OrganId(read.file.opened.supervisor), "handler")
    return case_out(desk, stream, read, handler, nameless(desk, None, stream), as_of, known_at).model_dump(mode="json")


def show_text(shown: dict[str, Any]) -> Iterator[str]:
    """A file for people."""
    yield f"{shown['id']}  {shown['stage_zh']} {shown['stage']}  {shown['regime']}  version {shown['version']}"
    if shown["simulated"]:
        yield f"模拟账本 simulated ledger {shown['ledger']}"
    if shown["as_of"] or shown["known_at"]:
        yield f"截至 as of {shown['as_of'] or '-'}  知悉至 known at {shown['known_at'] or '-'}"
    for clock in shown["deadlines"]:
        bounds = f" ({clock['earliest']} – {clock['latest']})" if clock["status"] == "provisional" else ""
        state = "overdue" if clock["overdue"] else clock["state"]
        yield f"  {clock['due']}{bounds}  {state:<10} {clock['title_zh']}  {clock['article']}"
    for doubt in shown["doubts"]:
        yield f"  ? #{doubt['version']} {doubt['zh']}  存疑 in doubt: {doubt['code']} {doubt['article']}"
    for offer in shown["allowed_steps"]:
        mark = "✓" if offer["allowed"] else " "
        why = "" if offer["allowed"] else f"  {offer['why_zh']} ({offer['refused_by']})"
        yield f"  {mark} {offer['step']}  {offer['zh']}{why}"


def history(
    service: Service, ledger: str, id_: str, as_of: date | None, known_at: datetime | None
) -> list[dict[str, Any]]:
    """The entries of a file within both times, as plain data."""
    desk, stream = service.desk(ledger), stream_of(id_)
    entries, unnamed = desk.history(stream, as_of, known_at), nameless(desk, None, stream)
    return [entry.model_dump(mode="json") for entry in history_out(desk, entries, unnamed)]


def difference(
    service: Service,
    ledger: str,
    id_: str,
    one: tuple[date | None, datetime | None],
    other: tuple[date | None, datetime | None],
) -> dict[str, Any]:
    """What a file says otherwise in a second view than in a first, as plain data."""
    desk, stream = service.desk(ledger), stream_of(id_)
    unnamed = nameless(desk, None, stream)
    return difference_out(desk, stream, Times(*one), Times(*other), unnamed).model_dump(mode="json")


def difference_text(found: dict[str, Any]) -> Iterator[str]:
    """What differs between two views, for people: - in the first alone, + in the second alone, ~ in both, otherwise."""
    yield f"{found['id']}  {'相同 the same' if found['same'] else '有差异 different'}"
    if found["simulated"]:
        yield f"模拟账本 simulated ledger {found['ledger']}"
    for mark, side, only in (("-", "one", "only_one"), ("+", "other", "only_other")):
        view = found[side]
        times = f"截至 as of {view['as_of'] or '-'}  知悉至 known at {view['known_at'] or '-'}"
        yield f"{mark} {times}  {view['stage_zh']} {view['stage']}  version {view['version']}"
        for row in found[only]:
            yield f"  {mark} #{row['version']}  {row['occurred_on']}  {row['recorded_at']}  {row['zh']}"
    for part in ("corrected", "deadlines", "documents", "doubts"):
        for each in found[part]:
            mark = "~" if each["one"] and each["other"] else "-" if each["one"] else "+"
            yield f"  {mark} {each['id']}  {each['zh']} {each['en']}"
            for name in each["changed"] if mark == "~" else ():
                yield f"      {name}  {each['one'].get(name)} → {each['other'].get(name)}"


def history_text(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The entries of a file for people, the corrections of each below it."""
    for row in rows:
        facts = ", ".join(f"{name} {value}" for name, value in row["facts"].items() if value)
        yield f"{row['version']:>4}  {row['occurred_on']}  {row['recorded_at']}  {row['zh']}  {facts}"
        for fix in row["corrections"]:
            yield f"      更正 corrected by {fix['version']}: {fix['field']} {fix['was']} → {fix['now']}"
