"""Cases that are joined and parted (并案、分案): each keeps its own file, and each file says where it goes on.

Such a step is recorded in both files at once, or in neither: what it says in the other is in `there`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain import errors
from domain.case import events
from domain.case.commands import MergeCase, SplitCase
from domain.procedure.commands import Asked, becomes
from domain.procedure.facts import Closed, Fact, OfficerRecused, Reopened
from domain.procedure.state import File
from domain.regime.model import Step


def facts_of(asked: Asked, file: File, rule: Step) -> Iterator[Fact]:
    """What follows in this file when it is joined with another or parted.

    Raises:
        Refusal: `NotTogether`, `TooEarly`, `IdTaken`, `NotSeparable`.
    """
    command, other = asked.command, asked.other
    assert isinstance(command, MergeCase | SplitCase)
    if other is None or command.case == asked.id or not _alike(file, other):
        raise errors.NotTogether(rule.cite, case=command.case)
    since = max(_open_since(file), _open_since(other))
    if asked.on < since:
        raise errors.TooEarly(rule.cite, day=asked.on, since=since)
    match command:
        case MergeCase():
            yield becomes(command, events.CaseMerged)
            yield Closed("merged")
        case SplitCase(acts=acts):
            for act in acts:
                if act in other.things:
                    raise errors.IdTaken(rule.cite, id=act)
                if _spoken_of(act, file):
                    raise errors.NotSeparable(rule.cite, act=act)
            yield becomes(command, events.CaseSplit)


def there(asked: Asked, file: File) -> Iterator[Fact]:
    """What the same step says in the other file: which case goes on in it, or which acts; their texts stay here.

    Who is recused here is recused there: else what a person may not deal with would be joined to what they may.
    """
    match asked.command:
        case MergeCase():
            yield events.CaseAbsorbed(asked.id)
        case SplitCase(acts=acts):
            registered = {h.fact.act: h.fact for h in file.log if isinstance(h.fact, events.ActRegistered)}
            for act in acts:  # no other act is separable
                yield replace(registered[act], party=None, title=None)
        case _:
            return
    yield from _recused(file, asked.other)


def _recused(file: File, other: File | None) -> Iterator[Fact]:
    """Who is recused in a file and not yet in the other; the request, if there was one, stays where it was decided."""
    known = _recusals(other) if other is not None else {}
    for person, fact in _recusals(file).items():
        if person not in known:
            yield replace(fact, recusal=None)


def _recusals(file: File) -> dict[str, OfficerRecused]:
    return {h.fact.person: h.fact for h in file.log if isinstance(h.fact, OfficerRecused)}


def _alike(file: File, other: File) -> bool:
    """Open, kept by the same organ about the same organ, under the same version of the same regulation."""
    if file.opened is None or other.opened is None or other.closed or file.regime_digest != other.regime_digest:
        return False
    if any(isinstance(h.fact, events.OpeningRejected) for h in (*file.log, *other.log)):
        return False
    return (file.opened.supervisor, file.opened.subject) == (other.opened.supervisor, other.opened.subject)


def _open_since(file: File) -> date:
    """The last day on which an open file was opened, closed or reopened: from then on it is open on every day."""
    turns = (h.on for h in file.log if file.kind.opens(h.fact) or isinstance(h.fact, Closed | Reopened))
    return max(turns)


def _spoken_of(act: str, file: File) -> bool:
    """Whether something in this file rests on an act: an order, a document, a finding on it or on no act by name.

    So does an act that was made anew on what was decided here.
    """
    facts = [h.fact for h in file.log if not isinstance(h.fact, events.ActRegistered)]
    at_large = any(isinstance(fact, events.FindingRecorded) and fact.act is None for fact in facts)
    names = (*file.kind.creates, "about")
    return at_large or any(act in (*getattr(f, "acts", ()), *(getattr(f, name, None) for name in names)) for f in facts)
