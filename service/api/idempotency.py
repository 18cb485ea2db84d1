"""Status of requests that clients may retry: 201 when the request recorded something, 200 when a retry finds it."""

from typing import Any, TypeVar

from fastapi import Response
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def retry_responses(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI response of a retry."""
    return {200: {"description": "A retry: an earlier request recorded it.", "model": model}}


def set_created_status(response: Response, recorded: M, new: bool) -> M:
    """Sets the status of the response, and returns the record."""
    response.status_code = 201 if new else 200
    return recorded
