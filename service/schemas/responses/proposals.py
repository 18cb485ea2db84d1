"""Proposals of manufacturers for their own entries, and the decisions of SECAS."""

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
    """A stored proposal. `edits` is the JSON of the request's edits; `request` is the digest of the whole request."""

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
    """A proposed edit of an entry. The bases `[]` are N/A; null withdraws the declaration."""

    entry: str
    bases: list[str] | None
    accept: list[str]
    effective_from: Instant | None


class Decision(ResponseModel):
    """The decision on a proposal."""

    by: str
    reason: str
    decided: Instant
    amendment: str | None = Field(description="The amendment that recorded the proposal; null where it was rejected.")


class Proposal(ResponseModel):
    """A proposal of edits."""

    id: str
    by: str
    organisation: str = Field(description="The organisation of the key or token of the request.")
    reason: str
    evidence: AmendmentEvidence
    edits: list[ProposedEdit]
    proposed: Instant
    state: ProposalState
    decision: Decision | None = Field(description="Null while the proposal is open.")


class RecordedProposal(ResponseModel):
    """A recorded proposal, and its impact if it were accepted now."""

    proposal: Proposal
    impact: Impact | None = Field(description="Null where a retry returns the first proposal.")


class ProposalPage(Page[Proposal]):
    """A page of proposals, newest first."""
