"""`caseledger regimes compare`: the same facts under several regulations, side by side (同一事实、各地办法).

A comparison is a written history with several regulations. Each may bring the file to the common start in its own way
(`before`), on its own days (`shift`), and may call a step by another name (`under`). Then all take the same steps, and
nothing is expected: what one records another refuses, with the article, or does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.cli.output import UsageError
from api.cli.regime_text import cut
from api.cli.regimes import memory_desk
from api.execute import Desk
from api.founding import adopt_calendars, adopt_superiors
from api.play import Turn, ask_of, found
from api.scenario import Branch, Move, Scenario, ScenarioError, VariantName
from domain.calendar import Calendar, Period, Unit, as_known_on, due, published
from domain.errors import NoSuchStep, Refusal
from domain.glossary import TERMS
from domain.procedure.facts import ReviewNotAccepted
from domain.regime.conditions import Label
from domain.regime.loader import load
from domain.regime.yamlfile import YamlFileError, read_yaml

LEDGER: Final = "cn-000000-demo"
OUTCOMES: Final = {
    "recorded": "✓ 记录 recorded",
    "filed": "○ 存卷不受理 filed, not accepted",
    "refused": "✗ 不予记录 refused",
    "no-such-step": "– 无此步骤 no such step",
}
_UNIT: Final[TypeAdapter[Unit]] = TypeAdapter(Unit)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Strict):
    """A step that all take. `on` is a day as written, or `{after: NAME, count, unit}`, counted from one named `as_`."""

    title: Label
    as_: Annotated[str | None, Field(alias="as")] = None
    take: Mapping[str, Any]
    under: Mapping[str, Mapping[str, Any]] = {}  # by regulation: what differs there

    def of(self, regime: str) -> dict[str, Any]:
        """The step as a regulation has it: the same day and person, another act where it says so."""
        mine = self.under.get(regime)
        if mine is None:
            return dict(self.take)
        return {**{key: part for key, part in self.take.items() if key in ("on", "by", "person")}, **mine}


class Side(_Strict):
    """One regulation: its days, the readings of its open points, and what it wants before the common steps."""

    shift: int = 0  # days from those written to its own, so that they lie where it is in force
    points: Mapping[str, str] = {}
    organs: Mapping[str, str] = {}
    before: Annotated[tuple[Mapping[str, Any], ...], Field(min_length=1)]


class Comparison(_Strict):
    """The same facts for several regulations; each variant takes the common steps and then its own."""

    comparison: VariantName
    title: Label
    kind: str = "case"
    organs: Mapping[str, str]
    regimes: Annotated[Mapping[str, Side], Field(min_length=1)]
    steps: tuple[Step, ...] = ()
    variants: Annotated[Mapping[VariantName, tuple[Step, ...]], Field(min_length=1)]


def read(path: Path) -> Comparison:
    """A comparison from a YAML file; `ScenarioError` says file, place and reason."""
    try:
        return Comparison.model_validate(read_yaml(path))
    except YamlFileError as fault:
        raise ScenarioError(str(fault)) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ScenarioError(f"{path.name}: {where or 'the file'}: {first['msg']}") from None


def compare(asked: Comparison) -> dict[str, Any]:
    """Play it under each regulation: what came of each step, and the deadlines at the end of each variant."""
    calendar = as_known_on(date.max)
    variants = []
    for name, own in asked.variants.items():
        steps = (*asked.steps, *own)
        sides = {id_: _side(asked, id_, name, steps, calendar) for id_ in asked.regimes}
        rows = [_row(step, {id_: came[n] for id_, (came, _) in sides.items()}) for n, step in enumerate(steps)]
        variants.append({"variant": name, "steps": rows, "deadlines": {id_: ends for id_, (_, ends) in sides.items()}})
    titles = {id_: load(id_).regime.title.zh for id_ in asked.regimes}
    return {
        "comparison": asked.comparison,
        "title": asked.title.model_dump(),
        "regimes": [{"id": id_, "title": titles[id_], "shift": side.shift} for id_, side in asked.regimes.items()],
        "variants": variants,
    }


def _row(step: Step, under: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    differs = len({came["outcome"] for came in under.values()}) > 1
    return {"zh": step.title.zh, "en": step.title.en, "under": under, "differs": differs}


def _side(
    asked: Comparison, id_: str, variant: str, steps: tuple[Step, ...], calendar: Calendar
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What came of the steps under one regulation, and its deadlines."""
    side, days = asked.regimes[id_], _Days(asked.regimes[id_].shift, calendar)
    before = [days.placed(step) for step in side.before]
    common = [days.placed(step.of(id_), step.as_) for step in steps]
    where = f"{asked.comparison}, {id_}"
    scenario = _scenario(asked, id_, variant, [*before, *common], where)
    (branch,) = scenario.branches()
    desk = memory_desk(LEDGER)
    found(desk, branch.moves[0].recorded, [id_])
    first = len(branch.moves) - len(common)
    came = []
    for number, move in enumerate(branch.moves):
        outcome = _take(Turn(move.recorded, branch, number, move), desk)
        if number >= first:
            came.append(outcome)
        elif outcome["outcome"] != "recorded":
            raise UsageError(f"{where}: before, step {number + 1} ({move.do}): {outcome['code']}: {outcome['en']}")
    return came, _deadlines(branch, desk)


def _scenario(asked: Comparison, id_: str, variant: str, steps: list[dict[str, Any]], where: str) -> Scenario:
    side = asked.regimes[id_]
    try:
        return Scenario.model_validate(
            {
                "scenario": f"{asked.comparison}.{variant}"[:60].replace(".", "-"),
                "title": asked.title.model_dump(),
                "regime": id_,
                "ledger": LEDGER,
                "kind": asked.kind,
                "organs": {**asked.organs, **side.organs},
                "points": side.points,
                "steps": steps,
            }
        )
    except ValidationError as error:
        raise ScenarioError(f"{where}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None


class _Days:
    """The days of one regulation: as written and shifted, or counted from one that has a name."""

    def __init__(self, shift: int, calendar: Calendar) -> None:
        self._shift = timedelta(shift)
        self._calendar = calendar
        self._named: dict[str, date] = {}

    def placed(self, step: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
        """A step on its days."""
        placed: dict[str, Any] = self._of(step)
        if name is not None:
            self._named[name] = Move.model_validate(placed).recorded
        return placed

    def _of(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            if "after" in value:
                return self._after(**value)
            return {key: self._of(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self._of(part) for part in value]
        return value + self._shift if isinstance(value, date) else value

    def _after(self, after: str, count: int = 0, unit: str = "calendar_day") -> date:
        if after not in self._named:
            raise ScenarioError(f"no step before it is known as {after!r}")
        start = self._named[after]
        return due(self._calendar, start, Period(count, _UNIT.validate_python(unit))).due if count else start


def _take(turn: Turn, desk: Desk) -> dict[str, Any]:
    """What came of a step: the facts, or who refused it by which article."""
    move, regime = turn.move, load(turn.branch.scenario.regime).regime
    adopt_calendars(desk, published(), move.recorded)
    adopt_superiors(desk, move.recorded)
    came: dict[str, Any] = {"on": str(move.on), "step": move.do, "code": None, "facts": ()}
    kind, _ = turn.branch.place(move)
    rule = regime.procedures[kind].steps.get(move.do) if kind in regime.procedures else None
    article = rule.cite if rule is not None else None
    try:
        receipt = desk.take(ask_of(turn, desk))
    except NoSuchStep as refusal:
        came |= {"outcome": "no-such-step", "code": refusal.code, "zh": refusal.sentence_zh, "en": refusal.sentence_en}
        article = None
    except Refusal as refusal:
        came |= {"outcome": "refused", "code": refusal.code, "zh": refusal.sentence_zh, "en": refusal.sentence_en}
        article = refusal.article
    else:
        came |= {"outcome": "recorded", "facts": receipt.facts, "zh": None, "en": None}
        last = desk.read(turn.branch.stream(move)).file.log[-1].fact
        if isinstance(last, ReviewNotAccepted) and "review-not-accepted" in receipt.facts:
            came |= {"outcome": "filed", "code": last.code}
            article = last.article
    quote = regime.quote(article) if article else None
    return {
        **came,
        "article": article.removeprefix(f"{regime.id}:") if article else None,
        "quote": quote.text if quote else None,
    }


def _deadlines(branch: Branch, desk: Desk) -> list[dict[str, Any]]:
    read, last = desk.read(branch.stream()), max(move.recorded for move in branch.moves)
    regime, rules = read.law.regime, read.law.rules(branch.scenario.kind)
    ends = []
    for id_, clock in read.file.deadlines.items():
        name = id_.partition(":")[0]
        rule = rules.deadlines[name]
        ends.append(
            {
                "deadline": id_,
                "zh": rule.title.zh,
                "en": rule.title.en,
                "holder": rule.holder,
                "due": str(clock.reckoned.due),
                "state": clock.state,
                "late": clock.late,
                "past": clock.state == "running" and clock.reckoned.latest < last,
                "article": rule.cite.removeprefix(f"{regime.id}:"),
            }
        )
    return ends


def as_text(result: Mapping[str, Any]) -> Iterator[str]:
    """The comparison for reading: per step a line for each regulation, marked where they part."""
    width = max(len(regime["id"]) for regime in result["regimes"])
    yield f"{result['title']['zh']}  {result['title']['en']}"
    for regime in result["regimes"]:
        moved = f"  {regime['shift']:+d} 日 days" if regime["shift"] else ""
        yield f"  {regime['id']:<{width}}  {regime['title']}{moved}"
    for variant in result["variants"]:
        yield from ("", f"═══ {variant['variant']}")
        for number, row in enumerate(variant["steps"], 1):
            yield from ("", f"{number}. {row['zh']}  {row['en']}{'  ≠' if row['differs'] else ''}")
            for id_, came in row["under"].items():
                yield f"   {id_:<{width}}  {came['on']}  {OUTCOMES[came['outcome']]}  {_why(came)}".rstrip()
        yield from ("", "   期限 deadlines")
        for id_, ends in variant["deadlines"].items():
            for end in ends:
                late = " 逾期 late" if end["late"] else " 已过 past" if end["past"] else ""
                yield f"   {id_:<{width}}  {end['due']}  {end['state']}{late}  {end['zh']}  {end['article']}"


def _why(came: Mapping[str, Any]) -> str:
    if came["outcome"] == "no-such-step":
        return ""
    step = f"{TERMS.get('step.' + came['step'], '')} {came['step']}".strip()
    if came["outcome"] == "recorded":
        return f"{step}  {came['article'] or ''}".rstrip()
    wording = cut((came["quote"] or "").replace("\n", " "))
    return f"{step}: {came['code']}  {came['article'] or ''}  {wording}".rstrip()
