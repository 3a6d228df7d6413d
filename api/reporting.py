"""Reports out of entries (报告): what joins a ledger's bytes with the report functions. No database, no web."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from itertools import groupby, zip_longest
from typing import Any, Final

from api.entries import recorded
from domain.kinds import KINDS, kind_of
from domain.procedure.recorded import Recorded
from domain.regime.loader import content, load, packaged
from ledger import canonical, hashing
from ledger.bundle import Bundle
from ledger.packed import unpacked
from ledger.verify.verdict import Verdict, Wrong
from projections.statistics.duties import DutyList
from projections.statistics.file_report import NAME, file_report
from projections.statistics.report import REPORTS, Question, asked, report

_UNFIT: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError)
"""How code fails on entries that no ledger of this software holds: a checker says so, and shows no traceback."""


@cache
def duty_lists() -> tuple[DutyList, ...]:
    """The published lists of duties that this software knows, each with the digest of its content."""
    regimes = (load(id_).regime for id_ in packaged())
    return tuple(
        DutyList(regime.id, hashing.digest(canonical.encode(content(regime))).hex(), regime.duties)
        for regime in regimes
        if regime.duties
    )


def report_of(question: Question, entries: Iterable[bytes]) -> bytes:
    """A report from the bytes of entries: those of each stream together, by version.

    Raises:
        ReportError: there is no such report, year or organ.
        ValueError, LookupError: the bytes are not entries that this software knows.
    """
    return report(question, _files(map(recorded, entries)), duty_lists())


def _files(entries: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    for _, group in groupby(entries, key=lambda entry: entry.stream):
        yield list(group)


def kinds_of(name: str) -> frozenset[str]:
    """The kinds of proceeding that a report reads; of one that is not known here, all."""
    return REPORTS[name].kinds if name in REPORTS else frozenset(KINDS)


# --- into a bundle, and out of it --------------------------------------------------------------------------------


def with_report(bundle: Bundle) -> Bundle:
    """A bundle with the report that it is for, made of what is in it; that of one file with the report over it.

    Raises:
        ReportError: there is no such report, year or organ.
    """
    if bundle.report is None:
        if kind_of(bundle.stream) is None:  # no proceeding: a register of numbers, the ledger's own
            return bundle
        return _with(bundle, f"reports/{NAME}.json", _of_file(bundle))
    question = Question(bundle.ledger, bundle.size, **asdict(bundle.report))
    return _with(bundle, f"reports/{question.name}.json", report_of(question, unpacked(bundle)))


def _with(bundle: Bundle, name: str, made: bytes) -> Bundle:
    files = {**bundle.files, name: made}
    return Bundle(bundle.ledger, bundle.stream, bundle.size, files, bundle.evidence, bundle.report)


def _of_file(bundle: Bundle) -> bytes:
    return file_report(bundle.ledger, bundle.size, [recorded(raw) for raw in bundle.below("entries").values()])


def check_reports(bundle: Bundle, verdict: Verdict) -> None:
    """Compute every report of a bundle anew, if its entries hold; put down in the verdict whether it is the same."""
    found = bundle.below("reports")
    if verdict.wrong is None and (found or bundle.report is not None):
        verdict.run("reports", lambda: _checked(bundle, found))


def _checked(bundle: Bundle, found: dict[str, bytes]) -> int:
    if bundle.report is not None and f"{bundle.report.name}.json" not in found:
        raise Wrong("report-missing", name=bundle.report.name)
    for file, told in found.items():
        name = file.removesuffix(".json")
        if name not in (NAME, *REPORTS):
            raise Wrong("report-unknown", name=name)
        try:
            made = _anew(bundle, name, told)
        except _UNFIT as error:
            raise Wrong("report-not-recomputed", name=name, why=error) from error
        if made != told:
            raise Wrong("report-differs", name=name, row=_first_difference(told, made))
    return len(found)


def _anew(bundle: Bundle, name: str, told: bytes) -> bytes:
    """A report of a bundle as its entries give it."""
    if bundle.report is None:
        if name != NAME:
            raise Wrong("report-needs-more", name=name)
        return _of_file(bundle)
    question, expected = asked(told), Question(bundle.ledger, bundle.size, **asdict(bundle.report))
    if name != bundle.report.name or question != expected:
        raise Wrong("report-of-another", name=name, expected=_said(expected), found=_said(question))
    return report_of(expected, unpacked(bundle))


def _said(question: Question) -> str:
    return f"{question.ledger} {question.size} {question.name} {question.year} {question.organ or '*'}"


def _first_difference(told: bytes, made: bytes) -> str:
    """The first row, or else the first member, that a report does not say as the entries do; without positions."""
    try:
        theirs, ours = json.loads(told), json.loads(made)
        pairs: list[tuple[Any, Any]] = [*_rows(theirs, ours), *((theirs.get(name), ours[name]) for name in ours)]
    except (ValueError, AttributeError, TypeError):
        return "?"
    return next((_short(right if right is not None else wrong) for wrong, right in pairs if wrong != right), "?")


def _rows(theirs: dict[str, Any], ours: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    for name in ("rows", "clocks", "documents", "reviews", "sanctions"):
        yield from zip_longest(theirs.get(name, ()), ours.get(name, ()))


def _short(row: Any) -> str:
    if type(row) is not dict:
        return str(row)
    return " ".join(f"{name}={value}" for name, value in row.items() if type(value) in (str, int))
