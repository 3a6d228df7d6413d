"""The witness over HTTP: C2SP tlog-witness, one call."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.concurrency import run_in_threadpool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.proof.note import LIMIT
from ledger.sealing.witness import Answer, Witness


def create_witness(witness: Witness) -> Starlette:
    """The application of one witness."""

    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > LIMIT:
                return _response(Answer(400, f"a request has at most {LIMIT} bytes\n"))
        now = int(datetime.now(UTC).timestamp())
        return _response(await run_in_threadpool(witness.add_checkpoint, bytes(body), now))

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.type)
