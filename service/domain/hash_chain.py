"""The amendments with their hashes, which form the hash chain, and the facts that the hashes cover."""

from datetime import datetime
from typing import ClassVar, Protocol

from service.domain.clock import Instant
from service.domain.facts import Acceptance, BandFact, Declaration, RecordedEnd
from service.domain.models import FrozenModel


class ChainLinkBase(FrozenModel):
    """An amendment with its hash: the fields that both compartments of the graph, public and zigbee, have."""

    id: str
    sequence: int
    made_by: str
    reason: str
    evidence: str
    source: str
    recorded: Instant
    hash: str


class ChainLink(ChainLinkBase):
    """A public amendment with its hash. The hash is blank if the amendment is older than the hash chain."""

    evidence_date: str
    evidence_sha256: str
    impact: str
    counts: str
    reverts: str
    request: str


class RecordedDeclaration(Declaration, RecordedEnd):
    """A declaration with the end of its recorded time."""


class RecordedAcceptance(Acceptance, RecordedEnd):
    """An acceptance with the end of its recorded time."""


class RecordedBandFact(BandFact, RecordedEnd):
    """A declared ZigBee band with the end of its recorded time."""


RecordedFact = RecordedDeclaration | RecordedAcceptance | RecordedBandFact


class ChainedRow(Protocol):
    """A fact that an amendment makes and that the amendment's hash covers.

    The hash covers the fields in `chained`, and those in `chained_later` that are not blank. `chain_tag` is the fixed
    word for the kind of fact in the hash, so that a class may be renamed.
    """

    chain_tag: ClassVar[str]
    chained: ClassVar[tuple[str, ...]]
    chained_later: ClassVar[tuple[str, ...]]

    @property
    def id(self) -> str:
        """Returns the key of the fact."""

    @property
    def amendment(self) -> str:
        """Returns the id of the amendment that made the fact first."""


class RecordedChainedRow(ChainedRow, Protocol):
    """A fact in the hash chain, with the interval of recorded time in which the service believed it."""

    @property
    def recorded_from(self) -> datetime:
        """Returns the instant from which the service believed the fact."""

    @property
    def recorded_to(self) -> datetime:
        """Returns the instant from which the service believed the fact no longer."""
