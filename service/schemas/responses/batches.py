"""Defines the response to a batch of pathway questions, in which each pair of entries succeeds or fails alone (design
7).
"""

from pydantic import Field

from service.schemas.base import ResponseModel
from service.schemas.responses.pathways import Pathway


class PairProblem(ResponseModel):
    """The reason why one pair of a batch has no pathway answer, as a problem in the sense of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


class BadPair(ResponseModel):
    """A pair of a batch that is malformed or names an unknown entry. The other pairs get their answers."""

    from_: str = Field(alias="from")
    to: str
    problem: PairProblem


class Batch(ResponseModel):
    """The answers to a batch of pathway questions, in the order of the pairs in the request."""

    items: list[Pathway | BadPair]
