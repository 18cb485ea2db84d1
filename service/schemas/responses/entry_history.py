"""What an entry was, by both clocks: every revision, declaration, acceptance, held base and band ever recorded."""

from typing import Annotated, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import CONTENT_FIELDS, Band, DeclarationKind, EntryContent, Fact, HeldCode
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.entries import ListedAttributes
from service.schemas.responses.pathways import NOTICE


class BelievedRow(Fact):
    """A row with the interval over which it was believed."""

    recorded_from: Instant
    recorded_to: Instant


class RevisionRow(BelievedRow, EntryContent):
    """What a list said, over both intervals."""

    id: str
    list_version: str

    @property
    def content(self) -> EntryContent:
        """The attributes alone."""
        return EntryContent.model_validate({name: getattr(self, name) for name in CONTENT_FIELDS})


class HistoryInterval(ResponseModel):
    """When a thing holds in the world, and when it was believed; both half-open, an open end is null."""

    valid_from: Instant | None
    valid_to: Instant | None
    recorded_from: Instant
    recorded_to: Instant | None = Field(description="Null while it was still believed at `known_at`.")


class AmendmentReference(ResponseModel):
    """The amendment that said it first. Who made it is not told."""

    id: str
    reason: str
    source: str = Field(description="The file, or the list, that it came with.")
    recorded: Instant


class RevisionItem(HistoryInterval):
    """What a list said of the entry."""

    kind: Literal["revision"] = "revision"
    list_version: str
    entry: ListedAttributes
    changed: list[str] | None = Field(
        description="The attributes that were believed to be something else, until then, at the instant at which this "
        "begins; empty where it says the same over another stretch, null where nothing was believed."
    )


class DeclaredPath(ResponseModel):
    """The Firmware Upgrade Path, as declared. `declared` is when it was first said."""

    id: str
    kind: DeclarationKind
    bases: list[str]
    declared: Instant


class DeclarationItem(HistoryInterval):
    """What was declared for the entry."""

    kind: Literal["declaration"] = "declaration"
    declaration: DeclaredPath
    amendment: AmendmentReference


class AcceptedBase(ResponseModel):
    """A base accepted by name, for these two device models alone."""

    base: str
    base_device_model: str
    target_device_model: str


class AcceptanceItem(HistoryInterval):
    """A base of the entry that was accepted by name as a change of identity."""

    kind: Literal["acceptance"] = "acceptance"
    acceptance: AcceptedBase
    amendment: AmendmentReference


class AwaitingBase(ResponseModel):
    """A declared base that gives no step until it is accepted by name; `declaration` is the id of what names it."""

    base: str
    code: HeldCode
    declaration: str


class HeldItem(HistoryInterval):
    """A base of the entry that was held."""

    kind: Literal["held"] = "held"
    held: AwaitingBase


class BandItem(HistoryInterval):
    """The ZigBee band that was told of the entry beside the list."""

    kind: Literal["band"] = "band"
    declared_band: Band
    amendment: AmendmentReference


HistoryItem = Annotated[
    RevisionItem | DeclarationItem | AcceptanceItem | HeldItem | BandItem, Field(discriminator="kind")
]


class HistoryPage(Page[HistoryItem]):
    """A page of what an entry was, in the order in which it was recorded."""

    entry: str
    at: Instant | None = Field(description="Only what holds then is told; null where all of time is.")
    known_at: Instant
    notice: str = NOTICE
