"""Many questions at once, each with an outcome of its own (design 7)."""

from pydantic import Field

from service.schemas.responses.pathways import Part, Pathway


class Refused(Part):
    """Why a question was not answered, as a problem of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


class BadPair(Part):
    """A pair that could not be asked; the others are answered all the same."""

    from_: str = Field(alias="from")
    to: str
    problem: Refused


class Batch(Part):
    """The answers in the order of the questions."""

    items: list[Pathway | BadPair]
