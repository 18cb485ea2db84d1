"""Many questions at once, each with an outcome of its own (design 7)."""

from pydantic import Field

from service.schemas.base import ResponseModel
from service.schemas.responses.pathways import Pathway


class PairProblem(ResponseModel):
    """Why a question was not answered, as a problem of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


class BadPair(ResponseModel):
    """A pair that could not be asked; the others are answered all the same."""

    from_: str = Field(alias="from")
    to: str
    problem: PairProblem


class Batch(ResponseModel):
    """The answers in the order of the questions."""

    items: list[Pathway | BadPair]
