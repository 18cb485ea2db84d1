"""How the answer to a question changed: what would have been told at each instant (design 2, 7)."""

from typing import Annotated, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.entry_history import AmendmentReference
from service.schemas.responses.impact import PathwaySummary
from service.schemas.responses.pathways import NOTICE, AsOfResponse


class AmendmentCause(ResponseModel):
    """An amendment was recorded. Of several in one transaction, those that speak of entries near the pathway."""

    kind: Literal["amendment"] = "amendment"
    amendment: AmendmentReference


class ListCause(ResponseModel):
    """A list was loaded, or corrected."""

    kind: Literal["list"] = "list"
    list_version: str
    list_issued: str
    recorded: Instant


class TimeCause(ResponseModel):
    """A date passed on which something that was known began to hold, or ceased to."""

    kind: Literal["time"] = "time"
    list_version: str | None = Field(description="The list that takes effect on that date, where one does.")


Cause = Annotated[AmendmentCause | ListCause | TimeCause, Field(discriminator="kind")]


class AnswerChange(ResponseModel):
    """From an instant on another answer would have been given, and why. Null where none could be given."""

    at: Instant
    before: PathwaySummary | None
    after: PathwaySummary | None
    causes: list[Cause]


class ChangesPage(Page[AnswerChange], AsOfResponse):
    """A page of the changes of an answer, in their order. A page may be short, or empty, and yet have a next one."""

    from_: str = Field(alias="from")
    to: str
    since: Instant | None = Field(description="Only what changed after it is told; null where all is.")
    before: PathwaySummary | None = Field(
        description="The answer before the first of the items; null where none could be given."
    )
    notice: str = NOTICE
