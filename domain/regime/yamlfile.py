"""Reading a YAML 1.2 file into plain data: dates are dates, and every fault is one sentence, `file:line: reason`.

`read_yaml` gives plain data. `read_placed` gives the same with a memory: every text in it knows where it was written
(`Placed`), so that whoever finds fault with it later, after files were merged, can still say the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

Path_ = tuple[str, ...]
"""The way to a value: the keys and indexes that lead to it, all as text."""


class YamlFileError(ValueError):
    """A file cannot be used. `faults` are sentences, each with the file, the line where that is known, and why."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Place(NamedTuple):
    """Where something was written. It reads `case.yaml:41`."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Placed(str):
    """A text, key or value, that knows where it was written."""

    __slots__ = ("place",)
    place: Place

    @classmethod
    def at(cls, text: str, place: Place) -> Placed:
        """The text with its place."""
        placed = cls(text)
        placed.place = place
        return placed


class _Constructor(SafeConstructor):
    """The library's, which does not say where a date is that is none, and stops at the first key that comes twice."""

    file = ""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.faults: list[str] = []

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError as error:
            why = f"a date that is not one, {node.value}: {error}"
            raise ConstructorError(None, None, why, node.start_mark) from None

    def construct_yaml_str(self, node: Any) -> Any:
        return Placed.at(super().construct_yaml_str(node), Place(self.file, node.start_mark.line + 1))

    def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:
        if key not in mapping:
            return bool(super().check_mapping_key(node, key_node, mapping, key, value))
        first = getattr(next(known for known in mapping if known == key), "place", None)
        there = f", which is in line {first.line} already" if first is not None else ""
        self.faults.append(f"{Place(self.file, key_node.start_mark.line + 1)}: duplicate key {str(key)!r}{there}")
        return False


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)
_Constructor.add_constructor("tag:yaml.org,2002:str", _Constructor.construct_yaml_str)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that the file holds; `YamlFileError` if it cannot be read or holds something else."""
    data: dict[str, Any] = plain(read_placed(path, path.name))
    return data


def read_placed(path: Path, name: str) -> dict[str, Any]:
    """The same with places, under the name that the file is to be known by."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = type("_OfFile", (_Constructor,), {"file": name})
    try:
        data = yaml.load(path.read_bytes())
    except MarkedYAMLError as error:
        where = f"{name}:{error.problem_mark.line + 1}" if error.problem_mark else name
        raise YamlFileError(f"{where}: {error.problem}") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise YamlFileError(f"{name} is not YAML: {error}") from None
    except OSError as error:
        raise YamlFileError(f"{name} cannot be read: {error.strerror}") from None
    if yaml.constructor.faults:
        raise YamlFileError(*yaml.constructor.faults)
    if not isinstance(data, dict):
        raise YamlFileError(f"{name} holds no mapping")
    return data


def plain(value: Any) -> Any:
    """Data without places."""
    if isinstance(value, dict):
        return {plain(key): plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, Placed) else value


def places(value: Any, path: Path_ = ()) -> dict[Path_, Place]:
    """Where everything in placed data was written, by the way to it: a member at its key, an item at its first text."""
    found: dict[Path_, Place] = {}
    if isinstance(value, Mapping):
        for key, part in value.items():
            inner = (*path, str(key))
            found |= places(part, inner)
            if isinstance(key, Placed):
                found[inner] = key.place
    elif isinstance(value, list):
        for index, part in enumerate(value):
            inner = (*path, str(index))
            below = places(part, inner)
            first = part.place if isinstance(part, Placed) else min(below.values(), default=None)
            found |= below if first is None else {**below, inner: first}
    return found
