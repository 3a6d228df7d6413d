"""Which leads were linked to a case (关联线索). A lead says so in its own stream; the case itself does not name it."""

from __future__ import annotations

from typing import Final

from domain.case.kind import CASE
from domain.catalogue import TYPES
from domain.lead.events import LeadLinked
from ledger.log import Log

_LINKED: Final = tuple(name for name, fact in TYPES.items() if fact is LeadLinked)


class Links:
    """Follows a log for what links leads to cases, from where it looked last: no file is read for it.

    Reading every lead for every look at a case would take as long as there are leads. What is linked stays linked, so
    what was found is kept.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._found: tuple[dict[str, dict[str, None]], int] = {}, 0

    def leads_of(self, case: str) -> tuple[str, ...]:
        """The streams of the leads that were linked to a case, by its stream; each once, in the order of the links."""
        leads, since = self._found
        entries, end = self._log.recorded(_LINKED, since)
        for entry in entries:
            assert isinstance(entry.fact, LeadLinked)
            leads.setdefault(f"{CASE.name}/{entry.fact.case}", {})[entry.originator_id] = None
        self._found = leads, max(end, self._found[1])  # another thread may have been quicker, and found the same
        return tuple(leads.get(case, ()))
