"""Evidence files (证据材料): where they are kept, who may have them, and whether they are still what was registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from api.execute import Desk
from api.exporting import ledger_named
from api.failures import EvidenceClosed, EvidenceNotKept, EvidenceNotNamed, ReadsOnly
from api.identity.demonstration import Account
from api.reading import AUDITOR, may_unseal, readable
from api.service import Service
from api.settings import Settings
from domain.identity import Actor
from ledger import access
from ledger.canonical import LARGEST
from ledger.evidence.errors import Damaged, NotKept
from ledger.evidence.named import TYPES, Named, named
from ledger.evidence.store import Address, Content, Store
from ledger.postgres.connect import connect
from ledger.postgres.embedded import resolve
from ledger.sealing.source import DatabaseSource

READERS: Final = frozenset({AUDITOR, "administrator"})
"""Roles that record nothing in a file."""


def refuse_readers(who: Account) -> None:
    """Refuse who records nothing (`ReadsOnly`). Everybody else may register evidence in files they have a part in."""
    if who.actor.role in READERS:
        raise ReadsOnly


def content_for(service: Service, who: Account, ledger: str, stream: str, digest: str) -> Content:
    """Evidence that an entry of a file names, for somebody who may have it.

    It is treated like free text, since it names people: who may read the file and does not keep it gets what their own
    organ has handed in, and no more. It is looked for under the organs that have registered it in this file; that it is
    read is put down first.

    Raises:
        UnknownCase: there is no file that `who` may read.
        EvidenceNotNamed: no entry of it names the digest.
        EvidenceClosed: it is not for them.
        EvidenceNotKept: its bytes are not in the store.
        EvidenceError, OSError: the store cannot be read.
    """
    desk = service.desk(ledger)
    file = readable(desk, who, stream)
    with service.reading() as connection:
        entries = DatabaseSource(connection, ledger).stream(stream, LARGEST)
    naming = [each for each in named(entries) if each.digest == digest]
    if not naming:
        raise EvidenceNotNamed(digest=digest)
    theirs = naming if may_unseal(who, file) else [each for each in naming if each.organ == who.actor.organ]
    if not theirs:
        raise EvidenceClosed
    for organ, each in {each.organ: each for each in theirs}.items():
        with suppress(NotKept):
            content = service.evidence.open(Address(ledger, organ, digest))
            put_down(desk, who.actor, stream, [each], "evidence")
            return content
    raise EvidenceNotKept(digest=digest)


def put_down(desk: Desk, who: Actor, stream: str, read: Iterable[Named], way: str) -> None:
    """Put down that somebody is given evidence of a file (查阅登记), before they are: it is read like sealed texts.

    Args:
        desk: of the ledger.
        who: is given it.
        stream: the file.
        read: the entries that name it.
        way: `evidence` where one piece was asked for, `export` with a bundle.
    """
    fields = [f"{each.version}.digest" for each in read]
    if fields:
        desk.log.record_access(stream, access.body(who, way, fields), desk.now())


def found(store: Store, ledger: str, digest: str) -> Iterator[Content]:
    """What a ledger's organs have handed in under a digest; several may have the same."""
    for each in store.contents(ledger):
        if isinstance(each, Content) and each.address.digest == digest:
            yield each


@dataclass(slots=True)
class Looked:
    """What a look through the store has found.

    `damaged` are the names of what is not what it is called; `strange` those that no evidence has; `missing` is what
    entries name and is not there, on paper or elsewhere; `unnamed` counts what is there and named by no entry.
    """

    files: int = 0
    bytes: int = 0
    unnamed: int = 0
    damaged: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    missing: list[Named] = field(default_factory=list)


def look_through(settings: Settings, store: Store, ledger: str | None, tell: Callable[[int], None]) -> Looked:
    """Read all evidence of a ledger, and hold it against its names and the entries.

    Args:
        settings: where the database is.
        store: the evidence.
        ledger: which, None for the only one.
        tell: called with the number of bytes read, now and then.

    Raises:
        UnknownLedger: there is none, or there are several and none is named.
        DatabaseUnavailable: no server answers.
        EvidenceError, OSError: the store cannot be read.
    """
    with resolve(settings.dsn, settings.data / "postgres") as dsn, connect(dsn, "reader") as connection:
        name = ledger_named(connection, ledger)
        entries = DatabaseSource(connection, name).recording(TYPES)
        registered = {Address(name, each.organ, each.digest): each for each in named(entries)}
    looked = Looked()
    for each in store.contents(name):
        if isinstance(each, str):
            looked.strange.append(each)
            continue
        looked.files += 1
        looked.unnamed += registered.pop(each.address, None) is None
        try:
            for block in each.blocks():
                looked.bytes += len(block)
                tell(looked.bytes)
        except Damaged:
            looked.damaged.append(each.address.name)
    looked.missing = list(registered.values())
    return looked
