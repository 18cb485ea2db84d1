"""RFC 9457: every error is `application/problem+json` with a stable `type`."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from service.api.request_log import route_of
from service.errors import (
    PROBLEM_PREFIX,
    AccessRefused,
    BodyTooLarge,
    BodyTooSlow,
    CredentialRefused,
    EngineError,
    InvalidQuestion,
    PathwaysError,
)

MEDIA_TYPE = "application/problem+json"

_MOST_FAULTS, _LONGEST_NAME = 20, 100
_LOGGED = "The failure was logged."

_OF_BODIES = {
    str(error.status): {
        "description": f"`{error.slug}`: {error.title}.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for error in (BodyTooSlow, BodyTooLarge)
}
"""What may be answered to whatever is sent with a body; `api/bodies.py` does."""

log = structlog.get_logger()


class Fault(BaseModel):
    """One thing wrong with a request: where, and what."""

    where: str
    detail: str


class Problem(BaseModel):
    """An error as RFC 9457 has it. More members may follow, such as `entry` or `errors`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=[PROBLEM_PREFIX + "unknown-entry"])
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


def problems(*errors: type[PathwaysError]) -> dict[int | str, dict[str, Any]]:
    """What a route may answer instead, for OpenAPI: these errors and their kinds, and what any route may meet."""
    said: dict[int | str, dict[str, Any]] = {}
    every: list[type[PathwaysError]] = [PathwaysError, *_kinds(*errors, AccessRefused, EngineError)]
    for error in every:
        text = f"`{error.slug}`: {error.title}."
        before = said.get(error.status, {}).get("description")
        said[error.status] = {"model": Problem, "description": f"{before} {text}" if before else text}
    return {status: said[status] for status in sorted(said, key=int)}


def _kinds(*errors: type[PathwaysError]) -> Iterator[type[PathwaysError]]:
    for error in errors:
        yield error
        yield from _kinds(*error.__subclasses__())


def openapi_with_problems(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The application's OpenAPI with problems under their own media type: FastAPI knows but one for each route."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        for operation in (o for path in document["paths"].values() for o in path.values()):
            for status, answer in operation["responses"].items():
                if status >= "400" and "application/json" in answer["content"]:
                    answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
            if "requestBody" in operation:
                operation["responses"] |= _OF_BODIES
        return document

    return openapi


def install_problem_handlers(app: FastAPI) -> None:
    """Every failure of the application as a problem, and told in its OpenAPI."""
    app.openapi = openapi_with_problems(app)  # type: ignore[method-assign]  # FastAPI's own way
    app.add_exception_handler(PathwaysError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _web)
    app.add_exception_handler(Exception, _unforeseen)


async def refuse_repeated_parameters(request: Request) -> None:
    """Refuses a parameter that is given twice: to take one of them would be a guess."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name[:_LONGEST_NAME] for name, times in given.items() if times > 1][:_MOST_FAULTS]
    if twice:
        faults = [{"where": name, "detail": "this parameter is given more than once"} for name in twice]
        raise InvalidQuestion("; ".join(f"{fault['where']}: {fault['detail']}" for fault in faults), errors=faults)


def problem_response(error: PathwaysError) -> JSONResponse:
    """An error that the caller may read in full, as a problem."""
    told = _answer(error.status, error.slug, error.title, error.detail, **error.extra)
    told.headers.update(_demands(error))
    return told


def _answer(status: int, slug: str, title: str, detail: str, **extra: Any) -> JSONResponse:
    body = {"type": PROBLEM_PREFIX + slug, "title": title, "status": status, "detail": detail} | extra
    headers = {"Retry-After": "2"} if status == 503 else None
    return JSONResponse(jsonable_encoder(body), status, headers, MEDIA_TYPE)


def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PathwaysError)
    if error.status < 500:
        return problem_response(error)
    log.error("failed", route=route_of(request.scope), slug=error.slug, detail=error.detail)
    return _answer(error.status, error.slug, error.title, _LOGGED)  # what an engine says may name its host


def _demands(error: PathwaysError) -> dict[str, str]:
    """What the caller has to do, as headers."""
    if error.status == 401:
        why = ', error="invalid_token"' if isinstance(error, CredentialRefused) else ""
        return {"WWW-Authenticate": f'Bearer realm="firmware-pathways"{why}', "Cache-Control": "no-store"}
    return {"Retry-After": str(error.extra.get("retry_after", 60))} if error.status == 429 else {}


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [Fault(where=_where(e["loc"]), detail=_said(e)) for e in error.errors()[:_MOST_FAULTS]]
    detail = "; ".join(f"{fault.where}: {fault.detail}" for fault in faults)
    return _answer(422, InvalidQuestion.slug, InvalidQuestion.title, detail, errors=faults)


def _where(place: Sequence[Any]) -> str:
    names = ".".join(str(part) for part in place[1:] if part != "")
    return names[:_LONGEST_NAME] or "request"


def _said(error: dict[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "this parameter is not known"
    return str(error["msg"]).removeprefix("Value error, ")


def _web(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # FastAPI's own word for a body that no parser can read, such as one that is no UTF-8
        fault = {"where": "body", "detail": "it cannot be read as JSON"}
        return _answer(
            422, InvalidQuestion.slug, InvalidQuestion.title, "body: it cannot be read as JSON", errors=[fault]
        )
    slug = {404: "no-such-page", 405: "method-not-allowed"}.get(error.status_code, "refused")
    answer = _answer(error.status_code, slug, str(error.detail), f"{request.method} {request.url.path[:200]}")
    answer.headers.update(error.headers or {})
    return answer


def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    # Starlette calls this in another thread, where Python does not know the exception.
    log.error("unforeseen", route=route_of(request.scope), exc_info=error)
    return _answer(500, "internal", PathwaysError.title, _LOGGED)
