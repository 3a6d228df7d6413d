"""Forms of the steps, made from the command table: what a person, a page, a file or another system may hand in.

A form is the command with free text in the place of sealed fields, bounded in every field, and with the new id left
out if the caller has none. `fill` turns a form into the command and the texts to be sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from threading import RLock
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, create_model

from api.times import Day
from domain import errors
from domain.identity import Digest, Sealed
from domain.procedure.commands import Command
from domain.procedure.facts import Limit
from domain.procedure.kind import Kind
from ledger.canonical import LARGEST

MOST_TEXT: Final = 4_000  # characters of a narrative; more belongs into evidence
Code = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/#=-]*$")]
Text = Annotated[str, Field(min_length=1, max_length=MOST_TEXT)]
Number = Annotated[int, Field(strict=True, ge=0, le=LARGEST)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PLAIN: Final[Mapping[Any, Any]] = MappingProxyType({str: Code, Digest: Hash, bool: StrictBool, int: Number, date: Day})


class Form(BaseModel):
    """Nothing that the step does not know, nothing guessed from another type."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitForm(Form):
    """A limit set in an instrument: `count` and `unit`, or `until`."""

    count: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = None
    unit: Literal["working_day", "calendar_day", "month", "year"] | None = None
    until: Day | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A step as filled in: the command, with commitments still empty, and the texts that belong there."""

    make: Callable[[Mapping[str, Sealed]], Command]
    texts: Mapping[str, str]
    new_id: str | None


def fill(kind: Kind, step: str, data: Mapping[str, Any], new_id: Callable[[], str]) -> Filled:
    """Check what was handed in for a step.

    Args:
        kind: the kind of proceeding.
        step: name of the step.
        data: plain data, as from JSON or YAML.
        new_id: called where the step creates something and the caller named no id.

    Raises:
        Refusal: `NoSuchStep`, or `MalformedStep` saying which field is wrong and why.
    """
    if step not in kind.steps:
        raise errors.NoSuchStep(step=step)
    try:
        filled = form_of(kind, step).model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or step
        raise errors.MalformedStep(step=step, why=f"{where}: {first['msg']}") from None
    row = kind.steps[step]
    values = {name: getattr(filled, name) for name in type(filled).model_fields}
    created = None
    if row.creates is not None:
        created = values[row.creates] = values[row.creates] or new_id()
    sealed = _sealed(row.command)
    texts = {name: value for name, value in values.items() if value is not None and name in sealed}
    plain = {name: _plain(value) for name, value in values.items() if name not in texts}

    def make(commitments: Mapping[str, Sealed]) -> Command:
        return row.command(**{**plain, **commitments})

    return Filled(make, texts, created)


_ONE_AT_A_TIME: Final = RLock()


def form_of(kind: Kind, step: str) -> type[Form]:
    """The form of a step; the same where kinds share the step. KeyError if the kind has no such step."""
    row = kind.steps[step]
    with _ONE_AT_A_TIME:  # while pydantic makes a model, another thread that makes one may meet it half made
        return _form_of(step, row.command, row.creates)


def _plain(value: Any) -> Any:
    if isinstance(value, LimitForm):
        if (value.until is None) == (value.count is None) or (value.count is None) != (value.unit is None):
            raise errors.MalformedStep(step="limit", why="count + unit, or until")
        return Limit(value.count, value.unit, value.until)
    return value


@cache
def _sealed(command: type[Command]) -> frozenset[str]:
    hints = get_type_hints(command)
    return frozenset(name for name, hint in hints.items() if Sealed in (hint, *get_args(hint)))


def _field_type(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        parts = [_field_type(part) for part in get_args(hint) if part is not type(None)]
        return parts[0] | None
    if get_origin(hint) is tuple:
        inner: Any = _field_type(get_args(hint)[0])
        return Annotated[tuple[inner, ...], Field(max_length=50)]
    if hint is Sealed:
        return Text
    if hint is Limit:
        return LimitForm
    return PLAIN[hint]


@cache  # when it is first asked for: most commands fill in few steps, and there are hundreds
def _form_of(step: str, command: type[Command], creates: str | None) -> type[Form]:
    hints = get_type_hints(command)
    definitions: dict[str, Any] = {}
    for field in fields(command):
        kind = _field_type(hints[field.name])
        required = field.default is field.default_factory  # both MISSING
        if field.name == creates:
            definitions[field.name] = (kind | None, None)
        else:
            definitions[field.name] = (kind, ... if required else field.default)
    name = "".join(part.title() for part in step.split("-"))
    return create_model(name, __base__=Form, **definitions)
