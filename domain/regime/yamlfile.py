"""Reading a YAML 1.2 file into plain data: duplicate keys are refused, dates are dates, every fault is one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class YamlFileError(ValueError):
    """A file cannot be used: says which, in which line where that is known, and why."""


class _Constructor(SafeConstructor):
    """The library's, which does not say where a date is that is none."""

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError as error:
            why = f"a date that is not one, {node.value}: {error}"
            raise ConstructorError(None, None, why, node.start_mark) from None


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that the file holds; `YamlFileError` if it cannot be read or holds something else."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    try:
        data = yaml.load(path.read_bytes())
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise YamlFileError(f"{path.name}, line {line}: {error.problem}") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise YamlFileError(f"{path.name} is not YAML: {error}") from None
    except OSError as error:
        raise YamlFileError(f"{path.name} cannot be read: {error.strerror}") from None
    if not isinstance(data, dict):
        raise YamlFileError(f"{path.name} holds no mapping")
    return data
