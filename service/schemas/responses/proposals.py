"""Defines responses about proposals (edits that a manufacturer proposes for its own entries) and about the decisions of
SECAS on them.
"""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.frozen_model import FrozenModel
from service.schemas.base import Page, ResponseModel
from service.schemas.responses.amendments import AmendmentEvidence
from service.schemas.responses.impact import Impact

ProposalState = Literal["open", "accepted", "rejected"]


class ProposalRow(FrozenModel):
    """A query row with a stored proposal. `edits` is the JSON of the proposed edits; `request` is a digest of the whole
    request, by which the service recognises a repetition.
    """

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
    """A proposed new Firmware Upgrade Path of an entry. Bases `[]` mean N/A (no base); null withdraws the
    declaration.
    """

    entry: str
    bases: list[str] | None
    accept: list[str]
    effective_from: Instant | None
    confirm: bool = Field(False, description="Whether the edit confirms the bases in force.")


class Decision(ResponseModel):
    """The decision of SECAS to accept or to reject a proposal: by whom, why and when."""

    by: str
    reason: str
    decided: Instant
    amendment: str | None = Field(description="The amendment that recorded the proposal; null where it was rejected.")


class Proposal(ResponseModel):
    """Edits that a manufacturer proposes for its own entries, with the decision of SECAS if there is one."""

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
    """The response to a proposal: the recorded proposal, and the impact (changed pathway answers) that it would have
    now.
    """

    proposal: Proposal
    impact: Impact | None = Field(description="Null where a retry returns the first proposal.")


class ProposalPage(Page[Proposal]):
    """A page of proposals (edits that manufacturers ask SECAS to record), sorted from the newest to the oldest."""
