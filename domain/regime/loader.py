"""Reading regime files: YAML into the model, citations given the id of their text, house rules merged in.

A regime as loaded is complete in itself: the regulation, the house rules it builds on, and the wording of both. That
whole is what a ledger adopts and keeps by digest (`content`), and what it is read back from (`from_content`), so a case
is decided under the law of its ledger and not under whatever the package says today. Scenarios are not part of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from domain.regime import faults, obligations
from domain.regime.model import Regime
from domain.regime.text import LawText, load_text, read_text, texts
from domain.regime.yamlfile import Path_, Place, Placed, YamlFileError, places, plain, read_placed

PACKAGED: Final = Path(__file__).parent / "data"
TEXT: Final = "text.yaml"
FORMAT: Final = 1
SCENARIOS: Final = Path(__file__).parent / "scenarios"
_SHORT = re.compile(r"art\.\d+(\.\d+){0,2}")
_TAKEN_OVER = ("late_after", "longest_limit")


class RegimeFileError(ValueError):
    """A regime cannot be used. `faults` are sentences, each with file, line where known, and reason."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class RegimeFile:
    """A regime with the scenarios written beside it, still as plain data, and where each part of it was written."""

    regime: Regime
    tests: tuple[Mapping[str, Any], ...]
    places: Mapping[Path_, Place] = field(default_factory=dict, compare=False, repr=False)


def load(id_: str) -> RegimeFile:
    """The packaged regime of that id; `RegimeFileError` if there is none or it is malformed."""
    if not re.fullmatch(r"[a-z]+-[a-z0-9]+", id_):
        raise RegimeFileError(f"{id_!r} is not the id of a regime")
    return _packaged(id_)


@cache
def _packaged(id_: str) -> RegimeFile:
    if id_ not in packaged():
        raise RegimeFileError(f"there is no regime {id_!r}; there are: {', '.join(packaged())}")
    return read(PACKAGED / id_)


@cache
def packaged() -> tuple[str, ...]:
    """The ids of the regimes in the package."""
    return tuple(sorted(path.name for path in PACKAGED.iterdir() if (path / "regime.yaml").is_file()))


def read(path: Path) -> RegimeFile:
    """Read a regime from anywhere: one file, or a folder with `regime.yaml` and a file for each of its larger parts.

    A part is named for what it holds: a kind of proceeding (`case.yaml`), or a member of the regime
    (`obligations.yaml`). A regime that is not packaged brings its wording along, as `text.yaml`.
    `RegimeFileError` names file, line where known, and reason of everything that is wrong.
    """
    data = _read(path)
    tests = plain(data.pop("tests", []))
    return _build(data, tuple(tests), _own_text(path))


def _own_text(path: Path) -> Mapping[str, LawText]:
    """The wording that lies beside the rules of a regime."""
    file = path / TEXT
    if not path.is_dir() or not file.exists():
        return {}
    try:
        text = read_text(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RegimeFileError(f"{path.resolve().name}/{TEXT}: {error}") from None
    return {text.id: text}


def _read(path: Path) -> dict[str, Any]:
    """The data of all files of a regime, with places."""
    if not path.is_dir():
        return _parts([path], "")
    first = path / "regime.yaml"
    others = (part for part in sorted(path.glob("*.yaml")) if part.name not in (first.name, TEXT))
    return _parts([first, *others], f"{path.resolve().name}/")


def _parts(files: list[Path], folder: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    wrong: list[str] = []
    for file in files:
        try:
            part = read_placed(file, folder + file.name)
        except YamlFileError as fault:
            wrong += fault.faults
            continue
        if file is files[0]:
            data = part
        elif (name := _add_part(data, file.stem, part)) is not None:
            wrong.append(f"{folder}{file.name}:1: {name} is in regime.yaml already")
    if wrong:
        raise RegimeFileError(*wrong)
    return data


def _add_part(data: dict[str, Any], stem: str, part: dict[str, Any]) -> str | None:
    """Put a part where it belongs; its name, if there is one there already."""
    name = stem.replace("-", "_")
    into, key = (data, name) if name in Regime.model_fields else (data.setdefault("procedures", {}), stem)
    if key in into:
        return key
    first = next((key.place for key in part if isinstance(key, Placed)), None)
    into[key if first is None else Placed.at(key, Place(first.file, 1))] = part
    return None


@cache
def _house(id_: str) -> dict[str, Any]:
    """The house rules as they are written, once they are known to be well formed."""
    load(id_)
    whole: dict[str, Any] = _qualified(_read(PACKAGED / id_), id_)
    return whole


def _build(data: dict[str, Any], tests: tuple[Mapping[str, Any], ...], own: Mapping[str, LawText]) -> RegimeFile:
    whole = _qualified(data, str(data.get("id", "")))
    if whole.get("obligations"):  # then there are files of them, with the steps of the house
        whole.setdefault("procedures", {}).setdefault(obligations.KIND, {})
    base = whole.get("builds_on")
    if base is not None:
        with suppress(AttributeError, TypeError):  # what is not of a shape to be merged fails validation below
            _add_to_house_rules(_house(str(base)), whole)
    written = places(whole)
    first = next((key.place for key in data if isinstance(key, Placed)), None)
    if first is not None:
        written[()] = Place(first.file, 1)
    known = {**{id_: load_text(id_) for id_ in _texts_of(whole) if id_ in texts()}, **own}
    try:
        regime = _completed(Regime.model_validate({**plain(whole), "texts": known}))
    except ValidationError as error:
        raise RegimeFileError(*faults.shape(error, whole, written), *faults.unresolved(whole, known, written)) from None
    return RegimeFile(regime, tests, written)


def _completed(regime: Regime) -> Regime:
    """The regime with the clocks and conditions that follow from its obligations."""
    rules = regime.procedures.get(obligations.KIND)
    if rules is None or not regime.obligations:
        return regime
    more = obligations.with_obligations(rules, regime.obligations, regime.validity)
    return regime.model_copy(update={"procedures": {**regime.procedures, obligations.KIND: more}})


def _texts_of(whole: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts that a regime cites: its own, the house's, and any other by name."""
    cited = re.findall(r"([a-z]+-[a-z0-9]+):art\.", json.dumps(whole, default=str))
    return tuple(dict.fromkeys((str(whole.get("id")), "cn-default", *sorted(cited))))


def _add_to_house_rules(house: dict[str, Any], whole: dict[str, Any]) -> None:
    """A regime may say more than the house, and not less."""
    for key in _TAKEN_OVER:
        whole.setdefault(key, house.get(key))
    for key in ("refusals", "lists", "open_points"):
        whole[key] = _over(house.get(key, {}), whole.get(key, {}))
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
        own[key] = _over(house.get(key, {}), own.get(key, {}))
    own.setdefault("stages", house.get("stages", []))


def _over(house: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What is said by either; a name that both say is written where the regime writes it."""
    return {**{name: part for name, part in house.items() if name not in own}, **own}


def _qualified(value: Any, id_: str) -> Any:
    """Every citation with the id of its text, so that it means the same wherever it is read."""
    if isinstance(value, dict):
        return {key: _qualified(part, id_) for key, part in value.items()}
    if isinstance(value, list):
        return [_qualified(part, id_) for part in value]
    if isinstance(value, str) and _SHORT.fullmatch(value):
        return Placed.at(f"{id_}:{value}", value.place) if isinstance(value, Placed) else f"{id_}:{value}"
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
