"""The report over one file (单卷报告): its clocks, documents, reviews and sanctions, with the entries they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from domain.accountability.events import DisciplineReferred, SanctionImposed, SanctionSuggested
from domain.catalogue import short_name
from domain.procedure import facts
from domain.procedure.deadline import Deadline
from domain.procedure.facts import Issued
from domain.procedure.recorded import Recorded
from domain.procedure.state import File
from projections.statistics.figures import folded, overdue, resting
from projections.statistics.report import PLACE, canonical

NAME: Final = "file"


def file_report(ledger: str, size: int, entries: Sequence[Recorded]) -> bytes:
    """The report over one file as canonical JSON.

    Args:
        ledger: its id.
        size: as of exactly so many entries of it.
        entries: of the file, by version, from the first on. The day that counts is that of the last.

    Raises:
        ValueError: they are no file.
    """
    file = folded(entries)
    day = max(entry.recorded_at for entry in entries).astimezone(PLACE).date()
    positions = {entry.version: entry.position for entry in entries}
    return canonical(
        {
            "report": f"{NAME}/1",
            "ledger": ledger,
            "size": size,
            "stream": entries[0].stream,
            "version": file.version,
            "day": day.isoformat(),
            "clocks": list(_clocks(file, positions, day)),
            "documents": list(_documents(file, positions)),
            "reviews": list(_reviews(file, positions)),
            "sanctions": list(_sanctions(file, positions)),
        }
    )


def state(clock: Deadline, day: date) -> str:
    """How a clock stands on a day: met, met-late, ended, ended-late, suspended, overdue or running."""
    if clock.settled:
        return ("met" if clock.met_on else "ended") + ("-late" if clock.late else "")
    if clock.suspended:
        return "suspended"
    return "overdue" if overdue(clock, day) else "running"


def _clocks(file: File, positions: dict[int, int], day: date) -> Iterator[dict[str, Any]]:
    rests = resting(file, positions)
    for clock in file.deadlines.values():
        yield {
            "clock": clock.id,
            "name": clock.name,
            "nature": clock.nature,
            "article": clock.article,
            "from": clock.trigger_on.isoformat(),
            "latest": clock.latest.isoformat(),
            "state": state(clock, day),
            "settled": _said(clock.met_on or clock.cancelled_on),
            "positions": list(rests[clock.id]),
        }


def _documents(file: File, positions: dict[int, int]) -> Iterator[dict[str, Any]]:
    for id_, document in file.documents.items():
        served = [h for h in file.log if isinstance(h.fact, facts.DocumentServed) and h.fact.document == id_]
        issued = next(h for h in file.log if isinstance(h.fact, Issued) and h.fact.document == id_)
        yield {
            "document": id_,
            "instrument": document.issued.instrument,
            "number": document.issued.number,
            "issued": document.issued_on.isoformat(),
            "received": _said(document.receipts.get(document.issued.to)),
            "ended": document.ended,
            "defects": [defect.code for defect in document.issued.defects],
            "positions": [positions[each.version] for each in (issued, *served)],
        }


def _reviews(file: File, positions: dict[int, int]) -> Iterator[dict[str, Any]]:
    for id_, review in file.reviews.items():
        yield {
            "review": id_,
            "about": review.requested.about,
            "accepted": review.requested.accepted,
            "outcome": review.outcome,
            "positions": [positions[h.version] for h in file.log if getattr(h.fact, "review", None) == id_],
        }


def _sanctions(file: File, positions: dict[int, int]) -> Iterator[dict[str, Any]]:
    for happening in file.log:
        fact = happening.fact
        if isinstance(fact, SanctionImposed | SanctionSuggested | DisciplineReferred):
            yield {
                "way": short_name(fact),
                "rung": fact.rung,
                "measures": list(fact.measures),
                "on": happening.on.isoformat(),
                "positions": [positions[happening.version]],
            }


def _said(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
