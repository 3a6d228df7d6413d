"""The values of a fact's fields: what writes them as plain JSON data, and what reads them, equally strict."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from domain.identity import Sealed
from ledger.canonical import LARGEST, nfc
from ledger.entry import EntryError, format_time, parse_time

Convert = Callable[[Any], Any]


class CodecError(ValueError):
    """The data is not of the fact's type, or the type is not one that can be stored."""


def read_text(value: Any) -> str:
    if type(value) is not str:
        raise CodecError(f"not a text: {value!r}")
    return value


def _write_text(value: Any) -> str:
    return nfc(read_text(value))


def _truth(value: Any) -> bool:
    if value is not True and value is not False:
        raise CodecError(f"not true or false: {value!r}")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not -LARGEST <= value <= LARGEST:
        raise CodecError(f"not a whole number within 2^53: {value!r}")
    return value


def _write_date(value: Any) -> str:
    if type(value) is not date:
        raise CodecError(f"not a date: {value!r}")
    return value.isoformat()


_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_date(value: Any) -> date:
    try:
        return _date(value)
    except (TypeError, ValueError):
        raise CodecError(f"not a date: {value!r}") from None


@lru_cache(maxsize=8192)
def _date(text: str) -> date:
    """The day that a text names: a ledger of years names few of them, each again and again."""
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _write_time(value: Any) -> str:
    if type(value) is not datetime:
        raise CodecError(f"not a time: {value!r}")
    try:
        return format_time(value)
    except EntryError as error:
        raise CodecError(str(error)) from None


def _read_time(value: Any) -> datetime:
    try:
        return parse_time(read_text(value))
    except EntryError as error:
        raise CodecError(str(error)) from None


def one_of(values: tuple[str, ...]) -> Convert:
    allowed = frozenset(values)

    def check(value: Any) -> str:
        if type(value) is not str or value not in allowed:
            raise CodecError(f"not one of {', '.join(values)}: {value!r}")
        return value

    return check


def write_tuple(write: Convert) -> Convert:
    def convert(value: Any) -> list[Any]:
        if type(value) is not tuple:
            raise CodecError(f"not a tuple: {value!r}")
        return [write(member) for member in value]

    return convert


def read_tuple(read: Convert) -> Convert:
    if read is read_text:
        return _read_texts

    def convert(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise CodecError(f"not a list: {value!r}")
        return tuple([read(member) for member in value])  # from a list it is a third faster

    return convert


def _read_texts(value: Any) -> tuple[str, ...]:
    if type(value) is not list:
        raise CodecError(f"not a list: {value!r}")
    try:
        return _texts(*value)
    except TypeError:  # a list or an object in it
        raise CodecError(f"not texts: {value!r}") from None


@lru_cache(maxsize=8192)
def _texts(*values: Any) -> tuple[str, ...]:
    """Articles, persons and organs are named together again and again: they are looked at, and kept, once."""
    for value in values:
        read_text(value)
    return values


def mapping(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(type(name) is str and name.isascii() for name in value):
        raise CodecError(f"not an object with ASCII names: {value!r}")
    return {name: _write_text(text) for name, text in value.items()}


_COMMITMENT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def write_sealed(value: Any) -> str:
    if type(value) is not Sealed:
        raise CodecError(f"not sealed: {value!r}")
    return read_sealed(value.commitment).commitment


def read_sealed(value: Any) -> Sealed:
    if type(value) is not str or not _COMMITMENT.fullmatch(value):
        raise CodecError(f"not a commitment: {value!r}")
    return Sealed(value)


SCALARS: Final[Mapping[Any, tuple[Convert, Convert]]] = {
    str: (_write_text, read_text),
    bool: (_truth, _truth),
    int: (_number, _number),
    date: (_write_date, read_date),
    datetime: (_write_time, _read_time),
}
