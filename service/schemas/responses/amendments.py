"""Amendments: the author, the time, the reason, the evidence, the changes and their impact (design 5, 7)."""

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.impact import Impact, ImpactClass
from service.schemas.responses.pathways import NOTICE


class AmendmentEvidence(ResponseModel):
    """The evidence for an amendment. The service stores the digest of the document, never the document."""

    reference: str | None
    date: str | None
    sha256: str | None


class QuotedImpact(ResponseModel):
    """The impact that the author had seen: its id and its counts."""

    id: str
    counts: dict[ImpactClass, int]


class AnonymousAmendment(ResponseModel):
    """One recorded change of declarations, for a caller who may not see the author."""

    id: str
    sequence: int = Field(description="The position in the chain of amendments, from 1.")
    reason: str
    evidence: AmendmentEvidence
    source: str = Field(description="The origin: the name of a file or list, or `http`.")
    recorded: Instant
    known_before: Instant = Field(description="The last instant before the amendment was known.")
    reverts: str | None = Field(description="The amendment that this one reverts.")
    reverted_by: str | None = Field(description="The amendment that reverted this one.")
    impact: QuotedImpact | None = Field(description="Null where the author quoted none, as for a loaded file.")
    hash: str | None = Field(description="The hash in the chain; null for an amendment older than the chain.")


class Amendment(AnonymousAmendment):
    """One recorded change of declarations."""

    by: str = Field(description="The author.")


class DeclaredPeriod(ResponseModel):
    """A declaration over a period. An open end is null."""

    kind: DeclarationKind
    bases: list[str]
    valid_from: Instant | None
    valid_to: Instant | None


class AcceptedBasePeriod(ResponseModel):
    """A period over which a base was accepted by name, for these two device models."""

    base: str
    base_device_model: str
    target_device_model: str
    valid_from: Instant | None
    valid_to: Instant | None


class AmendedEntry(ResponseModel):
    """The declarations and acceptances of an entry before and after an amendment, over the amended periods."""

    entry: str
    before: list[DeclaredPeriod]
    after: list[DeclaredPeriod]
    accepted_before: list[AcceptedBasePeriod]
    accepted_after: list[AcceptedBasePeriod]


class AnonymousAmendmentDetail(AnonymousAmendment):
    """An amendment with its changes, for a caller who may not see the author."""

    changes: list[AmendedEntry]
    together_with: list[str] = Field(description="Other amendments of the same transaction, which share one impact.")
    notice: str = NOTICE


class AmendmentDetail(AnonymousAmendmentDetail, Amendment):
    """An amendment with its changes."""


class AmendmentPage(Page[Amendment]):
    """A page of amendments, newest first."""

    known_at: Instant


class AnonymousAmendmentPage(Page[Amendment | AnonymousAmendment]):
    """A page of amendments, newest first. Only amendments of the caller's own entries show their author."""

    known_at: Instant


class RecordedAmendment(ResponseModel):
    """A recorded amendment and its impact."""

    amendment: Amendment
    impact: Impact | None = Field(description="Null where a retry returns the first amendment.")
