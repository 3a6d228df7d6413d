"""A case in two times (双时回放): what had happened by a legal day, as it was known at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.case.events import EntryCorrected
from domain.case.happening import Happening, corrected
from domain.case.state import Case, fold


@dataclass(frozen=True, slots=True)
class Known:
    """A fact of the case and the moment at which the ledger came to know it."""

    happening: Happening
    recorded_at: datetime


def view(entries: Iterable[Known], as_of: date | None = None, known_at: datetime | None = None) -> Case:
    """The case as of a legal day, with the knowledge of a moment; None means without limit.

    Entries recorded later than `known_at` are left out; values corrected by then stand in their places; what occurred
    after `as_of` is left out; the rest is folded by version.
    """
    known = [entry.happening for entry in entries if known_at is None or entry.recorded_at <= known_at]
    log = tuple(known)
    for happening in known:
        if isinstance(happening.fact, EntryCorrected):
            log = corrected(log, happening.fact)
    # A correction lives and dies with what it corrects.
    days = {happening.version: happening.on for happening in log}
    moved = (replace(h, on=days.get(h.fact.version, h.on)) if isinstance(h.fact, EntryCorrected) else h for h in log)
    return fold(h for h in moved if as_of is None or h.on <= as_of)
