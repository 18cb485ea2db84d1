"""Defines the history of an entry: its recorded list attributes, declarations, accepted bases, bases that await
acceptance, and ZigBee bands.
"""

from typing import Annotated, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import CONTENT_FIELDS, Band, DeclarationKind, EntryContent, Fact, HeldCode
from service.schemas.base import Page, ResponseModel
from service.schemas.responses.entries import ListedAttributes
from service.schemas.responses.pathways import NOTICE, ValidInterval, WithEntryNumber


class RecordedFactRow(Fact):
    """A query row with a fact, and the interval from the instant at which the service recorded it until a later record
    superseded it.
    """

    recorded_from: Instant
    recorded_to: Instant


class RevisionRow(RecordedFactRow, EntryContent):
    """A query row with the attributes of an entry on a list, the interval in which they hold, and the interval from
    recording until superseded.
    """

    id: str
    list_version: str

    @property
    def content(self) -> EntryContent:
        """Returns the attributes of the entry, without the intervals."""
        return EntryContent.model_validate({name: getattr(self, name) for name in CONTENT_FIELDS})


class HistoryInterval(ValidInterval):
    """When a fact holds in the world, and from when until when it was recorded and not superseded. Intervals exclude
    their end; null marks an open end.
    """

    recorded_from: Instant
    recorded_to: Instant | None = Field(description="Null where the fact was still in force at `known_at`.")


class AmendmentReference(ResponseModel):
    """The amendment (recorded change of declarations) that first recorded a fact, without its author."""

    id: str
    reason: str
    source: str = Field(description="The file or list of the amendment, or `http`.")
    recorded: Instant


class RevisionItem(HistoryInterval):
    """The attributes of an entry on one list, as an item of the entry's history."""

    kind: Literal["revision"] = "revision"
    list_version: str
    entry: ListedAttributes
    changed: list[str] | None = Field(
        description="The attributes that had other values before this was recorded, at the start of its interval. "
        "Empty: only the interval is new. Null: nothing was known before."
    )


class DeclaredPath(ResponseModel):
    """A declared Firmware Upgrade Path of an entry. `declared` is the instant at which the same path was first
    declared.
    """

    id: str
    kind: DeclarationKind
    bases: list[str]
    declared: Instant
    evidence: str | None = Field(
        description="The evidence that its row of a file names; null where the evidence of the amendment counts."
    )


class DeclarationItem(HistoryInterval):
    """A declared Firmware Upgrade Path of an entry, as an item of the entry's history."""

    kind: Literal["declaration"] = "declaration"
    declaration: DeclaredPath
    amendment: AmendmentReference


class AcceptedBase(ResponseModel):
    """A base of another device model that somebody accepted by name, for upgrades between the two device models
    given.
    """

    base: str
    base_device_model: str
    target_device_model: str


class AcceptanceItem(HistoryInterval):
    """The acceptance, by name, of a base for an entry, as an item of the entry's history."""

    kind: Literal["acceptance"] = "acceptance"
    acceptance: AcceptedBase
    evidence: str | None = Field(
        description="The evidence that its row of a file names; null where the evidence of the amendment counts."
    )
    amendment: AmendmentReference


class ConfirmedBase(ResponseModel):
    """A declared base that somebody confirmed as right for what base and target were at that moment."""

    base: str
    base_device_model: str
    base_firmware_version: str
    base_image_hash: str
    target_device_model: str
    target_firmware_version: str
    target_image_hash: str


class ConfirmationItem(HistoryInterval):
    """The confirmation of a declared base for an entry, as an item of the entry's history."""

    kind: Literal["confirmation"] = "confirmation"
    confirmation: ConfirmedBase = Field(description="The base that was confirmed, with both ends as they were then.")
    evidence: str | None = Field(
        description="The evidence that its row of a file names; null where the evidence of the amendment counts."
    )
    amendment: AmendmentReference


class BaseAwaitingAcceptance(ResponseModel):
    """A declared base from which no upgrade is possible until somebody accepts it by name. `declaration` is the id of
    the declaration that names it.
    """

    base: str
    code: HeldCode
    declaration: str


class HeldItem(HistoryInterval):
    """A declared base of an entry that gives no upgrade step until somebody accepts it by name, as an item of the
    entry's history.
    """

    kind: Literal["held"] = "held"
    held: BaseAwaitingAcceptance


class BandItem(HistoryInterval):
    """The ZigBee band of an entry that a ZigBee file declares, as an item of the entry's history."""

    kind: Literal["band"] = "band"
    declared_band: Band
    amendment: AmendmentReference


HistoryItem = Annotated[
    RevisionItem | DeclarationItem | AcceptanceItem | ConfirmationItem | HeldItem | BandItem,
    Field(discriminator="kind"),
]


class HistorySubject(WithEntryNumber):
    """The entry whose history a page lists. A page states it before the items."""


class HistoryPage(Page[HistoryItem], HistorySubject):
    """A page of the history of one entry, in the order in which the service recorded the facts."""

    at: Instant | None = Field(description="The page has only facts that hold at this instant; null: all facts.")
    known_at: Instant
    notice: str = NOTICE
