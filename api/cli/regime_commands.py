"""`caseledger regimes`: regulations as data (制度). Each command asks, and prints the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli import compare as comparisons
from api.cli import regime_coverage, regimes
from api.cli.answers import answers
from api.cli.options import Json
from api.cli.output import OUT, print_json
from api.cli.regime_text import as_text

app = typer.Typer(help="Regulations as data (制度).", no_args_is_help=True, rich_markup_mode=None)
Id = Annotated[str, typer.Argument(metavar="ID")]


@app.command("list")
@answers
def list_regimes(*, json: Json = False) -> None:
    """The packaged regulations."""
    rows = regimes.listed()
    if json:
        print_json(rows)
        return
    for row in rows:
        OUT.print(f"{row['id']}  {row['title']}  {row['valid_from']} – {row['valid_to'] or ''}{row['remark']}")


@app.command("show")
@answers
def show_regime(
    id_: Id,
    *,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="only its proceedings of one kind: case")] = None,
    json: Json = False,
) -> None:
    """A regulation, each part with the wording it rests on."""
    if json:
        print_json(regimes.as_json(id_, kind))
        return
    OUT.print("\n".join(as_text(id_, kind)))


@app.command("lint")
@answers
def lint_regimes(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="regime files or folders; all packaged without")
    ] = None,
) -> None:
    """Is a regime sound? Names file, line and reason of everything that is not."""
    found = regimes.lint_files(files) if files else regimes.lint_packaged()
    for line in found:
        OUT.print(line)
    if found:
        raise typer.Exit(1)
    OUT.print("sound")


@app.command("test")
@answers
def run_scenarios(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE...]", help="scenario files; all packaged without")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Hold scenarios against what they expect."""
    result = regimes.test(files or ())
    if json:
        print_json({"passed": result["passed"], "failed": result["failed"]})
    else:
        for id_, row in result["by_regime"].items():
            OUT.print(f"{id_:<16} {row['passed']:>4} passed" + (f", {row['failing']} failed" if row["failing"] else ""))
            for line in row["failed"]:
                OUT.print(f"  ✗ {line}")
        OUT.print(f"{result['passed']} passed, {result['failing']} failed")
    if result["failed"]:
        raise typer.Exit(1)


@app.command("coverage")
@answers
def cover_texts(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="texts; all without")] = None,
    *,
    rows: Annotated[bool, typer.Option("--rows", help="every row with its wording and what it became")] = False,
    json: Json = False,
) -> None:
    """Is every paragraph of the texts accounted for?"""
    found = regime_coverage.covered(ids or ())
    result = regime_coverage.as_json(found)
    if json:
        print_json(result)
    else:
        for line in regime_coverage.as_text(found, rows=rows):
            OUT.print(line)
    if result["uncovered"] or result["unresolved"]:
        raise typer.Exit(1)


@app.command("compare")
@answers
def compare_regimes(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="the same facts, for several regulations")],
    *,
    json: Json = False,
) -> None:
    """The same facts under several regulations: where they part, by which article, and until when."""
    result = comparisons.compare(comparisons.read(scenario))
    if json:
        print_json(result)
        return
    for line in comparisons.as_text(result):
        OUT.print(line)


@app.command("schema")
@answers
def print_schema(
    part: Annotated[str | None, typer.Argument(metavar="[PART]", help="of a file beside regime.yaml: case")] = None,
) -> None:
    """The JSON Schema of a regime, or of the file of one of its parts, for editors and validators."""
    print_json(regimes.schema(part))
