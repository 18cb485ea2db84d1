"""Defines the request bodies and query parameters of proposals (edits that a manufacturer asks SECAS to record)."""

from typing import Literal

from pydantic import Field

from service.schemas.base import RequestModel
from service.schemas.requests.amendments import AmendmentId, AmendmentRequest, OptionalSha256, RequiredText
from service.schemas.requests.queries import UndatedQuestion
from service.schemas.responses.proposals import ProposalState


class ProposalRequest(AmendmentRequest):
    """Edits that a manufacturer proposes. `impact` may be blank; otherwise it must be the id of the pathway answers
    that the edits would change now.
    """


class DecisionRequest(RequestModel):
    """A decision on a proposal: its author, and the reason for it."""

    by: RequiredText = Field(description="The author of the decision.")
    reason: RequiredText = Field(description="The reason, which the proposer reads.")


class ProposalAcceptance(DecisionRequest):
    """The decision to accept a proposal, with the id of the impact (changed pathway answers) that the author
    reviewed.
    """

    impact: OptionalSha256 = Field(
        "", description="The `id` of the impact that the author has seen. Required unless the impact is empty."
    )


class ProposalsQuestion(UndatedQuestion):
    """The query parameters of the list of proposals (edits that manufacturers ask SECAS to record)."""

    state: ProposalState | Literal[""] = Field("", description="Only proposals in this state.")


ProposalId = AmendmentId
