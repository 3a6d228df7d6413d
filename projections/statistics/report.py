"""Reports (报告): each a pure function from the entries of a ledger up to a position to bytes.

A report is canonical JSON: the same ledger at the same position gives the same bytes, whatever the order in which its
files are handed over. It holds codes and no wording, so that it does not change with a translation; every row says what
was counted, for whom, how much, and the positions of the entries on which that rests. An entry that was corrected
counts with its right values, under its own position.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final

from domain.kinds import KINDS
from domain.procedure.facts import RegimeMigrated
from domain.procedure.recorded import Recorded
from domain.procedure.state import File
from projections.statistics.duties import DutyList, of_duties
from projections.statistics.figures import Figure, figures, folded
from projections.statistics.measures import BY_CODE
from projections.statistics.spans import spans

PLACE: Final = timezone(timedelta(hours=8))  # the legal day, Asia/Shanghai
_COMPARED: Final = frozenset(
    {"cases-opened", "cases-closed", "reviews-requested", "reviews-not-accepted", "reviews-withdrawn",
     "reviews-decided", "clocks-on-time", "clocks-late", "clocks-ended-late", "clocks-overdue"}
)  # fmt: skip
MEDIAN: Final = "median-days"


class ReportError(ValueError):
    """A report cannot be made as it was asked for: `code` says why, `facts` what the sentence speaks of."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(" ".join((code, *map(str, facts.values()))))
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked for.

    Args:
        ledger: its id.
        size: as of exactly so many entries.
        name: of the report, one of `REPORTS`.
        year: that it is about, by legal dates.
        organ: the only one whose figures are in it; None for all.
    """

    ledger: str
    size: int
    name: str
    year: int
    organ: str | None = None


Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Read:
    """What was taken in of a ledger, file by file: figures, and nothing else of a file."""

    figures: list[tuple[str, Figure]] = field(default_factory=list)  # with the regulation that the file stands under
    organs: set[str] = field(default_factory=set)
    last: datetime | None = None
    first: date | None = None

    def take_in(self, file: File, entries: Sequence[Recorded], made: Iterator[Figure]) -> None:
        """Take in a file."""
        regime = regime_of(file)
        for figure in made:
            self.figures.append((regime, figure))
            self.organs.add(figure.organ)
        self.organs |= file.organs("anyone") - {None}
        recorded, on = max(entry.recorded_at for entry in entries), min(entry.on for entry in entries)
        self.last = recorded if self.last is None else max(self.last, recorded)
        self.first = on if self.first is None else min(self.first, on)

    def day(self, year: int) -> date:
        """The day that counts for what lasts: the last of the year, or of the last entry if that is earlier.

        Raises:
            ReportError: nothing has happened in that year yet, or ever had by then.
        """
        if self.last is None or self.first is None:
            raise ReportError("report-of-nothing")
        last = self.last.astimezone(PLACE).date()
        if not self.first.year <= year <= last.year:
            raise ReportError("report-year", year=year, first=self.first.year, last=last.year)
        return min(date(year, 12, 31), last)


Rowed = Callable[[Question, Read, date, Sequence[DutyList]], Rows]


@dataclass(frozen=True, slots=True)
class Report:
    """A report over many files: which kinds of proceeding it reads, what it makes of a file, and of all of them."""

    kinds: frozenset[str]
    made: Callable[[File, Sequence[Recorded], Sequence[DutyList]], Iterator[Figure]]
    rows: Rowed

    def reads(self, stream: str) -> bool:
        """Whether the report rests on a stream."""
        return stream.partition("/")[0] in self.kinds


def report(question: Question, files: Iterable[Sequence[Recorded]], lists: Sequence[DutyList] = ()) -> bytes:
    """A report as canonical JSON.

    Args:
        question: what is asked for.
        files: the entries of every stream of the kinds that the report reads, up to `size`: each by version, the
            streams in any order. Others are passed over.
        lists: the published lists of duties, for the report on them.

    Raises:
        ReportError: there is no such report, year or organ.
        ValueError: what was handed over is no file.
    """
    if question.name not in REPORTS:
        raise ReportError("report-name", name=question.name, names=", ".join(REPORTS))
    wanted, read = REPORTS[question.name], Read()
    for entries in files:
        if not wanted.reads(entries[0].stream):
            continue
        file = folded(entries)
        read.take_in(file, entries, wanted.made(file, entries, lists))
    day = read.day(question.year)
    if question.organ is not None and question.organ not in read.organs:
        raise ReportError("report-organ", organ=question.organ)
    return canonical(
        {
            "report": f"{question.name}/1",
            "ledger": question.ledger,
            "size": question.size,
            "year": question.year,
            "organ": question.organ,
            "day": day.isoformat(),
            "rows": wanted.rows(question, read, day, lists),
        }
    )


def asked(content: bytes) -> Question:
    """The question that a report says it answers.

    Raises:
        ReportError: the bytes are no report.
    """
    try:
        told = json.loads(content)
        name, version = told["report"].split("/")
        asked_for = told["ledger"], told["size"], told["year"], told["organ"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError("report-unreadable") from error
    if [*map(type, asked_for)] not in ([str, int, int, str], [str, int, int, type(None)]) or version != "1":
        raise ReportError("report-unreadable")
    ledger, size, year, organ = asked_for
    return Question(ledger, size, name, year, organ)


def canonical(told: dict[str, Any]) -> bytes:
    """The one spelling of plain data without floats."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def regime_of(file: File) -> str:
    """The id of the regulation that a file stands under."""
    assert file.opened is not None
    moves = [h.fact.regime for h in file.log if isinstance(h.fact, RegimeMigrated)]
    return moves[-1] if moves else file.opened.regime


# --- the reports -------------------------------------------------------------------------------------------------


def _annual(file: File, entries: Sequence[Recorded], _: Sequence[DutyList]) -> Iterator[Figure]:
    return figures(file, entries)


def _annual_rows(question: Question, read: Read, day: date, _: Sequence[DutyList]) -> Rows:
    return _summed(question, day, "organ", ((figure.organ, figure) for _, figure in read.figures))


def _compared(file: File, entries: Sequence[Recorded], _: Sequence[DutyList]) -> Iterator[Figure]:
    yield from (figure for figure in figures(file, entries) if figure.measure in _COMPARED)
    yield from spans(file, entries)


def _compared_rows(question: Question, read: Read, day: date, _: Sequence[DutyList]) -> Rows:
    counted = (keyed for keyed in read.figures if keyed[1].measure in BY_CODE)
    took = (keyed for keyed in read.figures if keyed[1].measure not in BY_CODE)
    return _summed(question, day, "regime", counted) + _medians(question, day, took)


def _duty_rows(question: Question, read: Read, day: date, lists: Sequence[DutyList]) -> Rows:
    """Every duty of every list, also those that nothing has discharged."""
    summed = _summed(question, day, "list", ((figure.measure, figure) for _, figure in read.figures))
    found = {(row["list"], row["of"]): row for row in summed}
    rows: Rows = []
    for each in sorted(lists, key=lambda each: each.id):
        for number, name in enumerate(each.duties, 1):
            rows.append({"list": each.id, "digest": each.digest, "number": number, "duty": name})
            for basis in ("stated", "kind"):
                row = found.get((each.id, f"{name}.{basis}"), {"value": 0, "positions": []})
                rows[-1][basis] = {"value": row["value"], "positions": row["positions"]}
    return rows


Keyed = tuple[str, Figure]
"""A figure, and in which group of rows it stands: by organ, by regulation, by list."""


def _of(question: Question, day: date, keyed: Iterable[Keyed]) -> Iterator[Keyed]:
    for key, figure in keyed:
        if question.organ in (None, figure.organ) and figure.counts(question.year, day):
            yield key, figure


def _summed(question: Question, day: date, by: str, keyed: Iterable[Keyed]) -> Rows:
    """One row for each group, measure and part: the sum, and the positions of all that is in it."""
    sums: dict[tuple[str, str, str], tuple[int, list[int]]] = {}
    for key, figure in _of(question, day, keyed):
        value, positions = sums.get((key, figure.measure, figure.of), (0, []))
        positions += figure.positions
        sums[key, figure.measure, figure.of] = (value + figure.value, positions)
    return [
        {by: key, "measure": measure, "of": of, "value": value, "positions": sorted(positions)}
        for (key, measure, of), (value, positions) in sorted(sums.items())
    ]


def _medians(question: Question, day: date, keyed: Iterable[Keyed]) -> Rows:
    """The middle of the days that each step took; of an even number the lower, so that days stay whole."""
    found: dict[tuple[str, str], list[Figure]] = {}
    for key, figure in _of(question, day, keyed):
        found.setdefault((key, figure.of), []).append(figure)
    return [
        {
            "regime": key,
            "measure": MEDIAN,
            "of": of,
            "value": sorted(each.value for each in took)[(len(took) - 1) // 2],
            "positions": sorted(position for each in took for position in each.positions),
        }
        for (key, of), took in sorted(found.items())
    ]


REPORTS: Final[Mapping[str, Report]] = MappingProxyType(
    {
        "annual": Report(frozenset(KINDS), _annual, _annual_rows),
        "duties": Report(frozenset(KINDS), of_duties, _duty_rows),
        "comparison": Report(frozenset({"case"}), _compared, _compared_rows),
    }
)
"""Every report over many files, by its name."""
