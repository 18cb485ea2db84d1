"""Answers every error as `application/problem+json` (RFC 9457) with a stable `type`."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service.api.request_log import route_of
from service.errors import (
    PROBLEM_PREFIX,
    AccessRefused,
    BodyTooLarge,
    BodyTooSlow,
    ClockBehind,
    CredentialRefused,
    EngineError,
    InvalidQuestion,
    Overloaded,
    PathwaysError,
    WorkStopped,
)
from service.schemas.invalid_fields import invalid_fields, repeated_fields, validation_sentence
from service.schemas.responses.problems import InvalidField, ProblemDetails

MEDIA_TYPE = "application/problem+json"

_MOST_ERRORS, _MOST_FAULTS = 100, 20
_LOGGED = "The failure was logged."

_OF_BODIES = {
    str(error.status): {
        "description": f"`{error.slug}`: {error.title}.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    }
    for error in (BodyTooSlow, BodyTooLarge)
}
"""The OpenAPI description of the errors that `api/body_limits.py` may answer to any request with a body."""

log = structlog.get_logger()


def problems(*errors: type[PathwaysError]) -> dict[int | str, dict[str, Any]]:
    """Returns the OpenAPI description of the errors given, and of the errors that any route may answer."""
    said: dict[int | str, dict[str, Any]] = {}
    of_any_route = AccessRefused, EngineError, Overloaded, WorkStopped, ClockBehind
    every: list[type[PathwaysError]] = [PathwaysError, *_kinds(*errors, *of_any_route)]
    for error in every:
        text = f"`{error.slug}`: {error.title}."
        before = said.get(error.status, {}).get("description")
        said[error.status] = {"model": ProblemDetails, "description": f"{before} {text}" if before else text}
    return {status: said[status] for status in sorted(said, key=int)}


def _kinds(*errors: type[PathwaysError]) -> Iterator[type[PathwaysError]]:
    for error in errors:
        yield error
        yield from _kinds(*error.__subclasses__())


def openapi_with_problems(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Returns a function that builds the OpenAPI document with problems under their own media type.

    FastAPI knows only one media type for each route.
    """
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
    """Makes the application answer every failure as a problem, and describe problems in its OpenAPI."""
    app.openapi = openapi_with_problems(app)  # type: ignore[method-assign]  # FastAPI's own way
    app.add_exception_handler(PathwaysError, _ours)
    app.add_exception_handler(ClockBehind, _clock_behind)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _web)
    app.add_exception_handler(Exception, _unforeseen)


async def refuse_repeated_parameters(request: Request) -> None:
    """Raises an error for a query parameter that is given twice: using one of them would be a guess."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    if fields := repeated_fields([name for name, times in given.items() if times > 1][:_MOST_FAULTS]):
        raise InvalidQuestion(validation_sentence(fields), errors=fields)


def problem_response(error: PathwaysError) -> JSONResponse:
    """Returns the problem response for an error of which the caller may read every part."""
    told = _answer(error.status, error.slug, error.title, error.detail, **error.extra)
    told.headers.update(_demands(error))
    return told


def _answer(status: int, slug: str, title: str, detail: str, **extra: Any) -> JSONResponse:
    body = {"type": PROBLEM_PREFIX + slug, "title": title, "status": status, "detail": detail} | extra
    headers = {"Retry-After": "2"} if status == 503 else None
    return JSONResponse(jsonable_encoder(body), status, headers, MEDIA_TYPE)


def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PathwaysError)
    if error.status < 500 or isinstance(error, Overloaded | WorkStopped):
        return problem_response(error)
    log.error("failed", route=route_of(request.scope), slug=error.slug, detail=error.detail)
    if error.public:
        return problem_response(error)
    return _answer(error.status, error.slug, error.title, _LOGGED)  # what an engine says may name its host


def _clock_behind(request: Request, error: Exception) -> JSONResponse:
    """Answers the fault of the clock. The watch logs it once, and not for each request."""
    assert isinstance(error, ClockBehind)
    if services := getattr(request.app.state, "services", None):
        services.clock_watch.report(error.detail)
    return problem_response(error)


def _demands(error: PathwaysError) -> dict[str, str]:
    """Returns the headers that tell the caller what to do, such as `Retry-After` and `WWW-Authenticate`."""
    if error.status == 401:
        why = ', error="invalid_token"' if isinstance(error, CredentialRefused) else ""
        return {"WWW-Authenticate": f'Bearer realm="firmware-pathways"{why}', "Cache-Control": "no-store"}
    return {"Retry-After": str(error.extra.get("retry_after", 60))} if error.status == 429 else {}


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = invalid_fields(error.errors()[:_MOST_ERRORS], prefix=1)[:_MOST_FAULTS]
    return _invalid_question(fields)


def _invalid_question(fields: Sequence[InvalidField]) -> JSONResponse:
    question = InvalidQuestion
    return _answer(question.status, question.slug, question.title, validation_sentence(fields), errors=fields)


def _web(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # FastAPI's own word for a body that no parser can read, such as one that is no UTF-8
        return _invalid_question([InvalidField(where="body", detail="the body must be valid JSON, in UTF-8")])
    slug = {404: "no-such-page", 405: "method-not-allowed"}.get(error.status_code, "refused")
    answer = _answer(error.status_code, slug, str(error.detail), f"{request.method} {request.url.path[:200]}")
    answer.headers.update(error.headers or {})
    if answer.headers.get("Allow") == "GET":
        answer.headers["Allow"] = "GET, HEAD"
    return answer


def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    # Starlette calls this in another thread, where Python does not know the exception.
    log.error("unforeseen", route=route_of(request.scope), exc_info=error)
    return _answer(500, "internal", PathwaysError.title, _LOGGED)
