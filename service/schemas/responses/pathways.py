"""Defines pathway answers: the upgrade steps by which a device gets from one entry to another (design 4, 7).

Other responses share the small models at the beginning, such as `AsOfResponse` and `StepEnds`.
"""

from datetime import datetime
from typing import Generic, Literal, NamedTuple

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind
from service.domain.outcomes import Outcome as Outcome
from service.domain.outcomes import ReasonCode as ReasonCode
from service.schemas.base import Item, Page, ResponseModel
from service.schemas.responses.holds_until import HOLDS_UNTIL, HoldsUntil
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


class AsOfResponse(ResponseModel):
    """The two times of a response (when facts hold, and up to when recorded facts count), and the list in force
    then.
    """

    at: Instant
    known_at: Instant
    list_version: str
    list_issued: str


class AsOfPage(Page[Item], AsOfResponse, Generic[Item]):
    """A page of items, all as of the same two times: when facts hold, and up to when recorded facts count."""

    notice: str = NOTICE


class WithEntryNumber(ResponseModel):
    """The number of an entry of the Central Products List, which is the first field of every object about an entry."""

    entry: str


class EntryPair(ResponseModel):
    """The two entries of a pathway question: the entry that a device runs, and the entry that it is to run."""

    from_: str = Field(alias="from")
    to: str


class StepEnds(ResponseModel):
    """The two ends of an upgrade step, which is an edge of the graph from a base entry to a target entry."""

    base: str
    target: str


class ValidInterval(ResponseModel):
    """The interval of effective time in which a fact holds in the world. It excludes its end; null marks an open
    end.
    """

    valid_from: Instant | None
    valid_to: Instant | None


class DeclaredBases(ResponseModel):
    """A declared Firmware Upgrade Path: its kind, and the base entries that it names."""

    kind: DeclarationKind
    bases: list[str]


class StepWarning(ResponseModel):
    """A warning about an upgrade step. Warnings do not affect the choice of the preferred pathway."""

    code: WarningCode
    text: str


class PathwayStep(StepEnds):
    """An upgrade step from a base entry to a target entry, with the image that the device must receive and activate."""

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


class Pathway(EntryPair, AsOfResponse):
    """The answer to a pathway question: one of four outcomes, with the upgrade steps or the reasons why there is no
    route.
    """

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
    holds_until: HoldsUntil | None = HOLDS_UNTIL
    notice: str = NOTICE
    receipt: Receipt | None = Field(
        default=None, description="The signed receipt; null where the question did not ask for one."
    )


class PathwayData(NamedTuple):
    """The answer to a pathway question as a plain tuple, because pydantic models would slow down batches of ten
    thousand answers.
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
    holds_until: HoldsUntil | None = None
    notice: str = NOTICE

    @property
    def pathway(self) -> Pathway:
        """Converts the answer to a pathway question to the pydantic model `Pathway`."""
        return Pathway(**self._asdict())


class ReachItem(WithEntryNumber):
    """An entry that can be reached from another entry, or can reach it, and the number of upgrade steps between the
    two.
    """

    steps: int


class PairProblem(ResponseModel):
    """The reason why the service cannot give a pathway answer for one pair of entries of a batch, as a problem in the
    sense of RFC 9457.
    """

    type: str
    title: str
    status: int
    detail: str


class BadPair(EntryPair):
    """A pair of entries of a batch that is malformed or names an unknown entry. The service answers the other pairs of
    the batch.
    """

    problem: PairProblem


class Batch(ResponseModel):
    """The answers to a batch of pathway questions, in the order of the pairs in the request."""

    items: list[Pathway | BadPair]
