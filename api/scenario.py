"""Written histories (情景): read from YAML, played through the real command path, held against what they expect.

The format is the same in a regime's scenarios and in `caseledger run`: facts in order with their dates, then what is
expected. A history may branch: each of its `variants` plays the common steps, then its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from api.steps import Code, Text
from api.times import Day
from domain.calendar import Notice, notice_from_data
from domain.kinds import KINDS
from domain.regime.conditions import Relation
from domain.regime.loader import SCENARIOS, content, from_content
from domain.regime.model import Regime
from domain.regime.yamlfile import YamlFileError, read_yaml

META: Final = frozenset(
    {
        "on",
        "recorded_on",
        "in",
        "by",
        "person",
        "done_before",
        "late_reason",
        "facts",
        "refused",
        "not_accepted",
        "defects",
    }
)
ACTS: Final = frozenset({"expect", "adopt-notice", "amend-law"})
AMENDABLE: Final = frozenset(Regime.model_fields) - {"id", "texts"}
ANY_STEP: Final = frozenset(step for kind in KINDS.values() for step in kind.steps)


class ScenarioError(ValueError):
    """A scenario cannot be read: says where and why, in one sentence."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Refused(_Strict):
    """The refusal that a step must meet."""

    code: str
    article: str | None = None


class ExpectedDeadline(_Strict):
    """What must be said of a deadline; what is left out is not looked at."""

    due: date | None = None
    nominal: date | None = None
    earliest: date | None = None
    latest: date | None = None
    status: Literal["firm", "provisional"] | None = None
    state: Literal["running", "suspended", "met", "cancelled"] | None = None
    met_on: date | None = None
    late: bool | None = None
    lapsed: bool | None = None


class Expected(_Strict):
    """What must hold of the case at this point; `on` is the day for which steps are judged."""

    on: Day | None = None
    stage: str | None = None
    deadlines: Mapping[str, ExpectedDeadline] = {}
    allowed: tuple[str, ...] = ()
    refused: Mapping[str, str] = {}


class Move(_Strict):
    """One step of a history: a step of the case, a notice adopted, its law amended, or an expectation."""

    do: str
    data: Annotated[Any, Field()] = None
    on: Day | None = None
    recorded_on: Day | None = None
    in_: Annotated[str | None, Field(alias="in", pattern=r"^[a-z-]+/[A-Za-z0-9._~-]{1,40}$")] = None  # another file
    by: Relation = "supervisor"
    person: Code | None = None
    done_before: bool = False
    late_reason: Text | None = None
    facts: tuple[str, ...] | None = None
    defects: tuple[str, ...] | None = None
    refused: Refused | None = None
    not_accepted: Refused | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_act(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise ValueError("a step of a scenario is a mapping")  # noqa: TRY004  # pydantic reports ValueErrors
        acts = [key for key in data if key not in META]
        if len(acts) != 1:
            raise ValueError(f"a step of a scenario does exactly one thing, not {acts}")
        if acts[0] not in ANY_STEP and acts[0] not in ACTS:
            raise ValueError(f"there is no step {acts[0]!r}")
        meta = {key: value for key, value in data.items() if key in META}
        return {**meta, "do": acts[0], "data": data[acts[0]]}

    @model_validator(mode="after")
    def _dated(self) -> Move:
        if self.do != "expect" and self.on is None:
            raise ValueError(f"{self.do}: on which day?")
        if self.data is not None and not isinstance(self.data, Mapping):
            raise ValueError(f"{self.do}: fields with their values, not {self.data!r}")
        if self.do == "expect":
            Expected.model_validate(self.data)
        if self.do == "adopt-notice":
            notice(self.data)
        if self.do == "amend-law" and not AMENDABLE.issuperset(self.data or {"": None}):
            raise ValueError(f"{self.do}: of a law there may be amended {', '.join(sorted(AMENDABLE))}")
        return self

    @property
    def recorded(self) -> date:
        """The day on which the ledger learns of it."""
        day = self.recorded_on or self.on
        assert day is not None
        return day


VariantName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=59)]
LedgerName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*-demo$", max_length=60)]


def notice(data: Any) -> Notice:
    """The holiday notice of an `adopt-notice`; ValueError says what is wrong with it."""
    return notice_from_data(_plain(data))


def amended(law: Regime, data: Any) -> Regime:
    """The law of a history with other members in the place of its own, as an `amend-law` says."""
    try:
        return from_content(json.dumps(content(law) | _plain(data)).encode())
    except ValidationError as error:
        raise ScenarioError(f"amend-law: {error.errors()[0]['msg']}") from None


def _plain(data: Any) -> Any:
    """YAML's dates as the ISO text that JSON would have."""
    if isinstance(data, Mapping):
        return {_plain(key): _plain(value) for key, value in data.items()}
    return data.isoformat() if isinstance(data, date) else data


class Variant(_Strict):
    """A branch of a history: readings of open points decided at its start, its own steps, its own end.

    It is played in the scenario's ledger, unless it adopts law that the others must not know.
    """

    ledger: LedgerName | None = None
    points: Mapping[str, str] = {}
    then: tuple[Move, ...] = ()
    expect: Expected = Expected()


class Scenario(_Strict):
    """A history with its expectations."""

    scenario: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    title: Mapping[Literal["zh", "en"], str]
    regime: str
    ledger: LedgerName
    kind: str = "case"
    organs: Mapping[str, Code]
    points: Mapping[str, str] = {}
    steps: Annotated[tuple[Move, ...], Field(min_length=1)]
    expect: Expected = Expected()
    variants: Mapping[VariantName, Variant] = {}

    @model_validator(mode="after")
    def _begun(self) -> Scenario:
        if self.kind not in KINDS:
            raise ValueError(f"there is no kind of proceeding {self.kind!r}")
        opening = KINDS[self.kind].opening
        if self.steps[0].do != opening or self.steps[0].in_ or "supervisor" not in self.organs:
            raise ValueError(f"a history begins with the step {opening}, and names the organ that is the supervisor")
        for move in (*self.steps, *(move for variant in self.variants.values() for move in variant.then)):
            kind = (move.in_ or self.kind).partition("/")[0]
            if move.do not in ACTS and (kind not in KINDS or move.do not in KINDS[kind].steps):
                raise ValueError(f"{kind}: there is no step {move.do!r}")
        return self

    def branches(self) -> Iterator[Branch]:
        """Every way through the history, as a file of its own."""
        if not self.variants:
            yield Branch(self, self.ledger, self.scenario, (*self._decided({}), *self.steps[1:]), self.expect)
        for name, variant in self.variants.items():
            moves = (*self._decided(variant.points), *self.steps[1:], *variant.then)
            yield Branch(self, variant.ledger or self.ledger, f"{self.scenario}.{name}", moves, variant.expect)

    def _decided(self, points: Mapping[str, str]) -> tuple[Move, ...]:
        opening = self.steps[0]
        decided = {**self.points, **points}
        return (
            opening,
            *(
                Move.model_validate(
                    {"on": opening.on, "decide-open-point": {"point": p, "option": o, "reason": "情景设定"}}
                )
                for p, o in decided.items()
            ),
        )


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through a history, played as file `id` of a simulated ledger; other files it opens are named after it."""

    scenario: Scenario
    ledger: str
    id: str
    moves: tuple[Move, ...]
    expect: Expected

    def place(self, move: Move | None = None) -> tuple[str, str]:
        """The kind and the id of the file that a move is made in."""
        if move is None or move.in_ is None:
            return self.scenario.kind, self.id
        kind, _, id_ = move.in_.partition("/")
        return kind, f"{self.id}.{id_}"

    def data(self, move: Move) -> dict[str, Any]:
        """The fields of a step. A value `@B` is the id of the file that `in: case/B` is made in, `@` of the first."""
        told = dict(move.data or {})
        named = {name: value for name, value in told.items() if isinstance(value, str) and value.startswith("@")}
        return told | {name: f"{self.id}.{id_[1:]}".removesuffix(".") for name, id_ in named.items()}

    def stream(self, move: Move | None = None) -> str:
        """The stream of that file."""
        return "/".join(self.place(move))


def read(path: Path) -> Scenario:
    """A scenario from a YAML file; `ScenarioError` says file, place and reason."""
    try:
        return parse(read_yaml(path), path.name)
    except YamlFileError as fault:
        raise ScenarioError(str(fault)) from None


def parse(data: Any, name: str) -> Scenario:
    """A scenario from plain data."""
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ScenarioError(f"{name}: {where or 'the file'}: {first['msg'].removeprefix('Value error, ')}") from None


def of_regime(id_: str) -> tuple[Scenario, ...]:
    """The packaged scenarios of a regime."""
    return tuple(read(path) for path in sorted((SCENARIOS / id_).glob("*.yaml")))
