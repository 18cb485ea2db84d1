"""Which entries have a chipset or stack, which are known not to, and how meters get off it."""

from typing import Literal

from pydantic import Field

from service.domain.capabilities import Classification
from service.domain.clock import Instant
from service.domain.facts import Band
from service.domain.zigbee_facts import ZigbeeAttribute
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.pathways import NOTICE

ExposureState = Literal["exposed", "clear", "unknown"]

BlockedCode = Literal[
    "none-known-clear",
    "not-told",
    "not-declared",
    "only-through-held",
    "only-through-removed",
    "opposite-direction",
    "no-declared-way",
]


class RestrictedAnswer(ResponseModel):
    """What every answer out of the zigbee compartment says of itself."""

    classification: Classification
    at: Instant
    known_at: Instant = Field(description="As known when, of what is public.")
    zigbee_known_at: Instant = Field(description="As known when, of what is told in confidence.")
    list_version: str
    list_issued: str
    notice: str = NOTICE


class ChipsetFact(ResponseModel):
    """A chipset in the one spelling by which it is compared, and as it was given. Null: not told."""

    vendor: str | None
    part: str | None
    given_vendor: str | None
    given_part: str | None
    effective_from: Instant | None
    recorded: Instant
    amendment: str


class StackFact(ResponseModel):
    """A stack in the one spelling by which it is compared, and as it was given. Null: not told."""

    vendor: str | None
    version: str | None
    given_vendor: str | None
    given_version: str | None
    effective_from: Instant | None
    recorded: Instant
    amendment: str


class ZigbeeEntry(ResponseModel):
    """What is told of an entry. `state` is what its vertex is to what was asked for; twins share what is told."""

    entry: str
    status: str
    manufacturer: str
    device_model: str
    firmware_version: str
    band: Band | None = Field(description="As told beside the list, else as the image's descriptor says it.")
    chipset: ChipsetFact | None
    stack: StackFact | None
    state: ExposureState | None = Field(description="Null where nothing was asked for.")


class ZigbeePage(Page[ZigbeeEntry], RestrictedAnswer):
    """A page of entries with what is told of them."""


class ExposureCounts(ResponseModel):
    """How many entries are known to have it, known not to, and not known about; and how many devices run them."""

    exposed: int
    clear: int
    unknown: int
    meters_exposed: int | None = Field(description="Null where no devices were counted.")
    meters_clear: int | None
    meters_unknown: int | None


class ManufacturerExposureCounts(ExposureCounts):
    """The same for one manufacturer."""

    manufacturer: str


class Coverage(ExposureCounts):
    """How much is told at all: first of all, whose entries nobody has told of."""

    by_manufacturer: list[ManufacturerExposureCounts]


class DeviceModelExposure(ResponseModel):
    """The entries of a device model that have it."""

    manufacturer: str
    device_model: str
    exposed: int
    with_a_way: int
    blocked: int
    most_steps: int | None = Field(description="Of those that have a way, the most steps that one takes.")
    meters: int | None
    meters_blocked: int | None


class BlockingReason(ResponseModel):
    """What blocks the way off it, the entries concerned, and the way that there would be."""

    code: BlockedCode
    text: str
    entries: list[str]
    steps: list[str]


class ExposedEntry(ResponseModel):
    """An entry that has it, and the fewest steps to one that is known not to."""

    entry: str
    status: str
    manufacturer: str
    device_model: str
    firmware_version: str
    by_twin: bool = Field(description="Whether it is a twin, rather than the entry itself, of which that is told.")
    steps: int | None = Field(description="Of the preferred way; null where there is none.")
    cannot_be_sent: int | None = Field(
        description="How many of these steps have no image hash: they cannot be performed."
    )
    exposed_stops: int | None = Field(description="How many stops on the way have it too.")
    nearest: list[str] = Field(description="The entries known not to have it that are as near.")
    way: list[str] = Field(description="The preferred way to the first of these, from this entry on.")
    blocked_by: list[BlockingReason]
    meters: int | None


class SimilarSpelling(ResponseModel):
    """A value that may be the one sought, spelt otherwise. Until that is settled its entries are not known about."""

    attribute: ZigbeeAttribute
    value: str
    entries: int


class Exposure(Page[ExposedEntry], RestrictedAnswer):
    """A page of the entries that have it, after how much is told at all."""

    coverage: Coverage
    groups: list[DeviceModelExposure]
    spellings: list[SimilarSpelling]
