"""What a request records once: 201 where it was recorded now, 200 where a retry finds it."""

from typing import Any, TypeVar

from fastapi import Response
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def retry_responses(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a retry."""
    return {200: {"description": "A retry: it was recorded before.", "model": model}}


def set_created_status(response: Response, made: M, new: bool) -> M:
    """What was recorded, under the status that says when."""
    response.status_code = 201 if new else 200
    return made
