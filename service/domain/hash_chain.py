"""The amendments with their hashes, which form the hash chain, and the facts that the hashes cover."""

from datetime import datetime
from typing import ClassVar, Protocol

from service.domain.clock import Instant
from service.domain.facts import Acceptance, BandFact, Confirmation, Declaration, ManufacturerName, RecordedEnd
from service.domain.frozen_model import FrozenModel


class ChainLinkBase(FrozenModel):
    """An amendment with its hash in the chain: the fields that amendments of public data and of restricted ZigBee data
    have in common.
    """

    id: str
    sequence: int
    made_by: str
    reason: str
    evidence: str
    source: str
    recorded: Instant
    hash: str


class ChainLink(ChainLinkBase):
    """An amendment of public data with its hash. The hash is blank if the amendment is older than the hash chain."""

    evidence_date: str
    evidence_sha256: str
    impact: str
    counts: str
    reverts: str
    request: str


class RecordedDeclaration(Declaration, RecordedEnd):
    """A declared Firmware Upgrade Path, with the instant at which a later record superseded it."""


class RecordedAcceptance(Acceptance, RecordedEnd):
    """An acceptance of a base for a target, with the instant at which a later record superseded it."""


class RecordedConfirmation(Confirmation, RecordedEnd):
    """The confirmation of a base for a target, with the instant at which a later record superseded it."""


class RecordedBandFact(BandFact, RecordedEnd):
    """A declared ZigBee band of an entry, with the instant at which a later record superseded it."""


class RecordedManufacturerName(ManufacturerName, RecordedEnd):
    """A name of a manufacturer, with the instant at which a later record superseded it."""


RecordedFact = (
    RecordedDeclaration | RecordedAcceptance | RecordedConfirmation | RecordedBandFact | RecordedManufacturerName
)


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
        """Returns the id of the amendment that originally stated the fact. A later amendment can record the fact
        again.
        """


class RecordedChainedRow(ChainedRow, Protocol):
    """A fact that the hash chain covers, with the instants at which the service recorded it and superseded it."""

    @property
    def recorded_from(self) -> datetime:
        """Returns the instant at which the service recorded the fact."""

    @property
    def recorded_to(self) -> datetime:
        """Returns the instant at which a later record superseded the fact."""
