"""Sets the status of requests that clients may retry: 201 for a new record, 200 where a retry finds the record."""

from typing import Any, TypeVar

from fastapi import Response
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def retry_responses(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Returns the OpenAPI description of the response to a retry."""
    return {200: {"description": "A retry: an earlier request recorded it.", "model": model}}


def set_created_status(response: Response, recorded: M, new: bool) -> M:
    """Sets the status of the response (201 for a new record, 200 for a retry), and returns the record."""
    response.status_code = 201 if new else 200
    return recorded
