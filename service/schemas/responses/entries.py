"""An entry as it is shown: what the list says, its twins, its declaration (design 7)."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import Band, DeclarationKind, HeldCode
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.pathways import NOTICE, AsOfResponse, ReachItem

CertificateDateKind = Literal["expiry", "review"]


class CpaCertificate(ResponseModel):
    """The CPA certificate. `kind`: `expiry` for [E], `review` for [R]; the date as ISO where it was readable."""

    number: str | None
    kind: CertificateDateKind | None
    security_characteristics: str | None
    date: str | None


class Certificate(ResponseModel):
    """A DLMS or ZSE certificate."""

    number: str | None
    version: str | None


class ListedImage(ResponseModel):
    """The manufacturer's image; all blank where the list has none."""

    creator: str | None
    hash: str | None
    descriptor: str | None


class HeldBase(ResponseModel):
    """A declared base that gives no step until it is accepted by name. Pages say "awaiting acceptance"."""

    base: str
    code: HeldCode
    counterpart: str | None = Field(
        description="The entry of the target's own device model that carries the same image, where there is one."
    )


class DeclarationInForce(ResponseModel):
    """The Firmware Upgrade Path in force. `not-supplied` is neither allowed nor forbidden: it is not known."""

    kind: DeclarationKind
    bases: list[str]
    held: list[HeldBase]
    pending: list[str] = Field(description="Bases named that are on no list in force.")
    effective_from: Instant | None
    declared: Instant | None
    amendment: str | None


class ListedAttributes(ResponseModel):
    """What the list says of an entry. A blank on the list is null."""

    number: str
    status: str
    device_type: str
    manufacturer: str
    model: str
    hardware_version: str
    hardware_revision: str
    device_model: str = Field(description="The 8 hex digits that DUIS calls DeviceModel.")
    firmware_version: str
    smets_chts_version: str | None
    gbcs_version: str | None
    cpa: CpaCertificate
    dlms: Certificate
    zse: Certificate
    image: ListedImage
    band: Band | None = Field(description="Read from the image's descriptor where it says one, never guessed.")


class ListedEntry(ListedAttributes):
    """One row of the Central Products List, with its twins: what everybody may see of it."""

    twins: list[str]


class Entry(ListedEntry):
    """One row of the Central Products List, with its twins and its declaration."""

    declared_band: Band | None = Field(description="As told beside the list, in a ZigBee file; null: not told.")
    declaration: DeclarationInForce


class EntryAnswer(AsOfResponse, Entry):
    """One entry, as of both clocks."""

    declaration_tag: str = Field(
        description="Names the state of the declaration over all time, as `If-Match` of an amendment quotes it."
    )
    notice: str = NOTICE


class ListedEntryAnswer(AsOfResponse, ListedEntry):
    """One entry, as of both clocks, for a caller who may not see what is declared."""

    notice: str = NOTICE


class NotYetListed(AsOfResponse):
    """An entry that is known, but that no list in force at that time has yet."""

    number: str
    status: Literal["not-yet-listed"] = "not-yet-listed"
    first_listed: Instant
    notice: str = NOTICE


class EntryPage(Page[Entry], AsOfResponse):
    """A page of entries."""

    notice: str = NOTICE


class ListedEntryPage(Page[ListedEntry], AsOfResponse):
    """A page of entries for a caller who may not see what is declared."""

    notice: str = NOTICE


class ReachPage(Page[ReachItem], AsOfResponse):
    """A page of entries that can be reached, or that can reach."""

    entry: str
    notice: str = NOTICE
