"""What the hash chain of amendments is made of: each amendment, and every row that one made."""

from datetime import datetime
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from service.domain.clock import Instant
from service.domain.facts import Acceptance, BandFact, Declaration


class ChainLinkBase(BaseModel):
    """An amendment with its hash, and nothing that not all amendments have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sequence: int
    made_by: str
    reason: str
    evidence: str
    source: str
    recorded: Instant
    hash: str


class ChainLink(ChainLinkBase):
    """An amendment with its hash; blank for one that was recorded before there was a chain."""

    evidence_date: str
    evidence_sha256: str
    impact: str
    counts: str
    reverts: str
    request: str


class RecordedDeclaration(Declaration):
    """A declaration with the instant from which it was no longer believed."""

    recorded_to: Instant


class RecordedAcceptance(Acceptance):
    """An acceptance with the instant from which it was no longer believed."""

    recorded_to: Instant


class RecordedBandFact(BandFact):
    """A band with the instant from which it was no longer believed."""

    recorded_to: Instant


RecordedFact = RecordedDeclaration | RecordedAcceptance | RecordedBandFact


class ChainedRow(Protocol):
    """A fact that an amendment makes.

    `chain_tag` names its kind in the link: a fixed word, since a class may be renamed. The link is over the `chained`
    fields, and over those of `chained_later` that are not blank.
    """

    chain_tag: ClassVar[str]
    chained: ClassVar[tuple[str, ...]]
    chained_later: ClassVar[tuple[str, ...]]

    @property
    def id(self) -> str:
        """Its key."""

    @property
    def amendment(self) -> str:
        """The amendment that said it first."""


class RecordedChainedRow(ChainedRow, Protocol):
    """The same with the recorded time over which it was believed."""

    @property
    def recorded_from(self) -> datetime:
        """From when on it was believed."""

    @property
    def recorded_to(self) -> datetime:
        """From when on it was not."""
