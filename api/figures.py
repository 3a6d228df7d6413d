"""Reports of a ledger in the database (统计报告): computed from its entries as of a position, for whoever oversees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.failures import Failure, NoSuchReport, NoSuchYear, NothingToReport, PositionBeyond, UnknownOrgan
from api.reporting import report_of
from ledger.sealing.source import DatabaseSource
from projections.statistics.report import REPORTS, Question, Report, ReportError

_FAILURES: Final[dict[str, type[Failure]]] = {
    "report-name": NoSuchReport,
    "report-year": NoSuchYear,
    "report-organ": UnknownOrgan,
    "report-of-nothing": NothingToReport,
}


def computed(source: DatabaseSource, name: str, year: int, organ: str | None, position: int | None) -> bytes:
    """A report as of a position, None for all that is recorded.

    Args:
        source: the ledger.
        name: of the report.
        year: that it is about.
        organ: the only one in it, None for all.
        position: how many entries count.

    Raises:
        NoSuchReport, NoSuchYear, UnknownOrgan, NothingToReport, PositionBeyond: what was asked for is not there.
    """
    with put_plainly():
        size, kinds = source.size(), known(name).kinds
        if position is not None and not 0 < position <= size:
            raise PositionBeyond(position=position, size=size)
        end = size if position is None else position
        return report_of(Question(source.ledger, end, name, year, organ), source.of_kinds(kinds, end))


def known(name: str) -> Report:
    """The report of a name.

    Raises:
        NoSuchReport: there is none.
    """
    if name not in REPORTS:
        raise NoSuchReport(name=name, names=", ".join(REPORTS))
    return REPORTS[name]


@contextmanager
def put_plainly() -> Iterator[None]:
    """What a report cannot be made of, said as the ways in say it."""
    try:
        yield
    except ReportError as error:
        raise _FAILURES[error.code](**error.facts) from error
