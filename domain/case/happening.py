"""A fact where it stands in its stream, and what it should have said instead (更正)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

from domain.case import events
from domain.case.events import CaseFact

NOT_RECORDED: Final = "none"
_KINDS: Final[Mapping[str, type]] = {"date": date, "bool": bool, "int": int, "str": str}
CREATES: Final = (
    "document",
    "order",
    "finding",
    "review",
    "transfer",
    "act",
    "new_act",
    "assistance",
    "evidence",
    "measure",
)


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact with what its envelope says: its version in the stream and its legal date."""

    version: int
    on: date
    fact: CaseFact


def corrected(log: tuple[Happening, ...], fix: events.EntryCorrected) -> tuple[Happening, ...]:
    """The facts with one corrected value in its place."""
    return tuple(_with_value(h, fix.field, fix.now) if h.version == fix.version else h for h in log)


def _with_value(happening: Happening, name: str, text: str) -> Happening:
    if name == "occurred_on":
        return replace(happening, on=date.fromisoformat(text))
    changes: dict[str, Any] = {name: read_as(_KINDS[_annotation(happening.fact, name)], text)}
    return replace(happening, fact=replace(happening.fact, **changes))


def read_as(kind: type, text: str) -> object:
    """`text` as a value of `kind`; `none` is what was not recorded. ValueError when it is not one."""
    if text == NOT_RECORDED:
        return None
    if kind is bool:
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"
    return date.fromisoformat(text) if kind is date else kind(text)


def as_text(value: object) -> str:
    """A correctable value as the text that a correction names: the reverse of `read_as`."""
    if value is None:
        return NOT_RECORDED
    return str(value).lower() if isinstance(value, bool) else str(value)


def correctable(fact: CaseFact) -> frozenset[str]:
    """The fields of a fact that a correction may name: dates, yes-or-no, numbers, codes; never what gives it its id."""
    if isinstance(fact, events.DeadlineFact | events.EntryCorrected):
        return frozenset()  # the former follow from other facts, the latter is corrected by another
    plain = {f.name for f in fields(fact) if _annotation(fact, f.name) in _KINDS}
    return frozenset(plain - set(CREATES) - {"about", "regime", "regime_digest"} | {"occurred_on"})


def _annotation(fact: CaseFact, name: str) -> str:
    return str(fact.__dataclass_fields__[name].type).removesuffix(" | None")
