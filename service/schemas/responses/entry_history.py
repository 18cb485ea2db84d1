"""The history of an entry: all recorded revisions, declarations, acceptances, held bases and bands."""

from typing import Annotated, Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import CONTENT_FIELDS, Band, DeclarationKind, EntryContent, Fact, HeldCode
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.entries import ListedAttributes
from service.schemas.responses.pathways import NOTICE


class BelievedRow(Fact):
    """A row with its recorded interval."""

    recorded_from: Instant
    recorded_to: Instant


class RevisionRow(BelievedRow, EntryContent):
    """A revision with its valid and its recorded interval."""

    id: str
    list_version: str

    @property
    def content(self) -> EntryContent:
        """The attributes without the intervals."""
        return EntryContent.model_validate({name: getattr(self, name) for name in CONTENT_FIELDS})


class HistoryInterval(ResponseModel):
    """A valid and a recorded interval. Both are half-open; an open end is null."""

    valid_from: Instant | None
    valid_to: Instant | None
    recorded_from: Instant
    recorded_to: Instant | None = Field(description="Null where the fact was still in force at `known_at`.")


class AmendmentReference(ResponseModel):
    """The amendment that first recorded a fact, without its author."""

    id: str
    reason: str
    source: str = Field(description="The file or list of the amendment, or `http`.")
    recorded: Instant


class RevisionItem(HistoryInterval):
    """The attributes of the entry on a list."""

    kind: Literal["revision"] = "revision"
    list_version: str
    entry: ListedAttributes
    changed: list[str] | None = Field(
        description="The attributes that had other values before this was recorded, at the start of its interval. "
        "Empty: only the interval is new. Null: nothing was known before."
    )


class DeclaredPath(ResponseModel):
    """The declared Firmware Upgrade Path. `declared` is the instant of the first declaration."""

    id: str
    kind: DeclarationKind
    bases: list[str]
    declared: Instant


class DeclarationItem(HistoryInterval):
    """A declaration for the entry."""

    kind: Literal["declaration"] = "declaration"
    declaration: DeclaredPath
    amendment: AmendmentReference


class AcceptedBase(ResponseModel):
    """A base accepted by name, for these two device models only."""

    base: str
    base_device_model: str
    target_device_model: str


class AcceptanceItem(HistoryInterval):
    """An acceptance of a held base of the entry."""

    kind: Literal["acceptance"] = "acceptance"
    acceptance: AcceptedBase
    amendment: AmendmentReference


class AwaitingBase(ResponseModel):
    """A declared base that gives no step until it is accepted by name. `declaration` is the id of its declaration."""

    base: str
    code: HeldCode
    declaration: str


class HeldItem(HistoryInterval):
    """A held base of the entry."""

    kind: Literal["held"] = "held"
    held: AwaitingBase


class BandItem(HistoryInterval):
    """The ZigBee band of the entry that a ZigBee file declares."""

    kind: Literal["band"] = "band"
    declared_band: Band
    amendment: AmendmentReference


HistoryItem = Annotated[
    RevisionItem | DeclarationItem | AcceptanceItem | HeldItem | BandItem, Field(discriminator="kind")
]


class HistorySubject(ResponseModel):
    """The entry of a history, before the items."""

    entry: str


class HistoryPage(Page[HistoryItem], HistorySubject):
    """A page of the history of an entry, in the order of recording."""

    at: Instant | None = Field(description="The page has only facts that hold at this instant; null: all facts.")
    known_at: Instant
    notice: str = NOTICE
