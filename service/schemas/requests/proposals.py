"""Request bodies and query parameters of proposals."""

from typing import Literal

from pydantic import Field

from service.schemas.base import RequestModel
from service.schemas.requests.amendments import AmendmentId, AmendmentRequest, OptionalSha256, RequiredText
from service.schemas.requests.queries import UndatedQuestion
from service.schemas.responses.proposals import ProposalState


class ProposalRequest(AmendmentRequest):
    """Proposed edits. `impact` may be left blank; otherwise it must be the impact as of now."""


class DecisionRequest(RequestModel):
    """Who decides on a proposal, and why."""

    by: RequiredText = Field(description="The author of the decision.")
    reason: RequiredText = Field(description="The reason, which the proposer reads.")


class ProposalAcceptance(DecisionRequest):
    """Who accepts a proposal, why, and the id of the impact that the author has seen."""

    impact: OptionalSha256 = Field(
        "", description="The `id` of the impact that the author has seen. Required unless the impact is empty."
    )


class ProposalsQuestion(UndatedQuestion):
    """The parameters of the list of proposals, newest first."""

    state: ProposalState | Literal[""] = Field("", description="Only proposals in this state.")


ProposalId = AmendmentId
