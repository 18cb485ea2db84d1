"""Defines the fields that request bodies about pathways share, and the body of a batch of pathway questions."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema

from service.schemas.base import RequestModel
from service.schemas.requests.queries import AT, KNOWN_AT, THROUGH_REMOVED, RequestInstant

MAX_PAIRS = 10_000
Pair = Annotated[
    list[Annotated[str, Field(max_length=20, coerce_numbers_to_str=True)]], Field(min_length=2, max_length=2)
]


def _text(value: Any) -> Any:
    if value is not None and not isinstance(value, str):
        raise ValueError('give an ISO date or date-time as text, such as "2026-01-31"')
    return value


_DATE: dict[str, Any] = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
BodyInstant = Annotated[
    RequestInstant | None, BeforeValidator(_text), WithJsonSchema({"anyOf": [_DATE, {"type": "null"}]})
]


class AsOfRequestBody(RequestModel):
    """The fields of a request body that say when facts must hold (`at`), up to when recorded facts count (`known_at`),
    and whether steps may lead to removed entries.
    """

    at: BodyInstant = Field(None, description=AT)
    known_at: BodyInstant = Field(None, description=KNOWN_AT)
    through_removed: StrictBool = Field(False, description=THROUGH_REMOVED)


class BatchQuestion(AsOfRequestBody):
    """A list of pairs of base and target entries, for all of which the service finds pathways as of the same
    instants.
    """

    pairs: list[Pair] = Field(
        max_length=MAX_PAIRS, description="Pairs of base and target.", examples=[[["000001", "000034"]]]
    )
    receipts: bool = Field(True, description="Whether each answer has its receipt. A batch without receipts is faster.")
