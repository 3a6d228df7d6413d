"""What leads to a file from others: leads linked to it, proceedings that came of it, officers with a post in an organ.

Each says so in its own stream; the file or the organ itself does not name it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.accountability.events import AccountabilityOpened
from domain.case.kind import CASE
from domain.catalogue import TYPES
from domain.lead.events import LeadLinked
from domain.officer.events import ActingAppointed, PostAssigned
from ledger.log import Log


class Links:
    """Follows a log for what leads from file to file, from where it looked last: no file is read for it.

    Reading every lead for every look at a case would take as long as there are leads. What is linked stays linked, so
    what was found is kept.
    """

    def __init__(self, log: Log) -> None:
        self._leads = _Trail(log, (LeadLinked,), lambda fact: f"{CASE.name}/{fact.case}")
        self._pursued = _Trail(log, (AccountabilityOpened,), lambda fact: fact.source)
        self._posted = _Trail(log, (PostAssigned, ActingAppointed), lambda fact: fact.organ)

    def leads_of(self, case: str) -> tuple[str, ...]:
        """The streams of the leads that were linked to a case, by its stream; each once, in the order of the links."""
        return self._leads.to(case)

    def proceedings_of(self, source: str) -> tuple[str, ...]:
        """The streams of the accountability proceedings whose source is a file, by its stream."""
        return self._pursued.to(source)

    def officers_of(self, organ: str) -> tuple[str, ...]:
        """The streams of the officers who were ever given a post in an organ."""
        return self._posted.to(organ)


class _Trail:
    """One kind of link: the streams in which facts of some types name a target."""

    def __init__(self, log: Log, facts: tuple[type, ...], target: Callable[[Any], str | None]) -> None:
        self._log, self._target = log, target
        self._types = tuple(name for name, fact in TYPES.items() if fact in facts)
        self._found: tuple[dict[str, dict[str, None]], int] = {}, 0

    def to(self, target: str) -> tuple[str, ...]:
        streams, since = self._found
        entries, end = self._log.recorded(self._types, since)
        for entry in entries:
            named = self._target(entry.fact)
            if named is not None:
                streams.setdefault(named, {})[entry.originator_id] = None
        self._found = streams, max(end, self._found[1])  # another thread may have been quicker, and found the same
        return tuple(streams.get(target, ()))
