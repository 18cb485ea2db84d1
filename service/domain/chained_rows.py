"""The links of the hash chain of amendments, and the facts that the hashes cover."""

from datetime import datetime
from typing import ClassVar, Protocol

from service.domain.clock import Instant
from service.domain.facts import Acceptance, BandFact, Declaration
from service.domain.models import FrozenModel


class ChainLinkBase(FrozenModel):
    """An amendment with its hash: the fields that the amendments of every compartment have."""

    id: str
    sequence: int
    made_by: str
    reason: str
    evidence: str
    source: str
    recorded: Instant
    hash: str


class ChainLink(ChainLinkBase):
    """A public amendment with its hash. The hash is blank where the amendment is older than the chain."""

    evidence_date: str
    evidence_sha256: str
    impact: str
    counts: str
    reverts: str
    request: str


class RecordedDeclaration(Declaration):
    """A declaration with the end of its recorded interval."""

    recorded_to: Instant


class RecordedAcceptance(Acceptance):
    """An acceptance with the end of its recorded interval."""

    recorded_to: Instant


class RecordedBandFact(BandFact):
    """A band with the end of its recorded interval."""

    recorded_to: Instant


RecordedFact = RecordedDeclaration | RecordedAcceptance | RecordedBandFact


class ChainedRow(Protocol):
    """A fact that an amendment makes.

    The amendment's hash covers the fields in `chained`, and those in `chained_later` that are not blank. `chain_tag` is
    the fixed word for the kind of fact in the hash: a class may be renamed.
    """

    chain_tag: ClassVar[str]
    chained: ClassVar[tuple[str, ...]]
    chained_later: ClassVar[tuple[str, ...]]

    @property
    def id(self) -> str:
        """The key of the fact."""

    @property
    def amendment(self) -> str:
        """The id of the amendment that made the fact first."""


class RecordedChainedRow(ChainedRow, Protocol):
    """A chained fact with the recorded interval over which it was believed."""

    @property
    def recorded_from(self) -> datetime:
        """The instant from which the fact was believed."""

    @property
    def recorded_to(self) -> datetime:
        """The instant from which the fact was believed no longer."""
