"""The words of a file that are not sealed (检索词): its id and regulation, organs, document numbers, citations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from domain.procedure.facts import Issued
from domain.procedure.relations import barred, heard
from ledger.blind import folded, runs
from projections.reading import ALL_KINDS
from projections.room import Folded, Row

WORDS: Final = ("terms", "runs")


class Search:
    """Projection `search`."""

    name = "search"
    version = 1
    kinds = ALL_KINDS
    tables: ClassVar = {"words": WORDS}

    def rows(self, file: Folded) -> Iterator[Row]:
        """The row of a file."""
        found = sorted({folded(term) for term in _terms(file)})
        yield "words", (found, sorted(set().union(*map(runs, found))))


def _terms(file: Folded) -> Iterator[str]:
    """Who complained, and about whom, is not among them: that a word is found would tell."""
    yield file.id
    yield file.regime.id
    unnamed = heard(file.file) | barred(file.file)
    for organ in {*file.file.organs("anyone"), *file.file.organs("supervisor")} - unnamed:
        yield str(organ)
    for entry in file.entries:
        yield from entry.basis
        if isinstance(entry.fact, Issued):
            yield entry.fact.number
