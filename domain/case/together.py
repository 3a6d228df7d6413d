"""Cases that are joined and parted (并案、分案): each keeps its own file, and each file says where it goes on."""

from __future__ import annotations

from collections.abc import Iterator

from domain import errors
from domain.case import events
from domain.case.commands import AbsorbCase, MergeCase, SplitCase
from domain.procedure.commands import Asked, becomes
from domain.procedure.facts import Closed, Fact
from domain.procedure.state import File
from domain.regime.law import Law
from domain.regime.model import Step


def facts_of(asked: Asked, file: File, law: Law, rule: Step) -> Iterator[Fact]:
    """What follows when a case is joined with another or parted.

    The case that goes on says so first: it absorbs, or is opened with the other as its source. The other is read at
    the version that the entry names.

    Raises:
        Refusal: `NotTogether`, `NotReady`, `NotSeparable`.
    """
    command, other = asked.command, asked.other
    assert isinstance(command, AbsorbCase | MergeCase | SplitCase)
    if other is None or command.case == asked.id or not _alike(file, other, law):
        raise errors.NotTogether(rule.cite, case=command.case)
    match command:
        case AbsorbCase():
            yield becomes(command, events.CaseAbsorbed)
        case MergeCase():
            if events.CaseAbsorbed(asked.id) not in _bare(other):
                raise errors.NotReady(rule.cite, case=command.case)
            yield becomes(command, events.CaseMerged)
            yield Closed("merged")
        case SplitCase(acts=acts):
            if getattr(other.opened, "source", None) != asked.id:
                raise errors.NotReady(rule.cite, case=command.case)
            for act in acts:
                if _spoken_of(act, file):
                    raise errors.NotSeparable(rule.cite, act=act)
            yield becomes(command, events.CaseSplit)


def _alike(file: File, other: File, law: Law) -> bool:
    """Open, kept by the same organ about the same organ, under the same regulation."""
    if file.opened is None or other.opened is None or other.closed:
        return False
    same = (file.opened.supervisor, file.opened.subject) == (other.opened.supervisor, other.opened.subject)
    return same and other.opened.regime == law.regime.id


def _bare(file: File) -> tuple[Fact, ...]:
    """The cases that a case has absorbed, without what was noted."""
    return tuple(events.CaseAbsorbed(h.fact.case) for h in file.log if isinstance(h.fact, events.CaseAbsorbed))


def _spoken_of(act: str, file: File) -> bool:
    """Whether something in this file rests on an act: a finding, an order, a document."""
    facts = (h.fact for h in file.log if not isinstance(h.fact, events.ActRegistered))
    return any(act in (*getattr(f, "acts", ()), getattr(f, "act", None), getattr(f, "about", None)) for f in facts)
