"""`caseledger law`: the law that a ledger has adopted; adopting, amending and repealing it by facts (采用与停用)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.answers import answers
from api.cli.due import day
from api.cli.ledgers import service_of
from api.cli.options import Data
from api.cli.output import OUT, print_json
from api.execute import Desk
from api.failures import Malformed
from api.founding import adopt_notice, amend_regime, insist, repeal_regime
from api.projecting import project
from api.sweep import sweep
from domain.calendar import Notice, notice_from_data
from domain.regime.lint import adoptable, sound
from domain.regime.loader import packaged, read
from domain.regime.model import Regime

law = typer.Typer(help="The law that a ledger has adopted (法规库).", no_args_is_help=True, rich_markup_mode=None)

LedgerId = Annotated[str, typer.Argument(metavar="LEDGER")]
RegimeName = Annotated[str, typer.Argument(metavar="REGIME", help="id of a packaged regime, or a file or folder")]


@law.command()
@answers
def show(
    ledger: LedgerId, as_json: Annotated[bool, typer.Option("--json", help="JSON for tools")] = False, data: Data = None
) -> None:
    """Calendar, notices and regulations, each with its digest; repealed ones with their last day."""
    with service_of(data) as service:
        shown = _shown(service.desk(ledger))
    if as_json:
        print_json(shown)
        return
    OUT.print(f"{shown['calendar']}  {shown['calendar_digest']}")
    for row in shown["regimes"]:
        last = f"  repealed, last day {row['last_day']}" if row["last_day"] else ""
        OUT.print(f"{row['regime']}  {row['valid_from']} – {row['valid_to'] or ''}  {row['digest']}{last}")


@law.command()
@answers
def adopt(ledger: LedgerId, regime: RegimeName, data: Data = None) -> None:
    """Adopt a regulation. Files opened from now on may stand under it."""
    found = _regime(regime)
    with service_of(data) as service:
        desk = service.desk(ledger)
        new = insist(desk, found, desk.today())
        OUT.print(f"{ledger}: {found.id} {'adopted' if new else 'was adopted before; nothing to do'}")


@law.command()
@answers
def amend(ledger: LedgerId, regime: RegimeName, data: Data = None) -> None:
    """Put another content in the place of an adopted regulation. Open files keep theirs until they are migrated."""
    found = _regime(regime)
    with service_of(data) as service:
        desk = service.desk(ledger)
        amend_regime(desk, found, desk.today())
        OUT.print(f"{ledger}: {found.id} amended")


@law.command()
@answers
def repeal(
    ledger: LedgerId,
    regime: Annotated[str, typer.Argument(metavar="REGIME")],
    last_day: Annotated[str, typer.Option(metavar="DATE", help="the last day on which files may be opened under it")],
    data: Data = None,
) -> None:
    """Repeal a regulation. Open files finish under it."""
    last = day(last_day, "--last-day")
    with service_of(data) as service:
        repeal_regime(service.desk(ledger), regime, last)
        OUT.print(f"{ledger}: {regime} repealed, last day {last}")


@law.command()
@answers
def notice(
    ledger: LedgerId,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="a holiday notice as JSON, such as those in domain/calendar/data"
        ),
    ],
    data: Data = None,
) -> None:
    """Adopt a holiday notice, and reckon every open deadline again under it."""
    found = _notice(file)
    with service_of(data) as service:
        desk = service.desk(ledger)
        adopt_notice(desk, found, at=desk.at(desk.today()))
        files = sum(1 for _ in sweep(desk))
        project(service, [ledger])
        OUT.print(f"{ledger}: {found.id} adopted; deadlines reckoned again in {files} files")


def _shown(desk: Desk) -> dict[str, Any]:
    book = desk.laws.book()
    return {
        "ledger": desk.log.ledger,
        "calendar": book.calendar,
        "calendar_digest": book.calendar_digest,
        "notices": list(book.notices),
        "regimes": [
            {
                "regime": id_,
                "digest": adopted.digest,
                "valid_from": adopted.valid_from.isoformat(),
                "valid_to": adopted.valid_to.isoformat() if adopted.valid_to else None,
                "superior": adopted.superior,
                "last_day": book.repealed[id_].isoformat() if id_ in book.repealed else None,
            }
            for id_, adopted in book.regimes.items()
        ],
    }


def _regime(name: str) -> Regime:
    return adoptable(name) if name in packaged() else sound(read(Path(name)))


def _notice(file: Path) -> Notice:
    try:
        return notice_from_data(json.loads(file.read_bytes()))
    except ValueError as error:
        raise Malformed(why=f"{file.name}: {error}") from None
