"""Reports at the command line (统计报告): a table for people, the report itself for tools."""

from __future__ import annotations

import json as json_
import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.cells import cell_len, set_cell_size

from api.cli.answers import answers
from api.cli.options import Data, Json, Ledger
from api.cli.output import OUT
from api.exporting import ledger_named
from api.figures import computed
from api.reporting import duty_lists
from api.settings import Settings
from domain.glossary import en, zh
from ledger.postgres.connect import connect
from ledger.postgres.embedded import resolve
from ledger.sealing.source import DatabaseSource
from projections.statistics.report import REPORTS


@answers
def report(
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"which: {', '.join(REPORTS)}")],
    year: Annotated[int, typer.Option(help="the year that it is about, by legal dates")],
    organ: Annotated[str | None, typer.Option(metavar="ID", help="only the figures of this organ")] = None,
    position: Annotated[int | None, typer.Option(metavar="N", help="as of the first N entries [all]")] = None,
    ledger: Ledger = None,
    *,
    json: Json = False,
    data: Data = None,
) -> None:
    """Compute a report from the entries of a ledger (统计报告); each figure with the positions that it rests on."""
    settings = Settings.of(os.environ, data)
    with resolve(settings.dsn, settings.data / "postgres") as dsn, connect(dsn, "reader") as connection:
        source = DatabaseSource(connection, ledger_named(connection, ledger))
        made = computed(source, name, year, organ, position)
    if json:
        sys.stdout.buffer.write(made + b"\n")  # as it goes into a bundle, to the byte
        sys.stdout.flush()
        return
    told = json_.loads(made)
    OUT.print(
        f"{told['ledger']}  {name} {year}  {organ or '全部机关 all organs'}"
        f"  截至第{told['size']}条 as of {told['size']} entries, 期末 day that counts {told['day']}"
    )
    OUT.print("\n".join(_aligned([*_table(told["rows"])])))


def _table(rows: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The rows as cells under a head: what is counted, how much, on how many entries that rests."""
    if rows and "duty" in rows[0]:
        titles = {(each.id, name): duty.title.zh for each in duty_lists() for name, duty in each.duties.items()}
        yield ["", "职责 duty", "据所引条款 by provision", "据事项种类 by kind", ""]
        for row in rows:
            values = [row[basis]["value"] for basis in ("stated", "kind")]
            nothing = "" if any(values) else "无 nothing"
            yield [f"{row['number']}", titles[row["list"], row["duty"]], *map(str, values), nothing]
        return
    whose = "regime" if rows and "regime" in rows[0] else "organ"
    yield [
        "制度 regulation" if whose == "regime" else "机关 organ",
        "指标 measure",
        "其中 of which",
        "数 value",
        "条 entries",
    ]
    for row in rows:
        term = f"measure.{row['measure']}"
        yield [row[whose], f"{zh(term)} {en(term)}", row["of"], str(row["value"]), str(len(row["positions"]))]


def _aligned(cells: list[list[str]]) -> Iterator[str]:
    """Lines with columns of one width; a Chinese character takes two places."""
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (set_cell_size(text, width) for text, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(padded).rstrip()
