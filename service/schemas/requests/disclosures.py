"""The query parameters of the disclosure log."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from service.schemas.requests.queries import Asked, Sought, Undated
from service.schemas.responses.disclosures import ToldKind

Kind = Annotated[ToldKind | Literal[""], Field(description="By what it was asked.")]


class ToldQuestion(Undated):
    """What organisations were told, by any of these; a blank filter lets all pass."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    organisation: str = Field("", max_length=500, description="As its key or token names it.")
    from_: Sought = Field("", alias="from", max_length=20, description="The entry it was asked from.")
    to: Sought = Field("", max_length=20, description="The entry it was asked to.")
    kind: Kind = ""
    since: Asked = Field(None, description="Only what was told from then on: ISO date or date-time. Default: all.")
