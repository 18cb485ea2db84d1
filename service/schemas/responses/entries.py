"""An entry: its attributes on the list, its twins and its declaration (design 7)."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import Band, DeclarationKind, HeldCode
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.pathways import NOTICE, AsOfResponse, ReachItem

CertificateDateKind = Literal["expiry", "review"]


class CpaCertificate(ResponseModel):
    """The CPA certificate. `kind` is `expiry` for [E] and `review` for [R]; `date` is an ISO date where readable."""

    number: str | None
    kind: CertificateDateKind | None
    security_characteristics: str | None
    date: str | None


class Certificate(ResponseModel):
    """A DLMS or ZSE certificate."""

    number: str | None
    version: str | None


class ListedImage(ResponseModel):
    """The manufacturer's image. All fields are null where the list has none."""

    creator: str | None
    hash: str | None
    descriptor: str | None


class HeldBase(ResponseModel):
    """A declared base that gives no step until it is accepted by name. Pages say "awaiting acceptance"."""

    base: str
    code: HeldCode
    counterpart: str | None = Field(
        description="The entry of the target's own device model that has the same image, or null."
    )


class DeclarationInForce(ResponseModel):
    """The Firmware Upgrade Path in force. `not-supplied` means that nothing is known, neither allowed nor forbidden."""

    kind: DeclarationKind
    bases: list[str]
    held: list[HeldBase]
    pending: list[str] = Field(description="Declared bases that are on no list in force.")
    effective_from: Instant | None
    declared: Instant | None
    amendment: str | None


class ListedAttributes(ResponseModel):
    """The attributes of an entry on the list. A blank cell of the list is null."""

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
    image: ListedImage
    band: Band | None = Field(description="The ZigBee band that the image descriptor names; null where it names none.")


class ListedEntry(ListedAttributes):
    """One row of the Central Products List, with its twins: the part that everybody may see."""

    twins: list[str]


class Entry(ListedEntry):
    """One row of the Central Products List, with its twins and its declaration."""

    declared_band: Band | None = Field(description="The ZigBee band that a ZigBee file declares; null where none does.")
    declaration: DeclarationInForce


class EntryAnswer(AsOfResponse, Entry):
    """One entry, as of a valid and a recorded time."""

    declaration_tag: str = Field(
        description="The tag of the declaration's state over all time, for the header `If-Match` of an amendment."
    )
    notice: str = NOTICE


class ListedEntryAnswer(AsOfResponse, ListedEntry):
    """One entry, for a caller who may not see declarations."""

    notice: str = NOTICE


class NotYetListed(AsOfResponse):
    """An entry that is known, and that no list in force at that time had yet."""

    number: str
    status: Literal["not-yet-listed"] = "not-yet-listed"
    first_listed: Instant
    notice: str = NOTICE


class EntryPage(Page[Entry], AsOfResponse):
    """A page of entries."""

    notice: str = NOTICE


class ListedEntryPage(Page[ListedEntry], AsOfResponse):
    """A page of entries, for a caller who may not see declarations."""

    notice: str = NOTICE


class ReachSubject(AsOfResponse):
    """The entry of a list of reachable entries, before the items."""

    entry: str


class ReachPage(Page[ReachItem], ReachSubject):
    """A page of entries that are reachable from an entry, or from which the entry is reachable."""

    notice: str = NOTICE
