"""Defines the exposure report: the entries that have a given ZigBee chipset or stack, the entries that do not, and the
pathways from the former to the latter.
"""

from typing import Literal

from pydantic import Field

from service.domain.capabilities import Classification
from service.domain.clock import Instant
from service.domain.facts import Band
from service.domain.zigbee_facts import ZigbeeAttribute
from service.schemas.base import Page, ResponseModel
from service.schemas.responses.pathways import NOTICE, WithEntryNumber

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
    """The fields that every response with restricted ZigBee data has: classification, instants and list in force."""

    classification: Classification
    at: Instant
    known_at: Instant = Field(description="The recorded time of the public data.")
    zigbee_known_at: Instant = Field(description="The recorded time of the restricted data.")
    list_version: str
    list_issued: str
    notice: str = NOTICE


class ChipsetFact(ResponseModel):
    """The chipset of an entry, both in the normalised spelling and as the source spells it. Null means not known."""

    vendor: str | None
    part: str | None
    given_vendor: str | None
    given_part: str | None
    effective_from: Instant | None
    recorded: Instant
    amendment: str


class StackFact(ResponseModel):
    """The ZigBee stack of an entry, both in the normalised spelling and as the source spells it. Null means not
    known.
    """

    vendor: str | None
    version: str | None
    given_vendor: str | None
    given_version: str | None
    effective_from: Instant | None
    recorded: Instant
    amendment: str


class FirmwareOfEntry(WithEntryNumber):
    """An entry with its status, device model and firmware version."""

    status: str
    manufacturer: str
    device_model: str
    firmware_version: str


class ZigbeeEntry(FirmwareOfEntry):
    """An entry with its ZigBee facts, which all entries with the same image share. `state` says whether the entry
    matches the criteria of the request.
    """

    band: Band | None = Field(description="The declared band, otherwise the band in the image descriptor.")
    chipset: ChipsetFact | None
    stack: StackFact | None
    state: ExposureState | None = Field(description="Null where the question had no criteria.")


class ZigbeePage(Page[ZigbeeEntry], RestrictedAnswer):
    """A page of entries with their ZigBee facts (chipset, stack and band), in the order of their numbers."""


class ExposureCounts(ResponseModel):
    """The numbers of entries that match the ZigBee criteria (exposed), that do not (clear) and whose facts are unknown,
    with the numbers of devices that run them.
    """

    exposed: int
    clear: int
    unknown: int
    meters_exposed: int | None = Field(description="Null where the question had no numbers of devices.")
    meters_clear: int | None
    meters_unknown: int | None


class ManufacturerExposureCounts(ExposureCounts):
    """The numbers of one manufacturer's entries that match the ZigBee criteria (exposed), that do not (clear) and whose
    facts are unknown.
    """

    manufacturer: str


class Coverage(ExposureCounts):
    """The numbers of entries that match the ZigBee criteria (exposed), that do not (clear) and whose facts are unknown,
    in total and for each manufacturer.
    """

    by_manufacturer: list[ManufacturerExposureCounts]


class DeviceModelExposure(ResponseModel):
    """The exposed entries (which match the ZigBee criteria) of one device model: how many there are, and how many have
    a pathway to an entry that does not match.
    """

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
    """A reason why an entry with a given chipset or stack has no pathway to an entry without it, with the entries
    concerned and the pathway that is blocked.
    """

    code: BlockedCode
    text: str
    entries: list[str]
    steps: list[str]


class ExposedEntry(FirmwareOfEntry):
    """An entry with the chipset or stack in the request, and the shortest pathway from this entry to one without it."""

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
    """A recorded ZigBee value that may be another spelling of the value in the request. The report counts entries with
    this value as unknown.
    """

    attribute: ZigbeeAttribute
    value: str
    entries: int


class ExposureOverview(RestrictedAnswer):
    """The fields that are the same on every page of an exposure report (which entries have a given chipset or stack). A
    page states them before the items.
    """

    coverage: Coverage
    groups: list[DeviceModelExposure]
    spellings: list[SimilarSpelling]


class Exposure(Page[ExposedEntry], ExposureOverview):
    """A page of an exposure report: entries with the chipset or stack in the request, and the numbers for all
    entries.
    """
