"""The answer to *how do I get from this entry to that one* (design 4, 7)."""

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import Field

from service.domain.clock import Instant
from service.domain.outcomes import Outcome as Outcome
from service.domain.outcomes import ReasonCode as ReasonCode
from service.schemas.base import ResponseModel
from service.schemas.responses.receipts import Receipt

WarningCode = Literal[
    "removed-base",
    "identity-change",
    "no-image",
    "fragment",
    "certificate-date-passed",
    "ambiguous-version",
    "by-twin",
    "cycle",
    "old-declaration",
]

NOTICE = (
    "This does not replace the Release Notes: check them before any upgrade. "
    "The answer rests on what manufacturers declared and the list published, as known at the instants given."
)


class StepWarning(ResponseModel):
    """Something to know before taking a step. It informs; it does not choose."""

    code: WarningCode
    text: str


class PathwayStep(ResponseModel):
    """One upgrade: from a base entry to a target entry, with what is sent and activated."""

    base: str
    target: str
    device_model: str = Field(description="The target's device model as DUIS names it, 8 hex digits.")
    firmware_version: str = Field(description="The target's firmware version, 8 hex digits.")
    image_hash: str | None = Field(description="SHA-256 of the target's image; null where the list has none.")
    warnings: list[StepWarning]


class Interval(ResponseModel):
    """A stretch of time, half-open; null where it has no beginning or no end."""

    from_: Instant | None = Field(alias="from")
    to: Instant | None


class Reason(ResponseModel):
    """Why there is no route, proven: the entries concerned and, where there is one, the way that shows it."""

    code: ReasonCode
    text: str
    entries: list[str]
    steps: list[str] = Field(default=[], description="The entries of the way that proves the reason, in order.")
    manufacturers: list[str] = Field(default=[], description="Whom to ask, where a declaration is missing.")
    interval: Interval | None = Field(default=None, description="When there is a route, where there is none now.")


class AsOfResponse(ResponseModel):
    """When an answer holds and when it was known, and the list then in force."""

    at: Instant
    known_at: Instant
    list_version: str
    list_issued: str


class Pathway(AsOfResponse):
    """One of four outcomes, never blurred, with its steps or its reasons."""

    from_: str = Field(alias="from")
    to: str
    outcome: Outcome
    steps: list[PathwayStep]
    alternatives: list[list[PathwayStep]] = Field(default=[])
    more: bool = Field(
        default=False,
        description="Whether there were more than the alternatives asked for; never told where none were asked for.",
    )
    reasons: list[Reason]
    updated: Instant | None = Field(
        description="The latest recorded instant among the facts of both ends and of all that leads to the target."
    )
    notice: str = NOTICE
    receipt: Receipt | None = Field(default=None, description="What was said, signed; null where nobody asked for it.")


class PathwayData(NamedTuple):
    """What `Pathway` says, as the rules found it, for whoever sends it without a model: ten thousand at once."""

    from_: str
    to: str
    outcome: Outcome
    steps: list[PathwayStep]
    alternatives: list[list[PathwayStep]]
    more: bool
    reasons: list[Reason]
    at: datetime
    known_at: datetime
    list_version: str
    list_issued: str
    updated: datetime | None
    notice: str = NOTICE

    @property
    def pathway(self) -> Pathway:
        """The same as a model."""
        return Pathway(**self._asdict())


class ReachItem(ResponseModel):
    """An entry that can be reached, or that can reach, with the steps of the pathway that would be answered."""

    entry: str
    steps: int
