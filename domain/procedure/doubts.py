"""Which steps in doubt nobody has dealt with yet (尚未处理的疑点).

A document is dealt with when it is ended or replaced, a closing when the file is reopened, another step when it is
taken again after the correction that put it in doubt. What cannot be, somebody settles with a reason; a further
correction that gives another reason for doubt puts it in doubt again.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Final

from domain.procedure.facts import Closed, Doubt, DoubtSettled, EntryCorrected, Fact
from domain.procedure.happening import Happening
from domain.procedure.situation import about
from domain.procedure.state import File

_MATTER: Final = ("acts", "act", "target", "to", "addressee", "person", "relation", "superior")
"""What a step is about besides a thing with an id of its own: the acts, and whom it concerns."""


def standing(file: File) -> tuple[Doubt, ...]:
    """The doubts of the newest correction that nobody has dealt with."""
    doubtful = {h.version: h for h in file.log}
    return tuple(doubt for doubt in file.doubts if not _dealt_with(doubt, doubtful[doubt.version], file))


def _dealt_with(doubt: Doubt, doubtful: Happening, file: File) -> bool:
    if isinstance(doubtful.fact, Closed):
        return not file.closed
    raised = _since(file, lambda each: each.version == doubt.version)
    again = any(h.version > raised and _again(doubtful.fact, h.fact, file) for h in file.log)
    return again or _settled(doubt, file) or _ended(doubtful.fact, file)


def _settled(doubt: Doubt, file: File) -> bool:
    """Whether somebody settled it after this very reason for it was there."""
    raised = _since(file, lambda each: each == doubt)
    later = (h.fact for h in file.log if h.version > raised)
    return any(isinstance(fact, DoubtSettled) and fact.version == doubt.version for fact in later)


def _since(file: File, raised: Callable[[Doubt], bool]) -> int:
    """The correction that raised a doubt which stands without a break since: later ones only say it once more."""
    fixes = ((h.version, h.fact.doubts) for h in reversed(file.log) if isinstance(h.fact, EntryCorrected))
    return min((version for version, _ in takewhile(lambda fix: any(map(raised, fix[1])), fixes)), default=file.version)


def _ended(fact: Fact, file: File) -> bool:
    named = (getattr(fact, "document", None), getattr(fact, "about", None))
    known = [file.documents[id_] for id_ in named if isinstance(id_, str) and id_ in file.documents]
    replaced = {document.issued.replaces for document in file.documents.values()}
    return any(document.ended is not None or document.issued.document in replaced for document in known)


def _again(doubtful: Fact, fact: Fact, file: File) -> bool:
    """Whether a fact is of the same kind and about the same."""
    row = next((row for row in file.kind.steps.values() if row.becomes is type(fact)), None)
    if row is None or type(doubtful) is not type(fact):
        return False
    return _matter(doubtful, about(doubtful, row, file.kind)) == _matter(fact, about(fact, row, file.kind))


def _matter(fact: Fact, about: str | None) -> tuple[object, ...]:
    """What a fact is about; where it says neither that nor whom it concerns, the kind alone tells it from others."""
    values = (getattr(fact, name, None) for name in _MATTER)
    matter = (about, *(frozenset(value) if isinstance(value, tuple) else value for value in values))
    return matter if any(matter) else (getattr(fact, "kind", None),)
