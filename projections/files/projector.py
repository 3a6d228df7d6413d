"""The list of files (案卷一览): one row a proceeding, with its stage as the regulation it stands under tells it.

Beside it, who may find it in a list, what leads from it to other files, and whom it does not name to everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Final

from domain.case.events import CaseAbsorbed, CaseMerged, CaseSplit
from domain.case.kind import CASE
from domain.kinds import kind_of
from domain.lead.events import LeadLinked
from domain.lead.kind import LEAD
from domain.penalty_filing.events import FilingLinked
from domain.procedure.facts import Issued
from domain.procedure.relations import heard
from projections.reading import ALL_KINDS
from projections.room import Folded, Row

FILES: Final = (
    "kind", "id", "regime", "supervisor", "subject", "person", "origin", "opened_on", "stage", "stage_zh", "stage_en",
    "closed", "last_on", "handlers", "numbers", "version", "position",
)  # fmt: skip
PARTIES: Final = ("party", "standing", "kind", "last_on")
LINKS: Final = ("target", "relation", "on_day", "position")
WITHHELD: Final = ("name", "source")

_LEADS_TO: Final[Mapping[type, str]] = {
    LeadLinked: "linked",
    FilingLinked: "linked",
    CaseMerged: "merged",
    CaseSplit: "split",
    CaseAbsorbed: "absorbed",
}
_STREAM: Final = re.compile(r"[a-z-]+/[A-Za-z0-9._~-]{1,120}", re.ASCII)
"""A source may be any words; this is one that names a file."""


class Files:
    """Projection `files`."""

    name = "files"
    version = 5
    kinds = ALL_KINDS
    tables: ClassVar = {"files": FILES, "parties": PARTIES, "links": LINKS, "withheld": WITHHELD}

    def rows(self, folded: Folded) -> Iterator[Row]:
        """The row of a file, one for each party, one for each file that it leads to and for each name it withholds."""
        last_on = max(entry.on for entry in folded.entries)
        yield "files", _file(folded, last_on)
        for party, standing in folded.parties.items():
            yield "parties", (party, standing, folded.kind, last_on)
        for (target, relation), values in _links(folded).items():
            yield "links", (target, relation, *values)
        yield from (("withheld", row) for row in _withheld(folded).items())


def _file(folded: Folded, last_on: date) -> tuple[Any, ...]:
    file, opened = folded.file, folded.file.opened
    assert opened is not None
    now = folded.stays[-1].stage
    return (
        folded.kind,
        folded.id,
        folded.regime.id,
        opened.supervisor,
        opened.subject,
        getattr(opened, "person", None),
        getattr(opened, "origin", None),
        file.log[0].on,
        now.stage,
        now.title.zh,
        now.title.en,
        file.closed,
        last_on,
        list(folded.handlers),
        [happening.fact.number for happening in file.log if isinstance(happening.fact, Issued)],
        file.version,
        folded.position,
    )


def _links(folded: Folded) -> dict[tuple[str, str], tuple[date, int]]:
    """What the file leads to, each once: the first time that it was said."""
    found: dict[tuple[str, str], tuple[date, int]] = {}
    source = _source(folded)
    first = folded.entries[0]
    if source is not None:
        found[source, "source"] = first.on, first.position
    for entry in folded.entries:
        relation = _LEADS_TO.get(type(entry.fact))
        if relation is not None:
            case: str = getattr(entry.fact, "case")  # noqa: B009  # each of these facts has one
            found.setdefault((f"{CASE.name}/{case}", relation), (entry.on, entry.position))
    return found


def _withheld(folded: Folded) -> dict[str, bool]:
    """Who complained, and the file's source, whose words may name anybody; of each name whether it is the latter."""
    named: str | None = getattr(folded.file.opened, "source", None)
    found: dict[str, bool] = {} if named is None else dict.fromkeys((named, named.removeprefix(f"{LEAD.name}/")), True)
    return found | dict.fromkeys(map(str, heard(folded.file)), False)


def _source(folded: Folded) -> str | None:
    """The file that the file came from, where its source names one: a case by its id comes from a lead."""
    named: str | None = getattr(folded.file.opened, "source", None)
    if named is None:
        return None
    stream = named if "/" in named else f"{LEAD.name}/{named}"
    return stream if _STREAM.fullmatch(stream) and kind_of(stream) is not None else None
