"""Request bodies and query parameters of proposals."""

from typing import Literal

from pydantic import Field

from service.schemas.base import RequestModel
from service.schemas.requests.amendments import AmendmentId, AmendmentRequest, OptionalSha256, RequiredText
from service.schemas.requests.queries import UndatedQuestion
from service.schemas.responses.proposals import ProposalState


class ProposalRequest(AmendmentRequest):
    """Edits that are proposed. An impact need not be quoted; one that is must be the one there is."""


class DecisionRequest(RequestModel):
    """Who decides, and why."""

    by: RequiredText = Field(description="Who says so.")
    reason: RequiredText = Field(description="Why; the proposer reads it.")


class ProposalAcceptance(DecisionRequest):
    """Who accepts, why, and the impact that they saw."""

    impact: OptionalSha256 = Field("", description="The `id` of the impact that was seen; needed unless empty.")


class ProposalsQuestion(UndatedQuestion):
    """Proposals, the newest first, in pages."""

    state: ProposalState | Literal[""] = Field("", description="Only those that are so.")


ProposalId = AmendmentId
