"""What every question that stands in a body may say beside what it asks."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema

from service.schemas.base import RequestModel
from service.schemas.requests.queries import RequestInstant


def _text(value: Any) -> Any:
    if value is not None and not isinstance(value, str):
        raise ValueError("an ISO date or date-time is expected, as text")
    return value


_DATE: dict[str, Any] = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
BodyInstant = Annotated[
    RequestInstant | None, BeforeValidator(_text), WithJsonSchema({"anyOf": [_DATE, {"type": "null"}]})
]


class AsOfBody(RequestModel):
    """As of when, and whether steps may lead to removed entries."""

    at: BodyInstant = Field(None, description="When it holds: ISO date or date-time. Default: `known_at`, else now.")
    known_at: BodyInstant = Field(None, description="As known when: ISO date or date-time. Default: now.")
    through_removed: StrictBool = Field(False, description="Whether steps may lead to removed entries.")
