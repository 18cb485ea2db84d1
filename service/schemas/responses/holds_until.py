"""Defines until when an answer holds: the first later instant at which recorded facts change it, and how (design 4)."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.outcomes import ResolveOutcome, Verdict
from service.schemas.base import ResponseModel


class EffectiveDateCause(ResponseModel):
    """A date that caused a change of a pathway answer, because a recorded fact took effect or ended on that date."""

    kind: Literal["time"] = "time"
    list_version: str | None = Field(description="The list that took effect on that date, or null.")


class HoldsUntil(ResponseModel):
    """The end of the time for which an answer holds: the first instant after `at` at which the facts recorded until
    `known_at` give another answer.

    Answers to pathway questions differ in their outcome or in the entries of their routes; checks of plans in their
    verdicts; answers for devices in their outcomes, matches or targets.
    """

    at: Instant = Field(description="The first instant at which the answer is another one.")
    outcome: ResolveOutcome | Verdict = Field(
        description="The outcome from that instant on; for the check of a plan, the verdict."
    )
    cause: EffectiveDateCause = Field(description="Why the answer changes: always a date, since `known_at` is fixed.")


HOLDS_UNTIL: HoldsUntil | None = Field(
    default=None, description="Until when the answer holds; null where no fact recorded so far changes it later."
)
"""The field of every answer that says until when the answer holds."""
