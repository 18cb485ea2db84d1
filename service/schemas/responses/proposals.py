"""What a manufacturer proposes for its own entries, and how SECAS decided."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from service.domain.clock import Instant
from service.schemas.responses.amendments import AmendmentEvidence
from service.schemas.responses.impact import Impact
from service.schemas.responses.pathways import ResponsePart

ProposalState = Literal["open", "accepted", "rejected"]


class ProposalRow(BaseModel):
    """A proposal as it is kept. `edits` is as they were sent, as JSON; `request` the digest of all that was sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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


class ProposedEdit(ResponsePart):
    """What is proposed for an entry: `[]` is N/A, null withdraws."""

    entry: str
    bases: list[str] | None
    accept: list[str]
    effective_from: Instant | None


class Decision(ResponsePart):
    """How it was decided."""

    by: str
    reason: str
    decided: Instant
    amendment: str | None = Field(description="What it was recorded as; null where it was rejected.")


class Proposal(ResponsePart):
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


class RecordedProposal(ResponsePart):
    """A proposal that is kept, and what it would do if it were accepted now."""

    proposal: Proposal
    impact: Impact | None = Field(description="Null where a retry finds its own proposal: see its impact there.")


class ProposalPage(ResponsePart):
    """A page of proposals, the newest first."""

    items: list[Proposal]
    next: str | None
