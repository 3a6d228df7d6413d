"""Reading plain JSON data with a clear answer to what is wrong: every fault is a ValueError that names its place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

_T = TypeVar("_T")


def fields(data: object, what: str, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """The object itself, once it has all required fields and none that nobody knows."""
    found = mapping(data, what)
    required = set(required)
    if missing := sorted(required - found.keys()):
        raise ValueError(f"{what}: missing {', '.join(missing)}")
    if unknown := sorted(found.keys() - required - set(optional)):
        raise ValueError(f"{what}: unknown {', '.join(unknown)}")
    return found


def mapping(data: object, what: str) -> dict[str, Any]:
    """A JSON object."""
    return _of(dict, data, what)


def items(data: object, what: str) -> list[Any]:
    """A JSON array."""
    return _of(list, data, what)


def string(data: object, what: str) -> str:
    """A string, which may be empty."""
    return _of(str, data, what)


def text(data: object, what: str) -> str:
    """A string with something in it."""
    found = string(data, what)
    if not found.strip():
        raise ValueError(f"{what}: expected a text, got an empty one")
    return found


def whole(data: object, what: str) -> int:
    """A whole number; JSON's true and false are none."""
    return _of(int, data, what)


def flag(data: object, what: str) -> bool:
    """True or false."""
    return _of(bool, data, what)


def year(data: object, what: str) -> int:
    """A year that had to be written as a string, as the keys of JSON are."""
    found = string(data, what)
    if not (found.isascii() and found.isdigit()):
        raise ValueError(f"{what}: expected a year, got {found!r}")
    return int(found)


def day(data: object, what: str) -> date:
    """A date written YYYY-MM-DD, and in no other of the ways ISO 8601 allows."""
    found = string(data, what)
    try:
        parsed = date.fromisoformat(found)
    except ValueError:
        parsed = None
    if parsed is None or parsed.isoformat() != found:
        raise ValueError(f"{what}: expected a date YYYY-MM-DD, got {found!r}")
    return parsed


def day_labels(data: object, what: str) -> dict[date, str]:
    """An object from dates to printed names, in the order of the dates."""
    found = mapping(data, what)
    return {day(key, what): text(found[key], f"{what} {key}") for key in sorted(found)}


def _of(kind: type[_T], data: object, what: str) -> _T:
    if isinstance(data, kind) and (kind is bool or not isinstance(data, bool)):
        return data
    raise ValueError(f"{what}: expected {kind.__name__}, got {type(data).__name__}")
