"""Refusals, failures and malformed requests as RFC 9457 problems. The only place that knows a status code."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api import failures
from domain import errors
from domain.errors import Refusal

MEDIA_TYPE: Final = "application/problem+json"
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="caseledger"'}  # RFC 9110 11.6.1: every 401 carries one
_STATUS: Final[Mapping[type[Refusal], int]] = MappingProxyType(
    {
        failures.StaleCase: HTTPStatus.PRECONDITION_FAILED,
        failures.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
        failures.EntryTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        failures.ClockWrong: HTTPStatus.SERVICE_UNAVAILABLE,
        failures.NotSimulated: HTTPStatus.UNPROCESSABLE_ENTITY,
        failures.TimeGoesBack: HTTPStatus.UNPROCESSABLE_ENTITY,
        failures.NoSuchReport: HTTPStatus.NOT_FOUND,
        failures.NoSuchYear: HTTPStatus.NOT_FOUND,
        failures.UnknownOrgan: HTTPStatus.NOT_FOUND,
        failures.NothingToReport: HTTPStatus.NOT_FOUND,
        failures.PositionBeyond: HTTPStatus.NOT_FOUND,
        failures.OverseersOnly: HTTPStatus.FORBIDDEN,
        failures.UnknownLedger: HTTPStatus.NOT_FOUND,
        failures.UnknownCase: HTTPStatus.NOT_FOUND,
        failures.NotYetThere: HTTPStatus.NOT_FOUND,
        failures.MomentAhead: HTTPStatus.UNPROCESSABLE_ENTITY,
        failures.DayAhead: HTTPStatus.UNPROCESSABLE_ENTITY,
        failures.RangeReversed: HTTPStatus.UNPROCESSABLE_ENTITY,
        failures.WordsTooShort: HTTPStatus.UNPROCESSABLE_ENTITY,
        failures.ActsClosed: HTTPStatus.FORBIDDEN,
        failures.NumbersClosed: HTTPStatus.FORBIDDEN,
        failures.NotPublished: HTTPStatus.NOT_FOUND,
        failures.AuditorsOnly: HTTPStatus.FORBIDDEN,
        failures.UnknownDeadline: HTTPStatus.NOT_FOUND,
        failures.DatabaseDown: HTTPStatus.SERVICE_UNAVAILABLE,
        failures.Lagging: HTTPStatus.SERVICE_UNAVAILABLE,
        failures.ProjectionStopped: HTTPStatus.SERVICE_UNAVAILABLE,
        failures.Malformed: HTTPStatus.BAD_REQUEST,
        failures.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        failures.ReadsOnly: HTTPStatus.FORBIDDEN,
        failures.EvidenceTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        failures.EvidenceNotNamed: HTTPStatus.NOT_FOUND,
        failures.EvidenceClosed: HTTPStatus.FORBIDDEN,
        failures.EvidenceNotKept: HTTPStatus.NOT_FOUND,
        failures.EvidenceDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
        failures.EvidenceStoreDown: HTTPStatus.SERVICE_UNAVAILABLE,
        failures.LengthMissing: HTTPStatus.LENGTH_REQUIRED,
        failures.Internal: HTTPStatus.INTERNAL_SERVER_ERROR,
        failures.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
        failures.SignInMissing: HTTPStatus.UNAUTHORIZED,
        failures.VersionMissing: HTTPStatus.PRECONDITION_REQUIRED,
        errors.MalformedStep: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NoSuchStep: HTTPStatus.NOT_FOUND,
        errors.NotYours: HTTPStatus.FORBIDDEN,
    }
)


class Problem(BaseModel):
    """Why a request was not carried out (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    detail_en: str | None = None
    article: str | None = None


DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    "default": {"description": Problem.__doc__, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
}
"""How every error looks, for the description of the interface."""


def status_of(refusal: Refusal) -> int:
    """The status of a refusal: 409 where the state of the case or the law stands against it."""
    return _STATUS.get(type(refusal), HTTPStatus.CONFLICT)


def problem(refusal: Refusal, status: int | None = None) -> JSONResponse:
    """A refusal as problem+json: code, both sentences, and the article that refuses where there is one."""
    status = status or status_of(refusal)
    body: dict[str, Any] = {
        "type": f"urn:caseledger:{refusal.code}",
        "title": refusal.code,
        "status": status,
        "detail": refusal.sentence_zh,
        "detail_en": refusal.sentence_en,
        "code": refusal.code,
    }
    if refusal.article is not None:
        body["article"] = refusal.article
    return JSONResponse(body, status, CHALLENGE if status == HTTPStatus.UNAUTHORIZED else None, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error leave the service as a problem."""

    @app.exception_handler(Refusal)
    def refused(_: Request, refusal: Refusal) -> JSONResponse:
        return problem(refusal)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        malformed = failures.Malformed(why=f"{where}: {first['msg']}" if where else str(first["msg"]))
        return problem(malformed, None if first["type"] == "json_invalid" else HTTPStatus.UNPROCESSABLE_ENTITY)

    @app.exception_handler(Exception)
    def failed(_: Request, __: Exception) -> JSONResponse:
        return problem(failures.Internal())  # the server still logs the exception: the handler answers, no more

    @app.exception_handler(HTTPException)
    def other(_: Request, error: HTTPException) -> JSONResponse:
        title = HTTPStatus(error.status_code).phrase
        code = title.lower().replace(" ", "-")
        body = {"type": "about:blank", "title": title, "status": error.status_code, "code": code, "detail": title}
        return JSONResponse(body, error.status_code, media_type=MEDIA_TYPE, headers=error.headers)
