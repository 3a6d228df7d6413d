"""How many days steps of a case took (办理时长): from which entry to which, by what the step is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domain.procedure import facts
from domain.procedure.facts import Fact, Issued
from domain.procedure.happening import Happening
from domain.procedure.recorded import Recorded
from domain.procedure.state import File, in_effect
from projections.statistics.figures import Figure

SPAN: Final = "days"
FILE: Final = "file"


def spans(file: File, entries: Sequence[Recorded]) -> Iterator[Figure]:
    """The steps of a file that came to their end, in the year in which they did: how many days, and on which entries.

    From the opening to each closing; from the issue of a document to its receipt by its addressee; from a request for
    review to its decision; from an order or instrument to its correction verified.
    """
    assert file.opened is not None
    positions = {entry.version: entry.position for entry in entries}
    began: dict[tuple[str, str], tuple[str, Happening]] = {}
    for happening in file.log:
        fact = happening.fact
        for end, thing in _ends(fact, file):
            if (end, thing) in began:
                name, start = began.pop((end, thing))
                days = (happening.on - start.on).days
                if days >= 0:  # a corrected day may lie before
                    at = tuple(sorted((positions[start.version], positions[happening.version])))
                    yield Figure(SPAN, name, file.opened.supervisor, happening.on.year, days, at)
        for end, thing, name in _begins(fact, file):
            began.setdefault((end, thing), (name, happening))


def _begins(fact: Fact, file: File) -> Iterator[tuple[str, str, str]]:
    """What a fact begins: by which end, of which thing, and what that step is called."""
    if file.kind.opens(fact) or isinstance(fact, facts.Reopened):
        yield "closed", FILE, "closed" if file.kind.opens(fact) else "closed-again"
    if isinstance(fact, Issued) and in_effect(file, fact):
        yield "received", fact.document, f"received.{fact.instrument}"
        yield "corrected", fact.document, f"corrected.{fact.instrument}"
    if isinstance(fact, facts.CorrectionOrdered):
        yield "corrected", fact.order, "corrected.order"
    if isinstance(fact, facts.ReviewRequested) and fact.accepted:
        yield "decided", fact.review, "review-decided"


def _ends(fact: Fact, file: File) -> Iterator[tuple[str, str]]:
    match fact:
        case facts.Closed():
            yield "closed", FILE
        case facts.DocumentServed(document, addressee) if in_effect(file, fact):
            if document in file.documents and file.documents[document].issued.to == addressee:
                yield "received", document
        case facts.ReviewDecided(review=review):
            yield "decided", review
        case facts.CorrectionVerified(about=about, corrected=True):
            yield "corrected", about
