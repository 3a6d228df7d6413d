"""Registers (名册) as rows: what the files of officers, organs, leads, programmes and obligations hold, and documents.

A row holds days, and no state that needs a clock: whether a certificate is good on a day is asked with the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Final

from domain.kinds import KINDS
from domain.procedure import facts
from domain.procedure.facts import Fact
from domain.procedure.things import Document
from projections.reading import ALL_KINDS
from projections.registers import bodies, people
from projections.room import Folded, Row

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "documents": (
        "document", "issued_on", "kind", "id", "instrument", "number", "form", "about", "issuer", "addressee",
        "served_on", "effective_on", "ended", "ended_on", "in_effect", "defective", "regime", "supervisor", "subject",
        "position",
    ),
    "certificates": (
        "certificate", "valid_from", "kind", "id", "person", "unit", "issuer", "form", "number", "filed", "valid_to",
        "scope", "suspended_on", "restored_on", "revoked_on", "cancelled_on", "expired_on", "good_from", "good_until",
        "position",
    ),
    "trainings": ("year", "last_on", "kind", "id", "person", "unit", "hours", "times", "failed", "position"),
    "posts": ("post", "since", "kind", "id", "person", "organ", "duty", "until", "acting", "instead_of", "position"),
    "obligations": (
        "duty", "arisen_on", "kind", "id", "owed_by", "regime", "trigger_on", "occasion", "ground", "due_on", "parts",
        "done_on", "waived_on", "missed_on", "referred_to", "ended_on", "position",
    ),
    "bodies": (
        "subject", "registered_on", "kind", "id", "nature", "superior", "qualification", "qualification_on",
        "confirmed_on", "powers", "published_on", "supervision_officers", "position",
    ),
    "gradings": (
        "drawn", "drawn_on", "kind", "id", "programme", "organ", "reference", "grade", "graded_on", "persons",
        "referred_to", "position",
    ),
    "triages": (
        "triage", "triaged_on", "kind", "id", "form", "channel", "in_scope", "against_act", "case_id", "answered_on",
        "outcome", "position",
    ),
    "registered": ("register", "item", "party", "on_day"),
}  # fmt: skip
"""The first two columns of a register are the id of a row within its file, and the day under which it is listed."""

_ENDS: Final[tuple[type[Fact], ...]] = (
    facts.OpinionAmended,
    facts.OpinionWithdrawn,
    facts.DocumentWithdrawn,
    facts.DecisionAmended,
    facts.DecisionRevoked,
)
Registered = Iterator[tuple[str, tuple[Any, ...]]]

_OF_KIND: Final[Mapping[str, Callable[[Folded], Registered]]] = {
    "officer": people.of_officer,
    "organ": bodies.of_organ,
    "obligation": bodies.of_obligation,
    "programme": bodies.of_programme,
    "lead": bodies.of_lead,
}
assert _OF_KIND.keys() <= KINDS.keys()


class Registers:
    """Projection `registers`."""

    name = "registers"
    version = 1
    kinds = ALL_KINDS
    tables: ClassVar = TABLES

    def rows(self, folded: Folded) -> Iterator[Row]:
        """A row for each thing in a register, and one for each party of the file that finds it in a list."""
        found = [*_documents(folded)]
        if folded.kind in _OF_KIND:
            found += _OF_KIND[folded.kind](folded)
        readers = [party for party, standing in folded.parties.items() if standing != "barred"] if found else []
        for table, (item, day, *values) in found:
            yield table, (item, day, folded.kind, folded.id, *values, folded.position)
            for reader in readers:
                yield "registered", (table, item, reader, day)


def _documents(folded: Folded) -> Registered:
    if not folded.file.documents:
        return
    ends: dict[str, date] = {
        getattr(h.fact, "document"): h.on  # noqa: B009  # each of these facts has one
        for h in folded.file.log
        if isinstance(h.fact, _ENDS)
    }
    for document in folded.file.documents.values():
        yield "documents", _document(folded, document, ends.get(document.issued.document))


def _document(folded: Folded, document: Document, ended_on: date | None) -> tuple[Any, ...]:
    opened, issued = folded.file.opened, document.issued
    assert opened is not None
    served_on = document.receipts.get(issued.to)
    return (
        issued.document, document.issued_on, issued.instrument, issued.number, issued.kind, issued.about,
        issued.by or opened.supervisor, issued.to, served_on, None if issued.defects else served_on, document.ended,
        ended_on if document.ended else None, document.in_effect, bool(issued.defects), folded.regime.id,
        opened.supervisor, opened.subject,
    )  # fmt: skip
