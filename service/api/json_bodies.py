"""Reads JSON bodies as strictly as query strings: a name given twice, or another media type, is refused.

A thread parses and validates a body that is not short: on the event loop, a hundred edits of a dense graph would hold
all other requests for 13 ms, and a body of the greatest size for seconds.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError

from service.api.services import services_of
from service.domain.json_text import RepeatedNames, parse_json
from service.errors import InvalidQuestion
from service.schemas.invalid_fields import repeated_fields, validation_sentence
from service.schemas.responses.problems import InvalidField

Handler = Callable[[Request], Awaitable[Response]]
Validate = Callable[..., tuple[Any, list[Any]]]
"""FastAPI's validation of a body: returns the object of the endpoint, and the errors."""

_SHORT = 2_000  # bytes of a body for which another thread would cost more than the validation
_SENT = "the body must be sent with the header `Content-Type: application/json`"


class JsonRequest(Request):
    """A request whose JSON body `read` has parsed and validated before FastAPI asks for it."""

    async def read(self, validate: Validate) -> None:
        """Reads, parses and validates the body. FastAPI then takes the object of the endpoint as valid.

        Raises InvalidQuestion for a repeated name and for a body not sent as JSON, and RequestValidationError. FastAPI
        parses a body again that is no JSON, and answers that error itself.
        """
        body = await self.body()
        if body and not _is_json(self.headers.get("content-type", "")):
            raise _refused([InvalidField(where="body", detail=_SENT)])
        try:
            if len(body) <= _SHORT:
                self._json = _valid(body, validate)
            else:
                threads: CapacityLimiter = services_of(self.app).work_runners.body_threads
                self._json = await to_thread.run_sync(_valid, body, validate, limiter=threads)
        except RepeatedNames as error:
            raise _refused(repeated_fields(error.paths)) from error
        except (ValueError, RecursionError):
            return


def _valid(body: bytes, validate: Validate) -> Any:
    value, errors = validate(parse_json(body), loc=("body",))
    if errors:
        raise RequestValidationError(errors)
    return value


def reading_json(handle: Handler, validate: Validate) -> Callable[[Request], Any]:
    """Returns a handler that reads and validates the JSON body of a request, then calls the handler given."""

    async def read_and_handle(request: Request) -> Response:
        strict = JsonRequest(request.scope, request.receive)
        await strict.read(validate)
        return await handle(strict)

    return read_and_handle


def _is_json(content_type: str) -> bool:
    """Returns whether FastAPI parses a body of this media type as JSON: `application/json` or `application/*+json`."""
    kind, _, subtype = content_type.partition(";")[0].strip().lower().partition("/")
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))


def _refused(fields: list[InvalidField]) -> InvalidQuestion:
    return InvalidQuestion(validation_sentence(fields), errors=fields)
