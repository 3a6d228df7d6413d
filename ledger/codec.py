"""Facts as plain JSON data, and back. A fact's type hints are its schema, read once, when its class is first met.

    str, bool, int          themselves
    date, datetime          text: `2024-02-05`, `2024-02-05T01:02:03.000004Z`
    Literal["a", "b"]       one of these texts
    X | None                left out for None
    tuple[X, ...]           a list
    Mapping[str, str]       an object
    a frozen dataclass      an object
    Sealed                  apart from the rest, field by field: its commitment (only in the fact itself)

Reading is as strict as writing: a missing, unknown or mistyped member is refused, because a fact that nobody can have
written is a fact that somebody altered. A field with a default may be missing; that is how a type gains a field.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, Final, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from domain.identity import Sealed
from ledger.values import (
    SCALARS,
    CodecError,
    Convert,
    mapping,
    one_of,
    read_date,
    read_sealed,
    read_text,
    read_tuple,
    write_sealed,
    write_tuple,
)

__all__ = ["Codec", "CodecError", "codec"]

T = TypeVar("T")
_ABSENT: Final = object()
_NOTHING: Final[Mapping[str, str]] = {}


class Codec(Generic[T]):
    """Writes and reads facts of one class; made by `codec`."""

    __slots__ = ("_cls", "_fields", "_plain", "_sealed", "decode", "values")

    def __init__(self, cls: type[T]) -> None:
        self._cls = cls
        self._fields = _fields(cls)
        self.decode: Callable[[Any, Any], T] = self._decode
        """The fact that `encode` made of plain members and commitments; `CodecError` where no fact has these."""
        self.values: Callable[[Any, Any], tuple[Any, ...]] = self._values
        """The fact's values in the order of its fields, for whoever puts them into something larger; `CodecError`."""
        self._plain = tuple(field for field in self._fields if not field[4])
        self._sealed = tuple(field for field in self._fields if field[4])

    def _decode(self, facts: Any, sealed: Any) -> T:
        # Written out when the first of them is read: a command that reads a few facts does not wait for two hundred.
        self.decode = _reader(self._cls, self._fields, self._cls)
        return self.decode(facts, sealed)

    def _values(self, facts: Any, sealed: Any) -> tuple[Any, ...]:
        self.values = read = _reader(self._cls, self._fields, lambda *values: values)
        found: tuple[Any, ...] = read(facts, sealed)
        return found

    @property
    def sealed_fields(self) -> frozenset[str]:
        """Names of the fields that are sealed."""
        return frozenset(field[0] for field in self._sealed)

    def encode(self, fact: T) -> tuple[dict[str, Any], dict[str, str]]:
        """The fact's plain members, and the commitments of its sealed ones.

        Raises:
            CodecError: a value is not of its field's type.
        """
        return _write(self._cls, self._plain, fact), _write(self._cls, self._sealed, fact)


@cache
def codec(cls: type[T]) -> Codec[T]:
    """The codec of a frozen dataclass.

    Raises:
        CodecError: a field's type is not one that can be stored.
    """
    return Codec(cls)


# --- fields ------------------------------------------------------------------------------------------------------

_Field = tuple[str, Convert, Convert, Any, bool]
"""Name, write, read, value when absent, is sealed; a plain tuple, because it is taken apart for every fact."""


def _fields(cls: type) -> tuple[_Field, ...]:
    if not dataclasses.is_dataclass(cls):
        raise CodecError(f"{cls.__name__} is not a dataclass")
    hints = get_type_hints(cls)
    return tuple(_field(field, hints[field.name], f"{cls.__name__}.{field.name}") for field in dataclasses.fields(cls))


def _field(field: dataclasses.Field[Any], hint: Any, where: str) -> _Field:
    if field.kw_only or not field.init:
        raise CodecError(f"{where}: a stored field is given by position")
    absent = field.default
    if field.default_factory is not dataclasses.MISSING:
        absent = field.default_factory()
    if absent is dataclasses.MISSING:
        absent = _ABSENT
    args = get_args(hint)
    if get_origin(hint) in (Union, UnionType) and NoneType in args and len(args) == 2:  # noqa: PLR2004  # X and None
        if absent not in (None, _ABSENT):
            raise CodecError(f"{where}: None is left out, and must be what a missing member means")
        hint, absent = next(arg for arg in args if arg is not NoneType), None
    elif absent is None:
        raise CodecError(f"{where}: None is not of its type")
    write, read = (write_sealed, read_sealed) if hint is Sealed else _converters(hint, where)
    return field.name, write, read, absent, hint is Sealed


def _converters(hint: Any, where: str) -> tuple[Convert, Convert]:
    """The functions that write and read a value of a type."""
    hint = getattr(hint, "__supertype__", hint)  # a NewType is stored as what it is made of
    if hint in SCALARS:
        return SCALARS[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal and all(type(arg) is str for arg in args):
        check = one_of(args)
        return check, check
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:  # noqa: PLR2004  # X and the dots
        write, read = _converters(args[0], where)
        return write_tuple(write), read_tuple(read)
    if origin is Mapping and args == (str, str):
        return mapping, mapping
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and hint is not Sealed:
        fields = _fields(hint)
        if any(field[4] for field in fields):
            raise CodecError(f"{where}: only the fact itself can have sealed fields")
        return (lambda value: _write(hint, fields, value)), _part(hint, fields)
    raise CodecError(f"{where}: a {hint} cannot be stored")


def _write(cls: type, fields: tuple[_Field, ...], fact: Any) -> dict[str, Any]:
    if type(fact) is not cls:
        raise CodecError(f"not a {cls.__name__}: {fact!r}")
    members = {}
    for name, write, _, absent, _ in fields:
        value = getattr(fact, name)
        if value is None and absent is None:
            continue
        try:
            members[name] = write(value)
        except CodecError as error:
            raise CodecError(f"{cls.__name__}.{name}: {error}") from None
    return members


def _reader(cls: type, fields: tuple[_Field, ...], make: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """A function from plain members and commitments to what `make` makes of the fields' values.

    It is written out for the class, as dataclasses write their own methods, so that reading an entry takes no loop over
    fields: every read model, audit and export reads every entry. What it refuses is looked at again, to say why.
    """
    lines = ["def read(facts, sealed):", " try:", "  found = 0"]
    lines.append("  if type(facts) is not dict: raise CodecError")
    names: dict[str, Any] = {"CodecError": CodecError, "make": make, "ABSENT": _ABSENT}
    for index, (name, _, convert, absent, is_sealed) in enumerate(fields):
        names |= {f"read{index}": convert, f"absent{index}": absent}
        lines += [
            f"  v{index} = {'sealed' if is_sealed else 'facts'}.get({name!r}, ABSENT)",
            f"  if v{index} is ABSENT:",
            f"   {'raise CodecError' if absent is _ABSENT else f'v{index} = absent{index}'}",
            "  else:",
            "   found += 1",
            f"   if type(v{index}) is not str: raise CodecError"
            if convert is read_text
            else f"   v{index} = read{index}(v{index})",
        ]
    lines += [
        "  if found != len(facts) + len(sealed): raise CodecError",
        f"  return make({', '.join(f'v{index}' for index in range(len(fields)))})",
        " except CodecError:",
        "  return refuse(facts, sealed)",
    ]

    def refuse(facts: Any, sealed: Any) -> None:
        raise CodecError(_why(cls, fields, facts, sealed)) from None

    names["refuse"] = refuse
    exec("\n".join(lines), names)  # noqa: S102  # nothing in it comes from outside: names of fields, as Python spells them
    made: Callable[[Any, Any], Any] = names["read"]
    return made


def _part(cls: type, fields: tuple[_Field, ...]) -> Convert:
    """What reads an object within a fact. One of nothing but texts and days is made once for all that say the same."""
    read = _reader(cls, fields, cls)
    if not all(convert is read_text or convert is read_date for _, _, convert, _, _ in fields):
        return lambda value: read(value, _NOTHING)
    known = lru_cache(maxsize=8192)(lambda *members: read(dict(members), _NOTHING))

    def convert(value: Any) -> Any:
        try:
            return known(*value.items())
        except (AttributeError, TypeError):  # no object, or something in it that is neither text nor day
            return read(value, _NOTHING)

    return convert


def _why(cls: type, fields: tuple[_Field, ...], facts: Any, sealed: Mapping[str, str]) -> str:
    """Why no fact of the class has these members."""
    if type(facts) is not dict:
        return f"not an object: {facts!r}"
    for name, _, read, absent, is_sealed in fields:
        member = (sealed if is_sealed else facts).get(name, _ABSENT)
        if member is _ABSENT:
            if absent is _ABSENT:
                return f"{cls.__name__}.{name}: is missing"
            continue
        try:
            read(member)
        except CodecError as error:
            return f"{cls.__name__}.{name}: {error}"
    unknown = facts.keys() - {field[0] for field in fields if not field[4]}
    unknown |= sealed.keys() - {field[0] for field in fields if field[4]}
    return f"{cls.__name__} has no {', '.join(sorted(unknown))}"
