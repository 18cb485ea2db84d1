"""Exposure: the entries that have a ZigBee chipset or stack, those that do not, and pathways between the two."""

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
    """The fields of every answer from the zigbee compartment."""

    classification: Classification
    at: Instant
    known_at: Instant = Field(description="The recorded time of the public data.")
    zigbee_known_at: Instant = Field(description="The recorded time of the restricted data.")
    list_version: str
    list_issued: str
    notice: str = NOTICE


class ChipsetFact(ResponseModel):
    """A chipset in its normalised spelling and as it was given. Null: not known."""

    vendor: str | None
    part: str | None
    given_vendor: str | None
    given_part: str | None
    effective_from: Instant | None
    recorded: Instant
    amendment: str


class StackFact(ResponseModel):
    """A stack in its normalised spelling and as it was given. Null: not known."""

    vendor: str | None
    version: str | None
    given_vendor: str | None
    given_version: str | None
    effective_from: Instant | None
    recorded: Instant
    amendment: str


class ZigbeeEntry(ResponseModel):
    """The ZigBee facts of an entry. `state` compares the entry with the criteria; twins share their facts."""

    entry: str
    status: str
    manufacturer: str
    device_model: str
    firmware_version: str
    band: Band | None = Field(description="The declared band, otherwise the band in the image descriptor.")
    chipset: ChipsetFact | None
    stack: StackFact | None
    state: ExposureState | None = Field(description="Null where the question had no criteria.")


class ZigbeePage(Page[ZigbeeEntry], RestrictedAnswer):
    """A page of entries with their ZigBee facts."""


class ExposureCounts(ResponseModel):
    """The numbers of entries that match the criteria, that do not, and that are not known; and of their devices."""

    exposed: int
    clear: int
    unknown: int
    meters_exposed: int | None = Field(description="Null where the question had no numbers of devices.")
    meters_clear: int | None
    meters_unknown: int | None


class ManufacturerExposureCounts(ExposureCounts):
    """The numbers of one manufacturer."""

    manufacturer: str


class Coverage(ExposureCounts):
    """How many entries have ZigBee facts, in total and by manufacturer."""

    by_manufacturer: list[ManufacturerExposureCounts]


class DeviceModelExposure(ResponseModel):
    """The exposed entries of a device model."""

    manufacturer: str
    device_model: str
    exposed: int
    with_a_way: int
    blocked: int
    most_steps: int | None = Field(
        description="The largest number of steps to an entry that is clear; null where there is none."
    )
    meters: int | None
    meters_blocked: int | None


class BlockingReason(ResponseModel):
    """Why there is no pathway to an entry that is clear, the entries concerned, and the blocked pathway."""

    code: BlockedCode
    text: str
    entries: list[str]
    steps: list[str]


class ExposedEntry(ResponseModel):
    """An exposed entry, and the shortest pathway to an entry that is clear."""

    entry: str
    status: str
    manufacturer: str
    device_model: str
    firmware_version: str
    by_twin: bool = Field(description="Whether the fact is that of a twin of the entry.")
    steps: int | None = Field(description="The number of steps of the preferred pathway; null where there is none.")
    cannot_be_sent: int | None = Field(
        description="The number of steps without an image hash, which cannot be performed."
    )
    exposed_stops: int | None = Field(description="The number of intermediate entries that are exposed, too.")
    nearest: list[str] = Field(description="The nearest entries that are clear.")
    way: list[str] = Field(description="The entries of the preferred pathway to the first of `nearest`.")
    blocked_by: list[BlockingReason]
    meters: int | None


class SimilarSpelling(ResponseModel):
    """A value that may be another spelling of the criterion. The entries that have this value count as unknown."""

    attribute: ZigbeeAttribute
    value: str
    entries: int


class ExposureOverview(RestrictedAnswer):
    """The part of an exposure that is the same on every page, before the items."""

    coverage: Coverage
    groups: list[DeviceModelExposure]
    spellings: list[SimilarSpelling]


class Exposure(Page[ExposedEntry], ExposureOverview):
    """A page of exposed entries, with the coverage of the facts."""
