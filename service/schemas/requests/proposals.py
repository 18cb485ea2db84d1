"""Request bodies and query parameters of proposals."""

from typing import Literal

from pydantic import Field

from service.schemas.requests.amendments import AmendmentId, AmendmentRequest, Digest, Text
from service.schemas.requests.edits import Sent
from service.schemas.requests.queries import Undated


class ProposalRequest(AmendmentRequest):
    """Edits that are proposed. An impact need not be quoted; one that is must be the one there is."""


class Decided(Sent):
    """Who decides, and why."""

    by: Text = Field(description="Who says so.")
    reason: Text = Field(description="Why; the proposer reads it.")


class Accepted(Decided):
    """Who accepts, why, and the impact that they saw."""

    impact: Digest | Literal[""] = Field("", description="The `id` of the impact that was seen; needed unless empty.")


class ProposalsQuestion(Undated):
    """Proposals, the newest first, in pages."""

    state: Literal["", "open", "accepted", "rejected"] = Field("", description="Only those that are so.")


ProposalId = AmendmentId
