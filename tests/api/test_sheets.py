"""A report as CSV and as a workbook: every figure in it, nothing that a spreadsheet would compute, the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from api.reporting import duty_lists
from api.sheets import Sheet, as_csv, as_workbook, sheet
from domain.case.events import CaseOpened
from projections.statistics.report import Question, report
from tests.projections.statistics import LEDGER, Told, generated

FORMULA = "=cmd|' /C calc'!A0"


@pytest.mark.parametrize(("name", "column"), [("annual", 3), ("comparison", 3), ("duties", 2)])
def test_every_figure_is_in_the_table(name: str, column: int) -> None:
    size, files = generated(1)
    made = report(Question(LEDGER, size, name, 2023), files, duty_lists())
    table = sheet(made)
    assert len(table.rows) == made.count(b'"positions":') // (2 if name == "duties" else 1) > 5
    title, head, *rows = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"))))
    assert (title, tuple(head)) == ([table.title], table.head)
    assert rows == [[str(cell) for cell in row] for row in table.rows]
    assert sum(int(row[column]) for row in rows) > 0
    assert as_csv(table) == as_csv(sheet(made))
    assert as_workbook(table) == as_workbook(sheet(made))


def page(book: bytes) -> tuple[str, str]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode(), archive.read("xl/sharedStrings.xml").decode()


def test_a_workbook_holds_numbers_as_numbers_and_no_formula() -> None:
    told = Told()
    told.tell("case/a", ("2024-01-08", CaseOpened("r-1", "d", FORMULA, "organ-x", "@inspection", against_act=True)))
    table = sheet(report(Question(LEDGER, 1, "annual", 2024), told.files.values()))
    cells, texts = page(as_workbook(table))
    assert "<f>" not in cells
    assert "=cmd" in texts
    assert re.search(r'<c r="D3"><v>1</v></c>', cells)
    line = as_csv(table).decode("utf-8-sig").splitlines()[2]
    assert line.startswith("'=cmd")
    assert "'@inspection" in line


def test_a_list_of_positions_longer_than_a_cell_is_cut_and_says_so() -> None:
    positions = " ".join(map(str, range(100_000, 110_000)))
    table = Sheet("t", ("a",), ((positions,),))
    _, texts = page(as_workbook(table))
    assert " …" in texts
    assert positions in as_csv(table).decode("utf-8-sig")
