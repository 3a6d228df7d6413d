"""Searching files by their words."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.answers import answers
from api.cli.ledgers import only_ledger, service_of
from api.cli.options import Data, Json, Ledger
from api.cli.output import OUT, print_json
from api.failures import Malformed
from api.identity.demonstration import Account
from api.inputs import InputError
from api.projecting import project
from api.reading import AUDITOR
from api.searching import index, search, words_of
from domain.identity import Actor, OrganId, PersonId
from domain.kinds import kind_of


@answers
def search_files(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="each of two characters or more; all must occur")],
    person: Annotated[str | None, typer.Option(metavar="ID", help="who searches sealed texts; is put down")] = None,
    organ: Annotated[str | None, typer.Option(metavar="ID", help="of which organ")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="at most so many files")] = 50,
    after: Annotated[str, typer.Option(metavar="KIND/ID", help="go on behind this file")] = "",
    ledger: Ledger = None,
    *,
    json: Json = False,
    data: Data = None,
) -> None:
    """Files in which words occur (检索): in what is open of them; with --person and --organ in sealed texts too."""
    asked = words_of(" ".join(words))
    if (person is None) != (organ is None):
        raise InputError("reader-not-named")
    if after and kind_of(after) is None:
        raise Malformed(why="--after")
    texts = person is not None and organ is not None
    who = Actor(PersonId(person or ""), OrganId(organ or ""), "reader" if texts else AUDITOR)
    with service_of(data) as service:
        name = only_ledger(service, ledger)
        project(service, [name])
        if texts:
            index(service, name)
        account = Account(who, "", "", oversees=texts)
        hits = search(service, account, name, asked, limit=limit, after=after, texts=texts)
    if json:
        print_json([{"kind": hit.kind, "id": hit.id, "found": list(hit.found)} for hit in hits])
        return
    for hit in hits:
        OUT.print(f"{hit.stream}  {', '.join(hit.found)}")
    if not hits:
        OUT.print("未检索到 nothing found")
