"""Commands of evidence files: put one in, get one out, look through all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli.answers import answers
from api.cli.options import Data, Json, Ledger
from api.cli.output import ERR, OUT, print_json
from api.evidence import Looked, found, look_through
from api.exporting import ledger_named
from api.service import store_of
from api.settings import Settings
from ledger.evidence.checking import BLOCK
from ledger.evidence.errors import Damaged, NotKept
from ledger.evidence.store import Content
from ledger.faults import FAULTS
from ledger.postgres.connect import connect
from ledger.postgres.embedded import resolve

DAMAGED: Final = FAULTS["evidence-damaged"].exit

evidence = typer.Typer(help="Evidence files (证据材料).", no_args_is_help=True, rich_markup_mode=None)


@evidence.command("put")
@answers
def put(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="the file as it is")],
    organ: Annotated[str, typer.Option(metavar="ID", help="which hands it in, and will register its digest")],
    ledger: Ledger = None,
    *,
    json: Json = False,
    data: Data = None,
) -> None:
    """Keep a file as evidence of a ledger, and say its digest, which register-evidence names."""
    settings = Settings.of(os.environ, data)
    with file.open("rb") as opened:
        blocks = iter(lambda: opened.read(BLOCK), b"")
        kept = store_of(settings).put(blocks, _ledger(settings, ledger), organ)
    if json:
        print_json({"digest": kept.digest, "size": kept.size})
    else:
        OUT.print(f"{kept.digest}  {kept.size} bytes")


@evidence.command("get")
@answers
def get(
    digest: Annotated[str, typer.Argument(metavar="DIGEST")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="the file to write")],
    ledger: Ledger = None,
    data: Data = None,
) -> None:
    """Write evidence into a file, if it is what its digest says; nothing is written otherwise, and the exit code 18."""
    settings = Settings.of(os.environ, data)
    damaged: Damaged | None = None
    for content in found(store_of(settings), _ledger(settings, ledger), digest):
        try:
            _written(content, out)
        except Damaged as error:  # another organ may have handed in the same
            damaged = error
        else:
            OUT.print(f"{out}  {content.size} bytes, handed in by {content.address.organ}")
            return
    if damaged is not None:
        raise damaged
    raise NotKept("evidence-not-kept", digest=digest)


@evidence.command("check")
@answers
def check(ledger: Ledger = None, *, json: Json = False, data: Data = None) -> None:
    """Read all evidence of a ledger against its digests (证据核验). What is damaged is named, and the exit code is 18.

    What entries name and is not there is said as well, and no fault: it may be on paper.
    """
    settings = Settings.of(os.environ, data)
    columns = (TextColumn("{task.description}"), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True) as bar:
        task = bar.add_task("reading", total=None)
        looked = look_through(settings, store_of(settings), ledger, lambda done: bar.update(task, completed=done))
    if json:
        print_json(_as_json(looked))
    else:
        OUT.print("\n".join(_as_text(looked)))
    raise typer.Exit(DAMAGED if looked.damaged else 0)


def _ledger(settings: Settings, ledger: str | None) -> str:
    with resolve(settings.dsn, settings.data / "postgres") as dsn, connect(dsn, "reader") as connection:
        return ledger_named(connection, ledger)


def _written(content: Content, out: Path) -> None:
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as file:
            file.writelines(content.blocks())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _as_json(looked: Looked) -> dict[str, Any]:
    return {
        "ok": not looked.damaged,
        "exit": DAMAGED if looked.damaged else 0,
        "files": looked.files,
        "bytes": looked.bytes,
        "unnamed": looked.unnamed,
        "damaged": looked.damaged,
        "strange": looked.strange,
        "missing": [each._asdict() for each in looked.missing],
    }


def _as_text(looked: Looked) -> Iterator[str]:
    yield f"读取 read: {looked.files} ({looked.bytes} bytes); 未经登记 named by no entry: {looked.unnamed}"
    yield from (f"  损坏 damaged: {name} is not what its digest says" for name in looked.damaged)
    yield from (f"  不明 strange: {name} is the name of no evidence" for name in looked.strange)
    for each in looked.missing:
        yield f"  未存 not kept: {each.digest}, registered by {each.organ} in version {each.version} of {each.stream}"
