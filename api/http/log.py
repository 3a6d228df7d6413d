"""What a sealer has published, by the paths of C2SP tlog-tiles, so that mirrors and monitors of others work unchanged.

Checkpoints and hashes tell nothing of a case and are for everybody; entries are case files, and for auditors.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.failures import AuditorsOnly, NotPublished
from api.http import problems
from api.http.routes import AccountDep, LedgerName, ServiceDep
from api.reading import AUDITOR
from api.service import Service
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.tiles import WIDTH, Tile, parse_number
from ledger.sealing.site import Site
from ledger.sealing.source import DatabaseSource

router = APIRouter(prefix="/log/{ledger}", responses=problems.DESCRIBED)

Level = Annotated[int, Path(ge=0, le=63)]
Rest = Annotated[str, Path(max_length=60)]
FRESH: Final = {"Cache-Control": "no-cache"}
FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
OWN: Final = {"Cache-Control": "private, no-store"}
NOTE: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"


@router.get("/checkpoint")
def checkpoint(service: ServiceDep, ledger: LedgerName) -> Response:
    """The newest checkpoint (检查点): size and root of the ledger, signed."""
    return _note(service, ledger, "checkpoint")


@router.get("/heads")
def heads(service: ServiceDep, ledger: LedgerName) -> Response:
    """The newest note of heads: the root over where each file ends, signed."""
    return _note(service, ledger, "heads")


@router.get("/tile/entries/{rest:path}")
def entries(service: ServiceDep, who: AccountDep, ledger: LedgerName, rest: Rest) -> Response:
    """Up to 256 entries as they are stored, each behind its length in two bytes."""
    if who.actor.role != AUDITOR:
        raise AuditorsOnly
    service.demonstration(ledger)
    index, width = _number(ledger, f"tile/entries/{rest}", rest)
    site = _site(service, ledger)
    note = site.note("checkpoint")
    first, end = index * WIDTH, index * WIDTH + width
    if note is None or end > Checkpoint.parse(note.text).size:
        raise NotPublished(path=f"{ledger}/tile/entries/{rest}")
    with service.reading() as connection:
        found = list(DatabaseSource(connection, ledger).entries(first, end))
    return Response(b"".join(len(entry).to_bytes(2) + entry for entry in found), media_type=BYTES, headers=OWN)


@router.get("/tile/{level}/{rest:path}")
def tile(service: ServiceDep, ledger: LedgerName, level: Level, rest: Rest) -> Response:
    """Up to 256 hashes of the tree."""
    index, width = _number(ledger, f"tile/{level}/{rest}", rest)
    try:
        content = _site(service, ledger).tile(Tile(level, index, width))
    except LookupError:
        raise NotPublished(path=f"{ledger}/tile/{level}/{rest}") from None
    return Response(content, media_type=BYTES, headers=FOR_EVER)


def _note(service: Service, ledger: str, name: str) -> Response:
    note = _site(service, ledger).note(name)
    if note is None:
        raise NotPublished(path=f"{ledger}/{name}")
    return Response(bytes(note), media_type=NOTE, headers=FRESH)


def _site(service: Service, ledger: str) -> Site:
    return Site(service.settings.site / ledger)


def _number(ledger: str, path: str, rest: str) -> tuple[int, int]:
    found = parse_number(rest)
    if found is None:
        raise NotPublished(path=f"{ledger}/{path}")
    return found
