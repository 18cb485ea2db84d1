"""Defines the request body of a batch of pathway questions."""

from typing import Annotated

from pydantic import Field

from service.schemas.requests.bodies import AsOfBody

MAX_PAIRS = 10_000


Pair = Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=2, max_length=2)]


class BatchQuestion(AsOfBody):
    """A list of pairs of base and target entries, for which the service computes pathways as of the same two instants."""

    pairs: list[Pair] = Field(
        max_length=MAX_PAIRS, description="Pairs of base and target.", examples=[[["000001", "000034"]]]
    )
    receipts: bool = Field(True, description="Whether each answer has its receipt. A batch without receipts is faster.")
