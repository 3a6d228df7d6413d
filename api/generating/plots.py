"""What a history of an office may go like (情节): the written histories of a regulation, with other people and days.

A regulation brings them along as its scenarios, so a regulation that is added is played as well. Of each way through a
scenario the steps are taken that were accepted there; whether they are now, on other days, the decider says anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Any, Final

from api.play import PERSONS
from api.scenario import ACTS, Branch, Move, of_regime
from domain.identity import Actor, OrganId, PersonId
from domain.regime.loader import packaged

Days = Mapping[str, Any]
DEPARTMENTS: Final = 12  # enforcement departments that an office supervises
STAFF: Final = 9
YEARLY: Final = frozenset({"obligation", "programme"})  # what comes round on a day of the year
PARTIES: Final = frozenset({"subject", "assisting", "receiver", "named"})  # who changes from matter to matter


@dataclass(frozen=True, slots=True)
class Plot:
    """One way through a written history: its steps in their order, from its first day on."""

    branch: Branch
    moves: tuple[Move, ...]

    @property
    def kind(self) -> str:
        """The kind of proceeding."""
        return self.branch.scenario.kind

    @property
    def first(self) -> date:
        """The day of its first step."""
        return self.moves[0].recorded


@cache
def plots(regime: str) -> Mapping[str, tuple[Plot, ...]]:
    """The plots that a packaged regulation brings, by kind of proceeding."""
    found: dict[str, list[Plot]] = {}
    for scenario in of_regime(regime):
        for branch in scenario.branches():
            amends = any(move.do in ACTS - {"expect"} for move in branch.moves)  # law is not the office's to amend
            if not amends and branch.moves[0].refused is None:
                moves = tuple(move for move in branch.moves if move.do != "expect" and move.refused is None)
                found.setdefault(scenario.kind, []).append(Plot(branch, moves))
    return MappingProxyType({kind: tuple(ways) for kind, ways in found.items()})


def playable() -> tuple[str, ...]:
    """The packaged regulations that bring histories."""
    return tuple(id_ for id_ in packaged() if plots(id_))


class Cast:
    """Who plays in one matter (人员与机关): the organs and persons of the plot become those of the office.

    Authorities stay the same in every matter of the office, departments and persons are drawn.
    """

    def __init__(self, plot: Plot, id_: str, office: str, chance: Random) -> None:
        self._was, self._id, self._office = plot.branch.id, id_, office
        organs = plot.branch.scenario.organs
        keeps = {name for relation, name in organs.items() if relation not in PARTIES}
        drawn = chance.sample(range(1, DEPARTMENTS + 1), len(set(organs.values()) - keeps))
        moving = sorted(set(organs.values()) - keeps)
        self._organs = {name: f"{name}-{office}" for name in sorted(keeps)}
        self._organs |= {name: f"organ-{office}-{number}" for name, number in zip(moving, drawn, strict=True)}
        self._staff = chance.sample(range(1, STAFF + 1), STAFF)
        self._persons: dict[str, str] = {}
        self.organs = {relation: self._organs[name] for relation, name in organs.items()}
        self.others = tuple(f"person-{office}-{number}" for number in self._staff[-3:])
        """Persons of the office who have no part in the plot."""

    def person(self, name: str) -> str:
        """Who a person of the plot is here."""
        if name not in self._persons:
            taken = len(self._persons)
            spare = f"{name}-{self._office}" if taken >= STAFF - len(self.others) else None
            self._persons[name] = spare or f"person-{self._office}-{self._staff[taken]}"
        return self._persons[name]

    def value(self, value: Any, moved: timedelta) -> Any:
        """A value of a step with the days moved and the names replaced, at any depth."""
        if isinstance(value, Mapping):
            return {
                name: each + (moved.days + 182) // 365 if name == "year" else self.value(each, moved)
                for name, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(each, moved) for each in value]
        if isinstance(value, date):
            return value + moved
        return self._name(value) if isinstance(value, str) else value

    def _name(self, text: str) -> str:
        if text == self._was or text.startswith(f"{self._was}."):
            return self._id + text.removeprefix(self._was)
        if text.startswith("person-"):
            return self.person(text)
        return self._organs.get(text, f"{text}-{self._office}" if text.startswith("organ-") else text)

    def actor(self, by: str, person: str | None = None) -> Actor:
        """Who takes a step that is `by` that relation's."""
        name, role = PERSONS.get(by, (f"person-of-{by}", "liaison"))
        organ = "system" if by == "system" else self.organs.get(by, self.organs["supervisor"])
        if by in PERSONS and by != "system":
            name = self.person(person or name)
        elif by != "system":
            name = self.person(person) if person else f"person-of-{organ}"
        return Actor(PersonId(name), OrganId(organ), role)


def moved_to(plot: Plot, day: date) -> timedelta:
    """By how much the days of a plot move so that it begins on `day` or a little later.

    What comes round with the year stays on its day of the year; all else keeps its days of the week.
    """
    if plot.kind in YEARLY:
        years = next(_years(plot.first, day))
        return years - plot.first
    weeks = -((plot.first - day).days // 7)
    return timedelta(weeks=weeks)


def _years(first: date, day: date) -> Iterator[date]:
    for year in range(day.year, day.year + 5):
        there = first.replace(year=year, day=min(first.day, 28))
        if there >= day:
            yield there


def weighted(chance: Random, ways: Mapping[str, Sequence[Plot]], weights: Mapping[str, int]) -> Plot:
    """A plot of any kind, the kinds as often as their weights say."""
    kinds = sorted(ways)
    kind = chance.choices(kinds, [weights.get(kind, 1) for kind in kinds])[0]
    return chance.choice(ways[kind])
