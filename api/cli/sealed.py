"""Commands about sealed texts: erasing them, handing them out, who has read them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from api import erasing
from api.cli.answers import answers
from api.cli.ledgers import only_ledger, service_of, stream_of
from api.cli.options import Data, Json, Ledger
from api.cli.output import OUT, print_json
from api.failures import UnknownCase
from api.inputs import InputError
from api.service import Service
from api.settings import Settings
from api.unsealing import disclosed
from domain.identity import Actor, OrganId, PersonId
from ledger.access import Access
from ledger.entry import format_time
from ledger.erasure import erase as destroy
from ledger.export import Disclosure
from ledger.sealing.source import DatabaseSource

access = typer.Typer(help="Who has read sealed texts (查阅登记).", no_args_is_help=True, rich_markup_mode=None)


@answers
def erase(
    file: Annotated[str, typer.Argument(metavar="FILE", help="id of a case, or KIND/ID of another file")],
    basis: Annotated[str, typer.Option(metavar="LAW", help="the legal basis, a law and its article: 《…》第…条")],
    person: Annotated[str, typer.Option(metavar="ID", help="who answers for it")],
    organ: Annotated[str, typer.Option(metavar="ID", help="of which organ")],
    approver: Annotated[str, typer.Option(metavar="ID", help="another person, who has approved it")],
    *,
    field: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="version and name of a sealed field, 3.reason; repeatable")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="every sealed text of the file")] = False,
    ledger: Ledger = None,
    data: Data = None,
) -> None:
    """Destroy sealed texts of a file (依法删除), with the keys they were ever under. It cannot be undone.

    The entries stay as they are and every proof still checks. Copies of the key table made before have to go too: see
    docs/backups.md.
    """
    if every == bool(field):
        raise InputError("texts-not-chosen")
    actor = Actor(PersonId(person), OrganId(organ), "administrator")
    with service_of(data) as service:
        name = only_ledger(service, ledger)
        done = erasing.erase(
            service.desk(name), partial(destroy, service.dsn, name), actor, stream_of(file), field, basis, approver
        )
    OUT.print(f"{name} {stream_of(file)}: 已依法删除 erased {', '.join(done.fields)}; position {done.entry.first}")
    if done.shut:
        OUT.print(f"  无法启封，照旧存放 cannot be opened, left as they lie: {', '.join(done.shut)}")


def disclosures(
    settings: Settings, ledger: str | None, stream: str, fields: Sequence[str], reader: Actor
) -> tuple[Disclosure, ...]:
    """The sealed texts that a reader is handed; `all` is every one of the file. That they are is put down."""
    with Service(settings) as service:
        desk = service.desk(only_ledger(service, ledger))
        return disclosed(desk, reader, stream, None if "all" in fields else fields)


@access.command("list")
@answers
def list_accesses(
    file: Annotated[str, typer.Argument(metavar="FILE", help="id of a case, or KIND/ID of another file")],
    ledger: Ledger = None,
    *,
    json: Json = False,
    data: Data = None,
) -> None:
    """Who has read sealed texts of a file, when, in which way and which."""
    with service_of(data) as service:
        name, stream = only_ledger(service, ledger), stream_of(file)
        if not service.desk(name).log.read(stream):
            raise UnknownCase(case=stream)  # that nobody has read it would be no answer
        with service.reading() as connection:
            rows = [Access.parse(row) for row in DatabaseSource(connection, name).accesses_of(stream)]
    told = [{"number": row.number, "at": format_time(row.at), **row.said()} for row in rows]
    if json:
        print_json(told)
        return
    for row in told:
        who = f"{row['person']} · {row['organ']} · {row['role']}"
        OUT.print(f"{row['number']:>6}  {row['at']}  {who}  {row['way']}  {', '.join(row['fields'])}")
    if not told:
        OUT.print("无人查阅 nobody has read sealed texts of it")


@access.command("digest")
@answers
def digest(ledger: Ledger = None, data: Data = None) -> None:
    """Have the ledger say the digest of what was read up to yesterday; a serving process does so by itself."""
    with service_of(data) as service:
        name = only_ledger(service, ledger)
        count = service.digest_accesses(name)
    OUT.print(f"{name}: 已记摘要 digested, rows: {count}")
