"""Reading regime files: YAML into the model, citations given the id of their text, house rules merged in.

A regime as loaded is complete in itself: the regulation, the house rules it builds on, and the wording of both. That
whole is what a ledger adopts and keeps by digest (`content`), and what it is read back from (`from_content`), so a case
is decided under the law of its ledger and not under whatever the package says today. Scenarios are not part of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from domain.regime.model import Regime
from domain.regime.text import load_text, texts
from domain.regime.yamlfile import YamlFileError, read_yaml

PACKAGED: Final = Path(__file__).parent / "data"
FORMAT: Final = 1
SCENARIOS: Final = Path(__file__).parent / "scenarios"
_SHORT = re.compile(r"art\.\d+(\.\d+){0,2}")
_TAKEN_OVER = ("late_after", "longest_limit")


class RegimeFileError(ValueError):
    """A regime file cannot be read: says where and why, in one sentence."""


@dataclass(frozen=True, slots=True)
class RegimeFile:
    """A regime with the scenarios written beside it, still as plain data."""

    regime: Regime
    tests: tuple[Mapping[str, Any], ...]


def load(id_: str) -> RegimeFile:
    """The packaged regime of that id; `RegimeFileError` if there is none or it is malformed."""
    if not re.fullmatch(r"[a-z]+-[a-z0-9]+", id_):
        raise RegimeFileError(f"{id_!r} is not the id of a regime")
    return _packaged(id_)


@cache
def _packaged(id_: str) -> RegimeFile:
    path = PACKAGED / id_
    if not path.exists():
        raise RegimeFileError(f"there is no regime {id_!r}; there are: {', '.join(packaged())}")
    return read(path)


@cache
def packaged() -> tuple[str, ...]:
    """The ids of the regimes in the package."""
    return tuple(sorted(path.name for path in PACKAGED.iterdir() if path.is_dir()))


def read(path: Path) -> RegimeFile:
    """Read a regime from anywhere: one file, or a folder with `regime.yaml` and a file for each of its larger parts.

    A part is named for what it holds: a kind of proceeding (`case.yaml`), or a member of the regime
    (`obligations.yaml`). `RegimeFileError` names file, line where known, and reason.
    """
    try:
        if not path.is_dir():
            data = read_yaml(path)
        else:
            data = read_yaml(path / "regime.yaml")
            for part in sorted(path.glob("*.yaml")):
                _add_part(data, part)
    except YamlFileError as fault:
        raise RegimeFileError(str(fault)) from None
    tests = data.pop("tests", [])
    return RegimeFile(_build(data, path.name), tuple(tests))


def _add_part(data: dict[str, Any], part: Path) -> None:
    name = part.stem.replace("-", "_")
    if name == "regime":
        return
    into, key = (data, name) if name in Regime.model_fields else (data.setdefault("procedures", {}), part.stem)
    if key in into:
        raise YamlFileError(f"{part.name}: {key} is in regime.yaml already")
    into[key] = read_yaml(part)


def _build(data: dict[str, Any], name: str) -> Regime:
    whole = _qualified(data, str(data.get("id", "")))
    base = whole.get("builds_on")
    if base is not None:
        _add_to_house_rules(load(str(base)).regime.model_dump(mode="json", by_alias=True, exclude_defaults=True), whole)
    whole["texts"] = {id_: load_text(id_) for id_ in _texts_of(whole) if id_ in texts()}
    try:
        return Regime.model_validate(whole)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegimeFileError(f"{name}: {where}: {first['msg'].removeprefix('Value error, ')}") from None


def _texts_of(whole: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts that a regime cites: its own, the house's, and any other by name."""
    cited = re.findall(r"([a-z]+-[a-z0-9]+):art\.", json.dumps(whole, default=str))
    return tuple(dict.fromkeys((str(whole.get("id")), "cn-default", *sorted(cited))))


def _add_to_house_rules(house: dict[str, Any], whole: dict[str, Any]) -> None:
    """A regime may say more than the house, and not less."""
    for key in _TAKEN_OVER:
        whole.setdefault(key, house.get(key))
    for key in ("refusals", "lists", "open_points"):
        whole[key] = {**house.get(key, {}), **whole.get(key, {})}
    for kind, own in whole.get("procedures", {}).items():
        for theirs in (house.get("procedures", {}).get(kind, {}), house.get("every", {})):
            _merge_procedure(theirs, own)


def _merge_procedure(house: Mapping[str, Any], own: dict[str, Any]) -> None:
    """The conditions that a regime adds to a step of the house come after those of the house."""
    steps = own.setdefault("steps", {})
    for step, rule in house.get("steps", {}).items():
        mine = steps.get(step)
        steps[step] = (
            rule if mine is None else {**mine, "requires": [*rule.get("requires", ()), *mine.get("requires", ())]}
        )
    for key in ("deadlines", "codes"):
        own[key] = {**house.get(key, {}), **own.get(key, {})}


def _qualified(value: Any, id_: str) -> Any:
    """Every citation with the id of its text, so that it means the same wherever it is read."""
    if isinstance(value, dict):
        return {key: _qualified(part, id_) for key, part in value.items()}
    if isinstance(value, list):
        return [_qualified(part, id_) for part in value]
    if isinstance(value, str) and _SHORT.fullmatch(value):
        return f"{id_}:{value}"
    return value


def content(regime: Regime) -> dict[str, Any]:
    """The law of a regime as plain data, for canonical JSON: what a ledger keeps by digest.

    Every default is written out, so that a default that changes in the code changes no law that was adopted before.
    """
    return {"format": FORMAT, **regime.model_dump(mode="json", by_alias=True, exclude_none=True)}


def from_content(kept: bytes) -> Regime:
    """A regime read back from the JSON that a ledger keeps."""
    data = json.loads(kept)
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise RegimeFileError("the kept regime is of a format that this version does not read")
    return Regime.model_validate_json(json.dumps(data))
