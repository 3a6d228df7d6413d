"""The web application: interface, pages, errors as problems."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from api.failures import BodyTooLarge, DatabaseDown, EvidenceTooLarge, LengthMissing
from api.http import (
    clocks,
    evidence,
    files,
    lists,
    log,
    problems,
    registers,
    replays,
    reports,
    responsibility,
    routes,
    search,
    web,
)
from api.service import Service

STATIC: Final = Path(__file__).parent.parent / "web" / "static"
MOST_BODY: Final = 256 * 1024  # bytes: more than any step may say
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def create_app(service: Service) -> FastAPI:
    """The application on a running service."""
    app = FastAPI(
        title="caseledger", version="0.1.0", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json"
    )
    app.state.service = service
    problems.install(app)
    evidence.install(app)

    @app.middleware("http")
    async def bounded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length", "0")
        response: Response
        large = request.method == "POST" and evidence.HANDED_IN.fullmatch(request.url.path) is not None
        most = service.settings.evidence_most if large else MOST_BODY
        if ("transfer-encoding" in request.headers and not large) or not length.isdecimal():
            response = problems.problem(LengthMissing())
        elif len(length) > len(str(most)) or int(length) > most:
            response = problems.problem(EvidenceTooLarge(most=most) if large else BodyTooLarge(most=most))
        else:
            response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    @app.exception_handler(ConnectionError)
    def database_down(_: Request, __: ConnectionError) -> Response:
        return problems.problem(DatabaseDown())

    app.include_router(routes.router)
    app.include_router(clocks.router)
    app.include_router(lists.router)
    app.include_router(registers.router)
    app.include_router(search.router)
    app.include_router(files.router)
    app.include_router(replays.router)
    app.include_router(responsibility.router)
    app.include_router(evidence.router)
    app.include_router(reports.router)
    app.include_router(log.router)
    for router in web.ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
