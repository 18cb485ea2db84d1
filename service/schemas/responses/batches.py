"""The answers to a batch of questions, each with an outcome of its own (design 7)."""

from pydantic import Field

from service.schemas.base import ResponseModel
from service.schemas.responses.pathways import Pathway


class PairProblem(ResponseModel):
    """Why a pair has no answer: a problem as RFC 9457 defines it."""

    type: str
    title: str
    status: int
    detail: str


class BadPair(ResponseModel):
    """A pair that is malformed or unknown. The other pairs have their answers."""

    from_: str = Field(alias="from")
    to: str
    problem: PairProblem


class Batch(ResponseModel):
    """The answers in the order of the questions."""

    items: list[Pathway | BadPair]
