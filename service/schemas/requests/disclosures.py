"""Defines the query parameters of the disclosure log (the record of answers that organisations received)."""

from typing import Annotated, Literal

from pydantic import Field

from service.schemas.requests.filters import EntryNumberFilter
from service.schemas.requests.queries import OptionalInstant, UndatedQuestion
from service.schemas.responses.disclosures import DisclosureKind

DisclosureKindFilter = Annotated[
    DisclosureKind | Literal[""], Field(description="The kind of request that was answered.")
]


class DisclosuresQuestion(UndatedQuestion):
    """The filters for listing the disclosure log (the record of the answers that organisations received). A blank
    filter excludes nothing.
    """

    organisation: str = Field("", max_length=500, description="The organisation as its key or token names it.")
    from_: EntryNumberFilter = Field("", alias="from", max_length=20, description="The base of the question.")
    to: EntryNumberFilter = Field("", max_length=20, description="The target of the question.")
    kind: DisclosureKindFilter = ""
    since: OptionalInstant = Field(
        None, description="Only answers from this instant on: an ISO date or date-time. Default: all."
    )
