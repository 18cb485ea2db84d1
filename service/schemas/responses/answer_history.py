"""The history of an answer: each instant at which the answer to a question changed, and why (design 2, 7)."""

from typing import Annotated, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.entry_history import AmendmentReference
from service.schemas.responses.impact import PathwaySummary
from service.schemas.responses.pathways import NOTICE, AsOfResponse


class AmendmentCause(ResponseModel):
    """A recorded amendment. Of several in one transaction, those that change entries near the pathway are listed."""

    kind: Literal["amendment"] = "amendment"
    amendment: AmendmentReference


class ListCause(ResponseModel):
    """A list that was loaded or corrected."""

    kind: Literal["list"] = "list"
    list_version: str
    list_issued: str
    recorded: Instant


class TimeCause(ResponseModel):
    """A date on which a known fact took effect or ended."""

    kind: Literal["time"] = "time"
    list_version: str | None = Field(description="The list that took effect on that date, or null.")


Cause = Annotated[AmendmentCause | ListCause | TimeCause, Field(discriminator="kind")]


class AnswerChange(ResponseModel):
    """An instant at which the answer changed, and the causes. An answer is null where the service had none."""

    at: Instant
    before: PathwaySummary | None
    after: PathwaySummary | None
    causes: list[Cause]


class ChangesSubject(AsOfResponse):
    """The question of a history of answers, before the items."""

    from_: str = Field(alias="from")
    to: str
    since: Instant | None = Field(description="The page has only changes after this instant; null: all changes.")
    before: PathwaySummary | None = Field(
        description="The answer before the first item; null where the service had none."
    )


class ChangesPage(Page[AnswerChange], ChangesSubject):
    """A page of the changes of an answer, in order of time. A page may be short or empty and still have a next page."""

    notice: str = NOTICE
