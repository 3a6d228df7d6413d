"""A fact where it stands in its stream, and what it should have said instead (更正)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from typing import Any, Final

from domain.procedure import facts
from domain.procedure.facts import Fact

NOT_RECORDED: Final = "none"
CODES: Final = frozenset({"kind", "origin", "mode", "proof"})
VERDICTS: Final = frozenset({"accepted", "agreed", "conflict", "fit", "granted", "taken_up"})
"""The fields in which somebody decided: on a request, an application, a dispute, a referral, a check.

A decision is changed by deciding again, or by whoever reviews it, never by whoever mends the record; else what followed
from it would stand or fall without anybody having decided so. What was seen, counted or sorted (`corrected`, `passed`,
`in_scope`, the kind of a finding) is no verdict: entered wrongly it is a slip, and for some no other step undoes it.
Outcomes and grades are neither days nor yes-or-no and cannot be named in the first place.
"""
_KINDS: Final[Mapping[str, type]] = {"date": date, "bool": bool, "int": int, "str": str}


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact with what its envelope says: its version in the stream and its legal date."""

    version: int
    on: date
    fact: Fact


def relates(fact: Fact) -> tuple[tuple[str, str], ...]:
    """The relation that a fact puts an organ in, and the organ; nothing where it puts none in any."""
    if isinstance(fact, facts.AuthorityNamed):
        return ((fact.relation, fact.organ),)
    relation, field = getattr(fact, "RELATES", ("", ""))
    organ = getattr(fact, field) if relation else None
    return ((relation, organ),) if organ is not None else ()


@cache
def brings(fact: type[Fact]) -> bool:
    """Whether facts of a class may put an organ in a relation."""
    return fact is facts.AuthorityNamed or hasattr(fact, "RELATES")


@cache
def parts_with(fact: type[Fact]) -> bool:
    """Whether something leaves the file with facts of a class."""
    return hasattr(fact, "PARTS_WITH")


def parted(fact: Fact) -> tuple[str, ...]:
    """The ids of what leaves the file with a fact."""
    name: str | None = getattr(fact, "PARTS_WITH", None)
    return getattr(fact, name) if name is not None else ()


def corrected(log: tuple[Happening, ...], fix: facts.EntryCorrected) -> tuple[Happening, ...]:
    """The facts with one corrected value in its place."""
    return tuple(with_value(h, fix.field, fix.now) if h.version == fix.version else h for h in log)


def with_value(happening: Happening, name: str, text: str) -> Happening:
    """The fact with one value as a correction names it; ValueError when it is none."""
    if name == "occurred_on":
        return replace(happening, on=date.fromisoformat(text))
    changes: dict[str, Any] = {
        name: read_as(_KINDS[_annotation(happening.fact, name)], text, optional=_optional(happening.fact, name))
    }
    return replace(happening, fact=replace(happening.fact, **changes))


def read_as(kind: type, text: str, *, optional: bool) -> object:
    """`text` as a value of `kind`; `none` is what was not recorded. ValueError when it is not one."""
    if text == NOT_RECORDED and optional:
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


def correctable(fact: Fact) -> frozenset[str]:
    """The fields of a fact that a correction may name: days, yes-or-no, and the codes in `CODES`.

    Who the parties are and what was decided is not corrected: that takes a new step.
    """
    if isinstance(fact, facts.DeadlineFact | facts.EntryCorrected):
        return frozenset()  # the former follow from other facts, the latter is corrected by another
    kinds = {field.name: _annotation(fact, field.name) for field in fields(fact)}
    codes = CODES if not isinstance(fact, facts.Issued) else frozenset({"proof"})
    plain = {name for name, kind in kinds.items() if kind in ("date", "bool") or name in codes}
    return frozenset(plain - VERDICTS | {"occurred_on"})


def _annotation(fact: Fact, name: str) -> str:
    return str(fact.__dataclass_fields__[name].type).removesuffix(" | None")


def _optional(fact: Fact, name: str) -> bool:
    return str(fact.__dataclass_fields__[name].type).endswith("| None")
