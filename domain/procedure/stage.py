"""At which stage a file is (办理阶段), and since when: derived from its facts by its regulation, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.catalogue import short_name
from domain.glossary import en, zh
from domain.procedure.facts import Closed, Fact, Reopened
from domain.procedure.patterns import matches
from domain.procedure.state import File, in_effect
from domain.regime.conditions import Label
from domain.regime.model import Regime, Stage


@dataclass(frozen=True, slots=True)
class Stay:
    """A stage that the file came to with a fact: the version of that fact, and its legal date."""

    stage: Stage
    version: int
    since: date


def stage(file: File, regime: Regime) -> Stage:
    """The last stage in the regime's list that the file has entered and not left.

    Where a law lists none, as one that a file was moved to may not, the file is at its opening or its closing.
    """
    now = None
    for _, now in _passed(file, regime):  # noqa: B007  # the last is wanted
        pass
    return now or _unlisted(file, closed=file.closed)


def stays(file: File, regime: Regime) -> tuple[Stay, ...]:
    """The stages that the file has been at, one after another, by what is known now; the last is where it is.

    It may come to one again: a decision that is revoked puts it back where it was.
    """
    found: list[Stay] = []
    closed = False
    for (version, now), happening in zip(_passed(file, regime), file.log, strict=True):
        closed = isinstance(happening.fact, Closed) or (closed and not isinstance(happening.fact, Reopened))
        at = now or _unlisted(file, closed=closed)
        if not found or (found[-1].stage is not at and found[-1].stage != at):
            found.append(Stay(at, version, happening.on))
    return tuple(found)


def _passed(file: File, regime: Regime) -> Iterator[tuple[int, Stage | None]]:
    """After each fact of the file its version, and the stage in the list that the file is at; None for none."""
    rules = regime.rules(file.kind.name)
    stages, turns = rules.stages, rules.turns
    entered, left = [0] * len(stages), [0] * len(stages)
    now = _last(stages, entered, left)
    for happening in file.log:
        fact = happening.fact
        found = turns.get(short_name(fact))
        if found is not None and in_effect(file, fact):
            for place, enters, pattern in found:
                if matches(pattern, fact, file):
                    (entered if enters else left)[place] = happening.version
            now = _last(stages, entered, left)
        yield happening.version, now


def _last(stages: Sequence[Stage], entered: Sequence[int], left: Sequence[int]) -> Stage | None:
    for place in range(len(stages) - 1, -1, -1):
        if not stages[place].after or (entered[place] > 0 and entered[place] > left[place]):
            return stages[place]
    return None


def _unlisted(file: File, *, closed: bool) -> Stage:
    opening: Fact = file.log[0].fact
    name = "closed" if closed else short_name(opening)
    term = f"{file.kind.name}.{name}"
    return Stage(stage=name, title=Label(zh=zh(term), en=en(term)))
