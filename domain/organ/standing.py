"""How an enforcement body stands on a day (执法主体的状况): folded from its file, kept nowhere."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from domain.organ import events
from domain.procedure.facts import Fact
from domain.procedure.state import File, in_effect

F = TypeVar("F", bound=Fact)


def confirmation(file: File, day: date) -> events.QualificationConfirmed | None:
    """The newest confirmation of its qualification (资格确认) by `day`; None while there is none.

    A change of what it rests on does not end it: the text asks for a new confirmation, and takes nothing away before.
    """
    return _newest(file, events.QualificationConfirmed, day)


def superior(file: File, day: date) -> str | None:
    """The organ that led it on `day` (上级主管部门); None where none is recorded."""
    found = _newest(file, events.SuperiorSet, day)
    return found.superior if found is not None else None


def supervisors(file: File, day: date) -> tuple[str, ...]:
    """The supervision officers whom it had designated by `day`."""
    found = _newest(file, events.SupervisorsDesignated, day)
    return found.persons if found is not None else ()


def _newest(file: File, kind: type[F], day: date) -> F | None:
    """By legal day; of one day the one recorded last."""
    found = [h for h in file.log if isinstance(h.fact, kind) and h.on <= day and in_effect(file, h.fact)]
    newest = max(found, key=lambda h: (h.on, h.version), default=None)
    return newest.fact if newest is not None and isinstance(newest.fact, kind) else None
