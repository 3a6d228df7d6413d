"""Is a regime file sound? (制度校验) Everything that must be true of it before a ledger may adopt it.

The shape is pydantic's business. Here: every citation resolves to stored text, every name means something, every open
point that is asked is defined and every one defined is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from domain.catalogue import TYPES
from domain.glossary import TERMS
from domain.kinds import KINDS
from domain.procedure.facts import Fact
from domain.procedure.kind import Kind
from domain.regime.conditions import ByPoint, Guard, Pattern
from domain.regime.model import Deadline, Procedure, Regime, Step
from domain.regime.periods import FixedPeriod


def lint(regime: Regime) -> tuple[str, ...]:
    """What is wrong with a regime, a sentence each with the place; empty when it is sound."""
    found = [*_citations(regime), *_names(regime), *_points(regime)]
    return tuple(dict.fromkeys(found))


def _citations(regime: Regime) -> Iterator[str]:
    for place, name, value in _leaves(regime, "regime"):
        if name in ("cite", "items") or (name == "value" and ":art." in str(value)):
            try:
                regime.quote(str(value))
            except (LookupError, ValueError) as error:
                if regime.complete or not str(value).startswith(f"{regime.id}:"):
                    yield f"{place}: {value} resolves to nothing ({error})"
    if regime.rank != "house_rules" and regime.complete and regime.validity.cite is None:
        yield "validity: from when the text is in force needs a citation"


def _names(regime: Regime) -> Iterator[str]:
    for kind, rules in regime.procedures.items():
        if kind not in KINDS:
            yield f"procedures.{kind}: there is no such kind of proceeding"
            continue
        place = f"procedures.{kind}"
        for step, rule in rules.steps.items():
            yield from _step(f"{place}.steps.{step}", step, rule, KINDS[kind], regime)
        for suspension in rules.suspensions:
            for name in suspension.deadlines:
                if name not in rules.deadlines:
                    yield f"{place}.suspensions: there is no deadline {name}"
        for name, deadline in rules.deadlines.items():
            yield from _deadline(f"{place}.deadlines.{name}", deadline, kind)
        for at, guard in _of(rules, Guard, place):
            yield from _guard(at, guard, rules, regime)
        for at, pattern in _of(rules, Pattern, place):
            yield from _pattern(at, pattern, kind, regime)
    yield from _ladders(regime)


def _step(place: str, step: str, rule: Step, kind: Kind, regime: Regime) -> Iterator[str]:
    row = kind.steps.get(step)
    if row is None:
        yield f"{place}: there is no such step"
        return
    if row.instrument is not None and row.instrument not in regime.instruments:
        yield f"{place}: there is no instrument {row.instrument} for it to issue"
    known = {row.creates for row in kind.steps.values()} | set(regime.instruments) | {"document"}
    for thing in rule.about:
        if thing not in known:
            yield f"{place}.about: {thing} is neither an instrument nor anything a step creates"


def _deadline(place: str, deadline: Deadline, kind: str) -> Iterator[str]:
    fact = facts_of(kind).get(deadline.starts.fact)
    if fact is not None and deadline.about not in ("file", *fact.__dataclass_fields__):
        yield f"{place}: {deadline.starts.fact} has no field {deadline.about}"
    period, more = deadline.period, deadline.extension
    if more is not None and isinstance(period, FixedPeriod) and period.unit != more.period.unit:
        yield f"{place}.extension: a period of {period.unit} is not extended by {more.period.unit}"


def _ladders(regime: Regime) -> Iterator[str]:
    for name, ladder in regime.ladders.items():
        if ladder.grounds not in regime.lists:
            yield f"ladders.{name}: there is no list {ladder.grounds}"
        numbers = [rung.n for rung in ladder.rungs]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"ladders.{name}: its rungs are {numbers}, which leaves a gap"


def _guard(place: str, guard: Guard, rules: Procedure, regime: Regime) -> Iterator[str]:
    deadline = guard.overdue or guard.started or (guard.within.deadline if guard.within else None)
    if deadline is not None and deadline not in rules.deadlines:
        yield f"{place}: there is no deadline {deadline}"
    if guard.ground is not None and guard.ground.list not in regime.lists:
        yield f"{place}: there is no list {guard.ground.list}"
    named = guard.field.name if guard.field else guard.has.field if guard.has else None
    if named is not None and f"field.{named}" not in TERMS:
        yield f"{place}: no step has a field {named}"
    for kind in guard.kind_in or ():
        if kind not in rules.codes.get("finding-kinds", {}):
            yield f"{place}: there is no kind of finding {kind}"


def facts_of(kind: str) -> Mapping[str, type[Fact]]:
    """The facts of a kind of proceeding by their short names."""
    return {
        name.partition(".")[2].rpartition("/")[0]: cls for name, cls in TYPES.items() if name.startswith(f"{kind}.")
    }


def _pattern(place: str, pattern: Pattern, kind: str, regime: Regime) -> Iterator[str]:
    fact = facts_of(kind).get(pattern.fact)
    if fact is None:
        yield f"{place}: there is no fact {pattern.fact}"
        return
    known = set(fact.__dataclass_fields__)
    fields = [*pattern.where, *_dates(getattr(pattern, "on", "occurred_on"))]
    for name in fields:
        if name != "occurred_on" and name not in known:
            yield f"{place}: {pattern.fact} has no field {name}"
    if pattern.instrument is not None and pattern.instrument not in regime.instruments:
        yield f"{place}: there is no instrument {pattern.instrument}"


def _dates(on: str | ByPoint[str]) -> tuple[str, ...]:
    return tuple(on.options.values()) if isinstance(on, ByPoint) else (on,)


def _points(regime: Regime) -> Iterator[str]:
    asked: set[str] = set()
    for place, choice in _of(regime, ByPoint, "regime"):
        asked.add(choice.point)
        point = regime.open_points.get(choice.point)
        if point is None:
            yield f"{place}: there is no open point {choice.point}"
        elif set(point.options) != set(choice.options):
            yield f"{place}: the options of {choice.point} are {', '.join(point.options)}"
    for name in regime.open_points.keys() - asked:
        yield f"open_points.{name}: nothing turns on it"


def _of(value: Any, kind: type[Any], place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, kind):
        yield place, value
    for name, part in _parts(value):
        yield from _of(part, kind, f"{place}.{name}")


def _leaves(value: Any, place: str, name: str = "") -> Iterator[tuple[str, str, object]]:
    if isinstance(value, str | int | bool) and value is not None:
        yield place, name, value
    for key, part in _parts(value):
        inner = name if key.isdigit() else key
        yield from _leaves(part, f"{place}.{key}", inner)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name != "texts" and getattr(value, name) is not None:
                yield name, getattr(value, name)
    elif isinstance(value, Mapping):
        yield from ((str(key), part) for key, part in value.items())
    elif isinstance(value, tuple):
        yield from ((str(index), part) for index, part in enumerate(value))
