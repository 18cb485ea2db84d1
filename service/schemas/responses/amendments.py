"""An amendment as it is told: who, when, why, on what evidence, what it said, and what that did (design 5, 7)."""

from pydantic import Field

from service.domain.clock import Instant
from service.domain.facts import DeclarationKind
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.impact import Impact, ImpactClass
from service.schemas.responses.pathways import NOTICE


class AmendmentEvidence(ResponseModel):
    """What an amendment rests on. The document itself is not kept; its digest proves later which one it was."""

    reference: str | None
    date: str | None
    sha256: str | None


class QuotedImpact(ResponseModel):
    """The impact that was seen before, by its id, with its counts."""

    id: str
    counts: dict[ImpactClass, int]


class AnonymousAmendment(ResponseModel):
    """One recorded change of declarations, for a caller who may not see who made it."""

    id: str
    sequence: int = Field(description="Its place in the chain of amendments, from 1.")
    reason: str
    evidence: AmendmentEvidence
    source: str = Field(description="What brought it: a file, a list, or `http`.")
    recorded: Instant
    known_before: Instant = Field(description="The last instant at which what it changed was still believed.")
    reverts: str | None = Field(description="The amendment that this one takes back.")
    reverted_by: str | None = Field(description="The amendment that took this one back.")
    impact: QuotedImpact | None = Field(description="Null where none was quoted, as by a file that was loaded.")
    hash: str | None = Field(description="Its link of the chain; null for one from before the chain.")


class Amendment(AnonymousAmendment):
    """One recorded change of declarations."""

    by: str


class DeclaredPeriod(ResponseModel):
    """What was declared over a stretch of time; an open end is null."""

    kind: DeclarationKind
    bases: list[str]
    valid_from: Instant | None
    valid_to: Instant | None


class AcceptedBasePeriod(ResponseModel):
    """A stretch over which a base was accepted by name, for these two device models."""

    base: str
    base_device_model: str
    target_device_model: str
    valid_from: Instant | None
    valid_to: Instant | None


class AmendedEntry(ResponseModel):
    """What was believed of an entry before and after, over the stretches of which the amendment spoke."""

    entry: str
    before: list[DeclaredPeriod]
    after: list[DeclaredPeriod]
    accepted_before: list[AcceptedBasePeriod]
    accepted_after: list[AcceptedBasePeriod]


class AnonymousAmendmentDetail(AnonymousAmendment):
    """An amendment with all that it said, for a caller who may not see who made it."""

    changes: list[AmendedEntry]
    together_with: list[str] = Field(description="Other amendments of the same transaction: one impact is of all.")
    notice: str = NOTICE


class AmendmentDetail(AnonymousAmendmentDetail, Amendment):
    """An amendment with all that it said."""


class AmendmentPage(Page[Amendment]):
    """A page of amendments, the newest first."""

    known_at: Instant


class AnonymousAmendmentPage(Page[Amendment | AnonymousAmendment]):
    """A page of amendments, with who made them only where that was for the caller's own entries."""

    known_at: Instant


class RecordedAmendment(ResponseModel):
    """An amendment that is recorded, with what it did."""

    amendment: Amendment
    impact: Impact | None = Field(description="Null where a retry finds its own amendment: see its impact there.")
