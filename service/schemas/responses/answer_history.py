"""Defines the history of a pathway answer: each instant at which the answer to one question changed, with the causes
(design 2, 7).
"""

from typing import Annotated, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import ResponseModel
from service.schemas.responses.entry_history import AmendmentReference
from service.schemas.responses.impact import PathwaySummary
from service.schemas.responses.pathways import AsOfPage, AsOfResponse, EntryPair


class AmendmentCause(ResponseModel):
    """An amendment that caused a change of the answer.

    Where one transaction recorded several amendments, the history lists those that changed entries connected to the
    pathway.
    """

    kind: Literal["amendment"] = "amendment"
    amendment: AmendmentReference


class ListCause(ResponseModel):
    """A published list, loaded or corrected, that caused a change of the answer."""

    kind: Literal["list"] = "list"
    list_version: str
    list_issued: str
    recorded: Instant


class EffectiveDateCause(ResponseModel):
    """A date that caused a change of the answer, because a recorded fact took effect or ended on that date."""

    kind: Literal["time"] = "time"
    list_version: str | None = Field(description="The list that took effect on that date, or null.")


Cause = Annotated[AmendmentCause | ListCause | EffectiveDateCause, Field(discriminator="kind")]


class AnswerChange(ResponseModel):
    """An instant at which the answer changed, the answers before and after it, and the causes. An answer is null where
    the service could give none.
    """

    at: Instant
    before: PathwaySummary | None
    after: PathwaySummary | None
    causes: list[Cause]


class ChangesSubject(EntryPair, AsOfResponse):
    """The question whose answers form a history: base, target and period. A page states it before the items."""

    since: Instant | None = Field(description="The page has only changes after this instant; null: all changes.")
    before: PathwaySummary | None = Field(
        description="The answer before the first item; null where the service had none."
    )


class ChangesPage(AsOfPage[AnswerChange], ChangesSubject):
    """A page of the changes of one answer, in the order of time. A page may be short or even empty although `next`
    names a further page.
    """
