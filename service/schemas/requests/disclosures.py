"""The query parameters of the disclosure log."""

from typing import Annotated, Literal

from pydantic import Field

from service.schemas.requests.queries import EntryNumberFilter, OptionalInstant, UndatedQuestion
from service.schemas.responses.disclosures import DisclosureKind

DisclosureKindFilter = Annotated[DisclosureKind | Literal[""], Field(description="By what it was asked.")]


class DisclosuresQuestion(UndatedQuestion):
    """What organisations were told, by any of these; a blank filter lets all pass."""

    organisation: str = Field("", max_length=500, description="As its key or token names it.")
    from_: EntryNumberFilter = Field("", alias="from", max_length=20, description="The entry it was asked from.")
    to: EntryNumberFilter = Field("", max_length=20, description="The entry it was asked to.")
    kind: DisclosureKindFilter = ""
    since: OptionalInstant = Field(
        None, description="Only what was told from then on: ISO date or date-time. Default: all."
    )
