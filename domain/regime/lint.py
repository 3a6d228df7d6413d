"""Is a regime file sound? (制度校验) Everything that must be true of it before a ledger may adopt it.

The shape is pydantic's business. Here: every citation resolves to stored text, every name means something, every open
point that is asked is defined and every one defined is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from domain.case.commands import STEPS
from domain.catalogue import TYPES
from domain.glossary import TERMS
from domain.regime.model import ByPoint, Guard, Pattern, Regime

FACTS: Final = {name.split(".", 1)[1].rsplit("/", 1)[0]: cls for name, cls in TYPES.items() if name.startswith("case.")}


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
    for step, rule in regime.steps.items():
        if step not in STEPS:
            yield f"steps.{step}: there is no such step"
        issues = STEPS[step].instrument if step in STEPS else None
        if issues is not None and issues not in regime.instruments:
            yield f"steps.{step}: there is no instrument {issues} for it to issue"
        for kind in rule.about:
            known = {row.creates for row in STEPS.values()} | set(regime.instruments)
            if kind not in known:
                yield f"steps.{step}.about: {kind} is neither an instrument nor anything a step creates"
    for suspension in regime.suspensions:
        for name in suspension.deadlines:
            if name not in regime.deadlines:
                yield f"suspensions: there is no deadline {name}"
    for place, guard in _of(regime, Guard, "regime"):
        yield from _guard(place, guard, regime)
    for place, pattern in _of(regime, Pattern, "regime"):
        yield from _pattern(place, pattern, regime)


def _guard(place: str, guard: Guard, regime: Regime) -> Iterator[str]:
    deadline = guard.overdue or guard.started or (guard.within.deadline if guard.within else None)
    if deadline is not None and deadline not in regime.deadlines:
        yield f"{place}: there is no deadline {deadline}"
    if guard.ground is not None and guard.ground.list not in regime.lists:
        yield f"{place}: there is no list {guard.ground.list}"
    named = guard.field.name if guard.field else guard.has.field if guard.has else None
    if named is not None and f"field.{named}" not in TERMS:
        yield f"{place}: no step has a field {named}"
    for kind in guard.kind_in or ():
        if kind not in regime.finding_kinds:
            yield f"{place}: there is no kind of finding {kind}"


def _pattern(place: str, pattern: Pattern, regime: Regime) -> Iterator[str]:
    fact = FACTS.get(pattern.fact)
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
