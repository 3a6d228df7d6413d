"""Reports at the command line (统计报告): a table for people, the report itself for tools."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import typer
from rich.cells import cell_len, set_cell_size

from api.cli.answers import answers
from api.cli.options import Data, Json, Ledger
from api.cli.output import OUT
from api.exporting import ledger_named
from api.figures import computed
from api.inputs import InputError
from api.settings import Settings
from api.sheets import as_csv, as_workbook, sheet
from ledger.postgres.connect import connect
from ledger.postgres.embedded import resolve
from ledger.sealing.source import DatabaseSource
from projections.statistics.report import REPORTS

_FORMS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType(
    {".json": bytes, ".csv": lambda made: as_csv(sheet(made)), ".xlsx": lambda made: as_workbook(sheet(made))}
)
_SHOWN: Final = 5  # columns on a terminal: the entries of a figure are for JSON and sheets


@answers
def report(
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"which: {', '.join(REPORTS)}")],
    year: Annotated[int, typer.Option(help="the year that it is about, by legal dates")],
    organ: Annotated[str | None, typer.Option(metavar="ID", help="only the figures of this organ")] = None,
    position: Annotated[int | None, typer.Option(metavar="N", help="as of the first N entries [all]")] = None,
    ledger: Ledger = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="write it as .json, .csv or .xlsx")
    ] = None,
    *,
    json: Json = False,
    data: Data = None,
) -> None:
    """Compute a report from the entries of a ledger (统计报告); each figure with the positions that it rests on."""
    if out is not None and out.suffix not in _FORMS:
        raise InputError("report-form", name=out.name, forms=", ".join(_FORMS))
    settings = Settings.of(os.environ, data)
    with resolve(settings.dsn, settings.data / "postgres") as dsn, connect(dsn, "reader") as connection:
        source = DatabaseSource(connection, ledger_named(connection, ledger))
        made = computed(source, name, year, organ, position)
    if out is not None:
        out.write_bytes(_FORMS[out.suffix](made))
    elif json:
        sys.stdout.buffer.write(made + b"\n")  # as it goes into a bundle, to the byte
        sys.stdout.flush()
    else:
        table = sheet(made)
        OUT.print("\n".join([table.title, *_aligned([row[:_SHOWN] for row in (table.head, *table.rows)])]))


def _aligned(cells: list[tuple[str | int, ...]]) -> Iterator[str]:
    """Lines with columns of one width; a Chinese character takes two places."""
    texts = [[str(cell) for cell in row] for row in cells]
    widths = [max(map(cell_len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        padded = (set_cell_size(text, width) for text, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(padded).rstrip()
