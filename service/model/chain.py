"""What the hash chain of amendments is made of: each amendment, and every row that one made."""

from pydantic import BaseModel, ConfigDict

from service.model.clock import Instant
from service.model.facts import Acceptance, BandTold, Declaration


class Link(BaseModel):
    """An amendment with its hash; blank for one that was recorded before there was a chain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sequence: int
    made_by: str
    reason: str
    evidence: str
    evidence_date: str
    evidence_sha256: str
    source: str
    impact: str
    counts: str
    reverts: str
    request: str
    recorded: Instant
    hash: str


class DeclarationMade(Declaration):
    """A declaration with the instant from which it was no longer believed."""

    recorded_to: Instant


class AcceptanceMade(Acceptance):
    """An acceptance with the instant from which it was no longer believed."""

    recorded_to: Instant


class BandToldMade(BandTold):
    """A band with the instant from which it was no longer believed."""

    recorded_to: Instant


Made = DeclarationMade | AcceptanceMade | BandToldMade
