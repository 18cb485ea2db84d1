"""Defines pathway answers: the upgrade steps by which a device gets from one entry to another (design 4, 7)."""

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
    """A warning about an upgrade step. Warnings do not affect the choice of the preferred pathway."""

    code: WarningCode
    text: str


class PathwayStep(ResponseModel):
    """An upgrade step from a base entry to a target entry, with the image that the device must receive and activate."""

    base: str
    target: str
    device_model: str = Field(description="The target's device model: the DeviceModel of DUIS, 8 hex digits.")
    firmware_version: str = Field(description="The target's firmware version, 8 hex digits.")
    image_hash: str | None = Field(description="SHA-256 of the target's image; null where the list has none.")
    warnings: list[StepWarning]


class Interval(ResponseModel):
    """A time interval that includes its beginning and excludes its end. Null marks an open end."""

    from_: Instant | None = Field(alias="from")
    to: Instant | None


class Reason(ResponseModel):
    """A proven reason why there is no route: its code, the entries concerned and, for some codes, the pathway that
    proves the reason.
    """

    code: ReasonCode
    text: str
    entries: list[str]
    steps: list[str] = Field(default=[], description="The entries of the pathway that proves the reason, in order.")
    manufacturers: list[str] = Field(
        default=[], description="The manufacturers to ask, where a declaration is missing."
    )
    interval: Interval | None = Field(
        default=None, description="The interval with a route, where there is none at `at`."
    )


class AsOfResponse(ResponseModel):
    """The valid time and the recorded time of a response, and the list in force at that time."""

    at: Instant
    known_at: Instant
    list_version: str
    list_issued: str


class Pathway(AsOfResponse):
    """The answer to a pathway question: one of four outcomes, with the upgrade steps or the reasons why there is no
    route.
    """

    from_: str = Field(alias="from")
    to: str
    outcome: Outcome
    steps: list[PathwayStep]
    alternatives: list[list[PathwayStep]] = Field(default=[])
    more: bool = Field(
        default=False,
        description="Whether there are more alternatives than the question asked for; false where it asked for none.",
    )
    reasons: list[Reason]
    updated: Instant | None = Field(
        description="The latest recorded instant among the facts of the base, the target and all entries on the way."
    )
    notice: str = NOTICE
    receipt: Receipt | None = Field(
        default=None, description="The signed receipt; null where the question did not ask for one."
    )


class PathwayData(NamedTuple):
    """The fields of `Pathway` as a plain tuple, because pydantic models would slow down batches of ten thousand
    answers.
    """

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
        """Returns the answer as the pydantic model `Pathway`."""
        return Pathway(**self._asdict())


class ReachItem(ResponseModel):
    """An entry that is reachable from another entry, or that can reach it, and the number of upgrade steps between the
    two.
    """

    entry: str
    steps: int
