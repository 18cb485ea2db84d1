"""Defines responses about an entry of the Central Products List: its attributes, twins (entries with the same image)
and declared Firmware Upgrade Path (design 7).
"""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import Band, HeldCode
from service.domain.listings import ListVersion
from service.schemas.base import Page, ResponseModel
from service.schemas.responses.pathways import NOTICE, AsOfPage, AsOfResponse, DeclaredBases, ReachItem, WithEntryNumber

CertificateDateKind = Literal["expiry", "review"]


class CpaCertificate(ResponseModel):
    """The CPA certificate of an entry. `kind` is `expiry` for [E] and `review` for [R]; `date` is an ISO date if the
    list has a readable one.
    """

    number: str | None
    kind: CertificateDateKind | None
    security_characteristics: str | None
    date: str | None


class Certificate(ResponseModel):
    """A DLMS or ZSE certificate of an entry on the list."""

    number: str | None
    version: str | None


class ManufacturerImage(ResponseModel):
    """The manufacturer's image (firmware file) as the list describes it. All fields are null if the list has no
    image.
    """

    creator: str | None
    hash: str | None
    descriptor: str | None


class HeldBase(ResponseModel):
    """A declared base from which no upgrade is possible until somebody accepts the base by name. Pages say "awaiting
    acceptance".
    """

    base: str
    code: HeldCode
    counterpart: str | None = Field(
        description="The entry of the target's own device model that has the same image, or null."
    )


class DeclarationInForce(DeclaredBases):
    """The declared Firmware Upgrade Path in force for an entry. `not-supplied` means that the manufacturer declared
    nothing: upgrades are neither allowed nor forbidden.
    """

    held: list[HeldBase]
    pending: list[str] = Field(description="Declared bases that are on no list in force.")
    effective_from: Instant | None
    declared: Instant | None
    amendment: str | None


class ListedAttributes(ResponseModel):
    """The attributes of an entry on the list. Attributes that are blank on the list are null."""

    number: str
    status: str
    device_type: str
    manufacturer: str
    model: str
    hardware_version: str
    hardware_revision: str
    device_model: str = Field(description="The DeviceModel of DUIS, 8 hex digits.")
    firmware_version: str
    smets_chts_version: str | None
    gbcs_version: str | None
    cpa: CpaCertificate
    dlms: Certificate
    zse: Certificate
    image: ManufacturerImage
    band: Band | None = Field(description="The ZigBee band that the image descriptor names; null where it names none.")


class ListedEntry(ListedAttributes):
    """A row of the Central Products List with its twins (other entries with the same image), as every caller may see
    it.
    """

    twins: list[str]


class Entry(ListedEntry):
    """A row of the Central Products List with its twins (other entries with the same image) and its declared Firmware
    Upgrade Path.
    """

    declared_band: Band | None = Field(description="The ZigBee band that a ZigBee file declares; null where none does.")
    declaration: DeclarationInForce


class WithManufacturerName(ResponseModel):
    """The name of the company behind the manufacturer code of an entry, from which everybody sees whom to ask."""

    manufacturer_name: str | None


class EntryAnswer(AsOfResponse, WithManufacturerName, Entry):
    """The response for one entry with its declared Firmware Upgrade Path, as of an instant."""

    declaration_tag: str = Field(
        description="The tag of the declaration's state over all time, for the header `If-Match` of an amendment."
    )
    notice: str = NOTICE


class ListedEntryAnswer(AsOfResponse, WithManufacturerName, ListedEntry):
    """The response for one entry, for a caller who may not see declarations."""

    notice: str = NOTICE


class NotYetListed(AsOfResponse):
    """The response for an entry that is on a later list, but on no list in force at the time of the question."""

    number: str
    status: Literal["not-yet-listed"] = "not-yet-listed"
    first_listed: Instant
    notice: str = NOTICE


class SearchMatch(WithManufacturerName):
    """The name of an entry's manufacturer, and the attributes of the entry in which a search found its words."""

    matched: list[str] = Field(
        description="The attributes that contain a word of `q`, as this JSON names them, such as `image.creator`."
    )


class FoundEntry(SearchMatch, Entry):
    """A row of the Central Products List that a search found, with its declared Firmware Upgrade Path."""


class FoundListedEntry(SearchMatch, ListedEntry):
    """A row of the Central Products List that a search found, as every caller may see it."""


class EntryPage(AsOfPage[FoundEntry]):
    """A page of entries with their declared Firmware Upgrade Paths, in the order of their numbers. With `q`, the best
    matches come first.
    """


class ListedEntryPage(AsOfPage[FoundListedEntry]):
    """A page of entries for a caller who has no right to see declarations, in the order of their numbers. With `q`, the
    best matches come first.
    """


class EntryReachability(WithEntryNumber, AsOfResponse):
    """The entry whose reachable entries, or the entries that can reach it, a page lists. A page states it before the
    items.
    """


class ReachPage(AsOfPage[ReachItem], EntryReachability):
    """A page of the entries that can be reached from one entry, or of the entries from which it can be reached."""


class LoadedList(ListVersion):
    """One loaded list version, with the instant up to which recorded facts count for the answer."""

    known_at: Instant


class ListPage(Page[ListVersion]):
    """A page of loaded list versions, in the order of their version numbers."""

    known_at: Instant
