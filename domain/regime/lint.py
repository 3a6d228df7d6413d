"""Is a regime file sound? (制度校验) Everything that must be true of it before a ledger may adopt it.

The shape is pydantic's business. Here: every citation resolves to stored text, every name means something, every open
point that is asked is defined and every one defined is asked, and no day has two versions of one regulation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from domain.catalogue import TYPES
from domain.errors import HouseRules
from domain.glossary import TERMS
from domain.kinds import KINDS
from domain.procedure.facts import Fact
from domain.procedure.kind import Kind
from domain.regime.conditions import ByPoint, Guard, LaterOf, Pattern, dates
from domain.regime.duties import Rung
from domain.regime.faults import located
from domain.regime.loader import RegimeFile, RegimeFileError, load, packaged
from domain.regime.model import Deadline, Procedure, Regime, Step
from domain.regime.periods import FixedPeriod

_CITATION: Final = re.compile(r"[a-z]+-[a-z0-9]+:art\.[0-9.]+")
_STEP_OF: Final = {
    "ordered": "order-correction",
    "imposed": "impose-sanction",
    "suggested": "suggest-sanction",
    "referred": "refer-discipline",
    "handed-over": "refer-discipline",
}  # the step by which a rung of a ladder is taken
_VERSION: Final = re.compile(r"(.+)-[0-9]{4}")


def lint(regime: Regime) -> tuple[str, ...]:
    """What is wrong with a regime, a sentence each, `place: reason`; empty when it is sound."""
    found = [*_citations(regime), *_validity(regime), *_names(regime), *_points(regime)]
    return tuple(dict.fromkeys(found))


def check(file: RegimeFile, others: Iterable[Regime] = ()) -> tuple[str, ...]:
    """What is wrong with a regime as written, and beside others: `file:line: place: reason`."""
    return placed(file, (*lint(file.regime), *overlaps(file.regime, others)))


def placed(file: RegimeFile, found: Iterable[str]) -> tuple[str, ...]:
    """Sentences `place: reason` with the file and line of each place."""
    parted = (sentence.partition(": ") for sentence in found)
    return tuple(located(place, reason, file.places) for place, _, reason in parted)


def sound(file: RegimeFile) -> Regime:
    """The regime, fit to be adopted; `RegimeFileError` with everything that is wrong with it.

    Raises:
        HouseRules: it is what every regulation builds on, and no regulation.
    """
    if file.regime.rank == "house_rules":
        raise HouseRules(title=file.regime.title.zh)
    others = (load(id_).regime for id_ in packaged() if same_regulation(id_, file.regime.id))
    wrong = check(file, others)
    if wrong:
        raise RegimeFileError(*wrong)
    return file.regime


@cache
def adoptable(id_: str) -> Regime:
    """The packaged regime of that id, fit to be adopted; `RegimeFileError` if there is none, or an unsound one."""
    return sound(load(id_))


def overlaps(regime: Regime, others: Iterable[Regime]) -> Iterator[str]:
    """Another version of the same regulation that is in force on a day on which this one is."""
    for other in others:
        mine, theirs = regime.validity, other.validity
        if not same_regulation(regime.id, other.id):
            continue
        if mine.valid_from <= (theirs.valid_to or date.max) and theirs.valid_from <= (mine.valid_to or date.max):
            until = f"until {theirs.valid_to}" if theirs.valid_to else "without end"
            yield f"validity: {other.id}, of the same regulation, is in force from {theirs.valid_from} {until}"


def same_regulation(id_: str, other: str) -> bool:
    """Whether two ids name different versions of one regulation: the same but for the year."""
    one, two = _VERSION.fullmatch(id_), _VERSION.fullmatch(other)
    return one is not None and two is not None and id_ != other and one[1] == two[1]


def _validity(regime: Regime) -> Iterator[str]:
    first, last = regime.validity.valid_from, regime.validity.valid_to
    if last is not None and last < first:
        yield f"validity.valid_to: {last} is before {first}, the first day"


def unresolved(regime: Regime) -> Iterator[str]:
    """Every citation that resolves to nothing."""
    for place, name, value in _leaves(regime, ""):
        if name in ("cite", "items") or _CITATION.fullmatch(str(value)):
            try:
                regime.quote(str(value))
            except (LookupError, ValueError) as error:
                if regime.complete or not str(value).startswith(f"{regime.id}:"):
                    yield f"{place}: {value} resolves to nothing ({error})"


def _citations(regime: Regime) -> Iterator[str]:
    yield from unresolved(regime)
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
    for step in regime.superior.steps if regime.superior is not None else ():
        if not any(step in kind.steps for kind in KINDS.values()):
            yield f"superior.steps: there is no step {step}"
    yield from _ladders(regime)
    yield from _duties(regime)


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
        gap = next((index for index, n in enumerate(numbers) if n != index + 1), None)
        if gap is not None:
            yield f"ladders.{name}.rungs.{gap}: its rungs are {numbers}, which leaves a gap before {numbers[gap]}"
        for index, rung in enumerate(ladder.rungs):
            yield from _rung(f"ladders.{name}.rungs.{index}", rung, regime)
    if bool(regime.ladders) != ("accountability" in regime.procedures) and regime.rank != "house_rules":
        yield "ladders: they and the proceeding accountability are there together, or neither"


def _rung(place: str, rung: Rung, regime: Regime) -> Iterator[str]:
    """A rung asks for what a proposal can say, and its proceeding has the step by which it is taken."""
    rules = regime.procedures.get("accountability", Procedure())
    if _STEP_OF[rung.taken] not in rules.steps:
        yield f"{place}: there is no step {_STEP_OF[rung.taken]}"
    for where, guard in _of(rung.requires, Guard, f"{place}.requires"):
        yield from _guard(where, guard, rules, regime)
        asked = guard.field.name if guard.field else guard.has.field if guard.has else "rung"
        if asked not in facts_of("accountability")["sanction-proposed"].__dataclass_fields__:
            yield f"{where}: a proposal has no field {asked}"
    for where, pattern in _of(rung.requires, Pattern, f"{place}.requires"):
        yield from _pattern(where, pattern, "accountability", regime)


def _duties(regime: Regime) -> Iterator[str]:
    """What discharges a duty is a fact, or an obligation of the regime itself or of one that its list rests on."""
    cited = (load(id_).regime for id_ in regime.texts if id_ in packaged() and id_ != regime.id)
    known = {name.rpartition("/")[0] for name in TYPES}
    known |= {f"obligation:{name}" for each in (regime, *cited) for name in each.obligations}
    for name, duty in regime.duties.items():
        for index, means in enumerate(duty.discharged_by):
            if means not in known:
                yield f"duties.{name}.discharged_by.{index}: there is neither a fact nor an obligation {means}"


def _guard(place: str, guard: Guard, rules: Procedure, regime: Regime) -> Iterator[str]:
    deadline = guard.overdue or guard.missed or guard.started or (guard.within.deadline if guard.within else None)
    if deadline is not None and deadline not in rules.deadlines:
        yield f"{place}: there is no deadline {deadline}"
    if guard.ground is not None and guard.ground.list not in (None, *regime.lists):
        yield f"{place}: there is no list {guard.ground.list}"
    asked = guard.field or guard.opened
    named = asked.name if asked else guard.has.field if guard.has else None
    apart = (guard.differs.field, guard.differs.from_) if guard.differs else ()
    for name in (named, *apart):
        if name is not None and f"field.{name}" not in TERMS:
            yield f"{place}: no step has a field {name}"
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
    of = getattr(pattern, "of", None)
    fields = [*pattern.where, *_dates(getattr(pattern, "on", "occurred_on")), *([of] if of else [])]
    for name in fields:
        if name != "occurred_on" and name not in known:
            yield f"{place}: {pattern.fact} has no field {name}"
    if pattern.instrument is not None and pattern.instrument not in regime.instruments:
        yield f"{place}: there is no instrument {pattern.instrument}"


def _dates(on: str | LaterOf | ByPoint[str | LaterOf]) -> tuple[str, ...]:
    readings = tuple(on.options.values()) if isinstance(on, ByPoint) else (on,)
    return tuple(name for reading in readings for name in dates(reading))


def _points(regime: Regime) -> Iterator[str]:
    asked: set[str] = set()
    for place, choice in _of(regime, ByPoint, ""):
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
        yield from _of(part, kind, f"{place}.{name}".lstrip("."))


def _leaves(value: Any, place: str, name: str = "") -> Iterator[tuple[str, str, object]]:
    if isinstance(value, str | int | bool) and value is not None:
        yield place, name, value
    for key, part in _parts(value):
        inner = name if key.isdigit() else key
        yield from _leaves(part, f"{place}.{key}".lstrip("."), inner)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if name != "texts" and getattr(value, name) is not None:
                yield field.alias or name, getattr(value, name)
    elif isinstance(value, Mapping):
        yield from ((str(key), part) for key, part in value.items())
    elif isinstance(value, tuple):
        yield from ((str(index), part) for index, part in enumerate(value))
