"""Reads JSON bodies as strictly as query strings: a name given twice, or another media type, is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response

from service.domain.json_text import RepeatedNames, parse_json
from service.errors import InvalidQuestion
from service.schemas.invalid_fields import repeated_fields, validation_sentence
from service.schemas.responses.problems import InvalidField

Handler = Callable[[Request], Awaitable[Response]]

_SENT = "the body must be sent with the header `Content-Type: application/json`"


class JsonRequest(Request):
    """A request whose JSON body `read` has parsed before FastAPI asks for it."""

    async def read(self) -> None:
        """Reads and parses the body. Raises InvalidQuestion for a repeated name and for a body not sent as JSON.

        FastAPI parses a body again that is no JSON, and answers that error itself.
        """
        body = await self.body()
        if body and not _is_json(self.headers.get("content-type", "")):
            raise _refused([InvalidField(where="body", detail=_SENT)])
        try:
            self._json = parse_json(body)
        except RepeatedNames as error:
            raise _refused(repeated_fields(error.paths)) from error
        except (ValueError, RecursionError):
            return


def reading_json(handle: Handler) -> Callable[[Request], Any]:
    """Returns a handler that reads the JSON body of a request strictly, then calls the handler given."""

    async def read_and_handle(request: Request) -> Response:
        strict = JsonRequest(request.scope, request.receive)
        await strict.read()
        return await handle(strict)

    return read_and_handle


def _is_json(content_type: str) -> bool:
    """Returns whether FastAPI parses a body of this media type as JSON: `application/json` or `application/*+json`."""
    kind, _, subtype = content_type.partition(";")[0].strip().lower().partition("/")
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))


def _refused(fields: list[InvalidField]) -> InvalidQuestion:
    return InvalidQuestion(validation_sentence(fields), errors=fields)
