"""Reports as tables (报表): for a terminal, as CSV and as a workbook. The report is the JSON; these are for reading.

Which entries a figure rests on stands in the last column. The same report gives the same bytes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any, Final

from api.reporting import duty_lists
from domain.glossary import en, zh

_NO_CLOCK: Final = datetime(1980, 1, 1, tzinfo=UTC)
_LONGEST: Final = 32_000  # characters that a cell of a workbook takes
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would compute. Codes and ids are what somebody recorded."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as a table: what it is, the head of each column, the rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


def sheet(content: bytes) -> Sheet:
    """The table of a report over many files."""
    told = json.loads(content)
    name = told["report"].partition("/")[0]
    title = (
        f"{told['ledger']}  {name} {told['year']}  {told['organ'] or '全部机关 all organs'}"
        f"  截至第{told['size']}条 as of {told['size']} entries, 期末 day that counts {told['day']}"
    )
    rows = told["rows"]
    if rows and "duty" in rows[0]:
        head = ("", "职责 duty", "据所引条款 by provision", "据事项种类 by kind", "", "条目 entries")
        return Sheet(title, head, tuple(_duties(rows)))
    whose = ("regime", "制度 regulation") if rows and "regime" in rows[0] else ("organ", "机关 organ")
    head = (whose[1], "指标 measure", "其中 of which", "数 value", "条数 entries", "条目 positions")
    return Sheet(title, head, tuple(_figures(rows, whose[0])))


def _figures(rows: list[dict[str, Any]], whose: str) -> Iterator[tuple[str | int, ...]]:
    for row in rows:
        term = f"measure.{row['measure']}"
        positions = row["positions"]
        yield row[whose], f"{zh(term)} {en(term)}", row["of"], row["value"], len(positions), _listed(positions)


def _duties(rows: list[dict[str, Any]]) -> Iterator[tuple[str | int, ...]]:
    titles = {(each.id, name): duty.title.zh for each in duty_lists() for name, duty in each.duties.items()}
    for row in rows:
        stated, kind = row["stated"], row["kind"]
        title = titles.get((row["list"], row["duty"]), row["duty"])
        nothing = "" if stated["value"] or kind["value"] else "无 nothing"
        at = _listed(sorted(stated["positions"] + kind["positions"]))
        yield row["number"], title, stated["value"], kind["value"], nothing, at


def _listed(positions: list[int]) -> str:
    return " ".join(map(str, positions))


def as_csv(table: Sheet) -> bytes:
    """The table as CSV (RFC 4180) in UTF-8, with the mark by which spreadsheets know it; nothing in it is a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([table.title])
    writer.writerow(table.head)
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def as_workbook(table: Sheet) -> bytes:
    """The table as a workbook (XLSX): text is text, numbers are numbers; what no cell takes is cut, and says so."""
    from xlsxwriter import (  # type: ignore[import-untyped]  # noqa: PLC0415  # no py.typed; not for every command
        Workbook,
    )

    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": table.title, "created": _NO_CLOCK})
        page = book.add_worksheet("报告 report")
        bold = book.add_format({"bold": True})
        page.write_string(0, 0, table.title, bold)
        for column, text in enumerate(table.head):
            page.write_string(1, column, text, bold)
        for number, row in enumerate(table.rows, 2):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(number, column, cell)
                else:
                    page.write_string(number, column, cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]} …")
        page.freeze_panes(2, 0)
        page.autofilter(1, 0, max(2, len(table.rows) + 1), len(table.head) - 1)
        page.set_column(0, 2, 32)
    return out.getvalue()
