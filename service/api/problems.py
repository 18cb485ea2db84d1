"""RFC 9457: every error is `application/problem+json` with a stable `type`."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from service.errors import EngineUnavailable, PathwaysError

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:firmware-pathways:problem:"

log = structlog.get_logger()


class Fault(BaseModel):
    """One thing wrong with a request: where, and what."""

    where: str
    detail: str


class Problem(BaseModel):
    """An error as RFC 9457 has it. More members may follow, such as `entry` or `errors`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=[_TYPE + "unknown-entry"])
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


def problems(*errors: type[PathwaysError]) -> dict[int | str, dict[str, Any]]:
    """What a route may answer instead, for OpenAPI."""
    every: set[type[PathwaysError]] = {*errors, EngineUnavailable}
    statuses = {error.status: error for error in sorted(every, key=lambda e: e.slug)}
    return {
        status: {"model": Problem, "description": error.title, "content": {MEDIA_TYPE: {}}}
        for status, error in sorted(statuses.items())
    }


def install(app: FastAPI) -> None:
    """Every failure of the application as a problem."""
    app.add_exception_handler(PathwaysError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _web)
    app.add_exception_handler(Exception, _unforeseen)


def _answer(status: int, slug: str, title: str, detail: str, **extra: Any) -> JSONResponse:
    body = {"type": _TYPE + slug, "title": title, "status": status, "detail": detail} | extra
    headers = {"Retry-After": "2"} if status == 503 else None
    return JSONResponse(jsonable_encoder(body), status, headers, MEDIA_TYPE)


def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PathwaysError)
    if error.status >= 500:
        log.error("failed", path=request.url.path, slug=error.slug, detail=error.detail)
    return _answer(error.status, error.slug, error.title, error.detail, **error.extra)


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [Fault(where=_where(e["loc"]), detail=_said(e)) for e in error.errors()]
    detail = "; ".join(f"{fault.where}: {fault.detail}" for fault in faults)
    return _answer(422, "invalid-question", "The question is not well formed", detail, errors=faults)


def _where(place: Sequence[Any]) -> str:
    return ".".join(str(part) for part in place if part not in ("query", "path", "body")) or "request"


def _said(error: dict[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "this parameter is not known"
    return str(error["msg"]).removeprefix("Value error, ")


def _web(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    slug = {404: "no-such-page", 405: "method-not-allowed"}.get(error.status_code, "refused")
    answer = _answer(error.status_code, slug, str(error.detail), f"{request.method} {request.url.path[:200]}")
    answer.headers.update(error.headers or {})
    return answer


def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.exception("unforeseen", path=request.url.path)
    return _answer(500, "internal", "Something went wrong in the service", "The failure was logged.")
