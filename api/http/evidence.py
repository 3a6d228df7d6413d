"""Evidence files over HTTP: handed in as they are, fetched through the file that an entry has registered them in."""

from __future__ import annotations

import re
from itertools import chain
from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Path, Request, Response
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from api import failures
from api.evidence import content_for, refuse_readers
from api.http import problems
from api.http.log import BYTES, OWN
from api.http.routes import PREFIX, AccountDep, FileName, LedgerName, ServiceDep
from api.shapes import EvidenceOut
from domain.kinds import KINDS
from domain.procedure.kind import Kind
from ledger.evidence.errors import Damaged, EvidenceError, Oversized
from ledger.evidence.named import DIGEST

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)

HANDED_IN: Final = re.compile(rf"{PREFIX}/ledgers/[^/]+/evidence")
"""The one address that takes more than a step may say."""

Digest = Annotated[str, Path(pattern=f"^{DIGEST}$")]
_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}
}
_FETCHED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The bytes as they were handed in.", "content": {BYTES: {}}}
}


@router.post("/evidence", status_code=201, openapi_extra=_BODY)
async def hand_in(service: ServiceDep, who: AccountDep, ledger: LedgerName, request: Request) -> EvidenceOut:
    """Hand in evidence (提交证据材料) for one's organ: the bytes as they are. Then register the digest in a file.

    The answer says that they are durable. The same bytes again are the same evidence.
    """
    refuse_readers(who)
    name = await run_in_threadpool(service.demonstration, ledger)
    store = service.evidence
    try:
        async with contextmanager_in_threadpool(store.receiving()) as incoming:
            async for block in request.stream():
                await run_in_threadpool(incoming.write, block)
            kept = await run_in_threadpool(store.keep, incoming, name, who.actor.organ)
    except ClientDisconnect:
        raise failures.Malformed(why="the body breaks off") from None
    except OSError as error:
        raise failures.EvidenceStoreDown from error
    return EvidenceOut(digest=kept.digest, size=kept.size)


def _fetching(kind: Kind) -> None:
    def fetch(
        service: ServiceDep, who: AccountDep, ledger: LedgerName, id_: FileName, digest: Digest
    ) -> StreamingResponse:
        """Evidence that the file names. It breaks off where it is damaged; it never ends as if it were whole."""
        content = content_for(service, who, service.demonstration(ledger), f"{kind.name}/{id_}", digest)
        blocks = content.blocks()
        first = next(blocks, b"")  # what cannot be read, or is short and damaged, is a problem and no download
        headers = {"Content-Length": str(content.size), "Content-Disposition": f'attachment; filename="{digest}"'}
        return StreamingResponse(chain([first], blocks), media_type=BYTES, headers=headers | OWN)

    name = f"fetch_{kind.name.replace('-', '_')}_evidence"
    router.add_api_route(
        f"/{kind.plural}/{{id}}/evidence/{{digest}}",
        fetch,
        name=name,
        response_class=StreamingResponse,
        responses=_FETCHED,
    )


for each in KINDS.values():
    _fetching(each)


def install(app: FastAPI) -> None:
    """Let what goes wrong in the store leave the service as a problem."""

    @app.exception_handler(EvidenceError)
    def failed(_: Request, error: EvidenceError) -> Response:
        match error:
            case Oversized():
                return problems.problem(failures.EvidenceTooLarge(most=error.facts["most"]))
            case Damaged():
                return problems.problem(failures.EvidenceDamaged(digest=error.facts["digest"]))
        return problems.problem(failures.EvidenceStoreDown())
