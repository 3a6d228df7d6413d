"""What is wrong with a regime file, said with file, line and reason (制度文件的错误)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.regime.conditions import Guard
from domain.regime.text import LawText, parse
from domain.regime.yamlfile import Path_, Place

Places = Mapping[Path_, Place]
OPERATORS: Final = tuple(field.alias or name for name, field in Guard.model_fields.items())
_GUARDS: Final = frozenset({"guard", "when", "not", "all", "any"})


def located(place: str, reason: str, places: Places) -> str:
    """A sentence with the file and line of `place`, a dotted way, or of what is nearest above it."""
    return _said(tuple(place.split(".")), reason, places)


def shape(error: ValidationError, data: Any, places: Places) -> tuple[str, ...]:
    """A sentence for each thing that does not fit the model; of a choice of shapes only the one that fits best."""
    faults: dict[Path_, dict[str, list[tuple[Path_, str]]]] = {}
    for each in error.errors():
        path, choice, tag = _way(data, each)
        faults.setdefault(choice, {}).setdefault(tag, []).append((path, _reason(path, each)))
    best = (fault for shapes in faults.values() for fault in min(shapes.values(), key=len))
    return tuple(dict.fromkeys(_said(path, reason, places) for path, reason in best))


def unresolved(data: Any, texts: Mapping[str, LawText], places: Places) -> Iterator[str]:
    """A sentence for each citation in data of another fault that resolves to nothing."""
    for path, written in _texts(data, ()):
        id_, _, cite = written.rpartition(":")
        if id_ in texts and texts[id_].complete and cite.startswith("art."):
            try:
                texts[id_].quote(parse(written))
            except (LookupError, ValueError) as error:
                yield _said(path, f"{written} resolves to nothing ({error})", places)


def _said(path: Path_, reason: str, places: Places) -> str:
    known = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in places), ())
    where = f"{places[known]}: " if known in places else ""
    return f"{where}{'.'.join(path)}: {reason}" if path else f"{where}{reason}"


def _way(data: Any, error: ErrorDetails) -> tuple[Path_, Path_, str]:
    """The way in the data that an error speaks of; where a choice of shapes was open on it, and which was tried."""
    path: Path_ = ()
    choice: tuple[Path_, str] | None = None
    for part in error["loc"]:
        below: Any = data if isinstance(data, Mapping) else dict(enumerate(data)) if isinstance(data, list) else {}
        if part in below:
            data, path = below[part], (*path, str(part))
        elif choice is None and (part != error["loc"][-1] or error["type"] != "missing"):
            choice = path, str(part)
    return path, *(choice or ((*path, str(error["loc"][-1:])), ""))


def _reason(path: Path_, error: ErrorDetails) -> str:
    last = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "missing":
        return f"{last} is missing"
    if error["type"] == "extra_forbidden":
        if _is_guard(path[:-1]):
            return f"there is no operator {last}; there are: {', '.join(OPERATORS)}"
        return f"{last} is not known here"
    return error["msg"].removeprefix("Value error, ")


def _is_guard(path: Path_) -> bool:
    names = [part for part in path if not part.isdigit()]
    return names[-1:] != [] and (names[-1] in _GUARDS or names[-3:-1] == ["point", "options"])


def _texts(value: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, (*path, str(key)))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, (*path, str(index)))
    elif isinstance(value, str):
        yield path, value
