"""What a manufacturer proposes for its own entries, and how SECAS decided."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.models import FrozenModel
from service.schemas.base import ResponseModel
from service.schemas.cursor import Page
from service.schemas.responses.amendments import AmendmentEvidence
from service.schemas.responses.impact import Impact

ProposalState = Literal["open", "accepted", "rejected"]


class ProposalRow(FrozenModel):
    """A proposal as it is kept. `edits` is as they were sent, as JSON; `request` the digest of all that was sent."""

    id: str
    made_by: str
    organisation: str
    reason: str
    evidence: str
    evidence_date: str
    evidence_sha256: str
    edits: str
    request: str
    proposed: Instant
    state: ProposalState
    decided: Instant
    decided_by: str
    decision: str
    amendment: str


class ProposedEdit(ResponseModel):
    """What is proposed for an entry: `[]` is N/A, null withdraws."""

    entry: str
    bases: list[str] | None
    accept: list[str]
    effective_from: Instant | None


class Decision(ResponseModel):
    """How it was decided."""

    by: str
    reason: str
    decided: Instant
    amendment: str | None = Field(description="What it was recorded as; null where it was rejected.")


class Proposal(ResponseModel):
    """A proposal."""

    id: str
    by: str
    organisation: str = Field(description="Of the key or token with which it was sent.")
    reason: str
    evidence: AmendmentEvidence
    edits: list[ProposedEdit]
    proposed: Instant
    state: ProposalState
    decision: Decision | None = Field(description="Null while it is open.")


class RecordedProposal(ResponseModel):
    """A proposal that is kept, and what it would do if it were accepted now."""

    proposal: Proposal
    impact: Impact | None = Field(description="Null where a retry finds its own proposal: see its impact there.")


class ProposalPage(Page[Proposal]):
    """A page of proposals, the newest first."""
