"""Defines the history of a pathway answer (the route between two entries, or why there is none): each instant at which
it changed, with the causes (design 2, 7).
"""

from typing import Annotated, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import ResponseModel
from service.schemas.responses.entry_history import AmendmentReference
from service.schemas.responses.holds_until import EffectiveDateCause as EffectiveDateCause
from service.schemas.responses.impact import PathwaySummary
from service.schemas.responses.pathways import AsOfPage, AsOfResponse, EntryPair


class AmendmentCause(ResponseModel):
    """An amendment (a recorded change of declarations) that caused a change of a pathway answer.

    If one transaction recorded several amendments, the history lists those that changed entries connected to the
    pathway.
    """

    kind: Literal["amendment"] = "amendment"
    amendment: AmendmentReference


class ListCause(ResponseModel):
    """The loading or correction of a published list, which caused a change of a pathway answer."""

    kind: Literal["list"] = "list"
    list_version: str
    list_issued: str
    recorded: Instant


Cause = Annotated[AmendmentCause | ListCause | EffectiveDateCause, Field(discriminator="kind")]


class AnswerChange(ResponseModel):
    """A change of a pathway answer (the route, or why there is none): its instant, the answers before and after it, and
    the causes. An answer is null if the service could give none.
    """

    at: Instant
    before: PathwaySummary | None
    after: PathwaySummary | None
    causes: list[Cause]


class ChangesSubject(EntryPair, AsOfResponse):
    """The question about which a history of pathway answers is: base, target and period. A page states it before the
    items.
    """

    since: Instant | None = Field(description="The page has only changes after this instant; null: all changes.")
    before: PathwaySummary | None = Field(
        description="The answer before the first item; null where the service had none."
    )


class ChangesPage(AsOfPage[AnswerChange], ChangesSubject):
    """A page of the changes of one pathway answer, in the order of time. Changes later than the page's `at` are still
    to come, by the facts recorded so far. A page may be short or even empty although `next` names a further page.
    """
