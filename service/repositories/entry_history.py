"""Fetches every row ever recorded of one entry: revisions, declarations, acceptances, held bases and bands."""

from datetime import datetime

from service.domain.clock import Instant
from service.domain.facts import Band, DeclarationKind, HeldCode
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.schemas.responses.entry_history import AmendmentReference, BelievedRow, RevisionRow


class AmendedRow(FrozenModel):
    """A recorded row, with the amendment that created it."""

    id: str
    amendment: str
    reason: str
    source: str
    recorded: Instant

    @property
    def amendment_reference(self) -> AmendmentReference:
        """Returns the amendment in the form of the HTTP responses."""
        return AmendmentReference(id=self.amendment, reason=self.reason, source=self.source, recorded=self.recorded)


class DeclarationHistoryRow(BelievedRow, AmendedRow):
    """A declaration of the entry's Firmware Upgrade Path. `given` has its bases, separated by `;`."""

    kind: DeclarationKind
    given: str
    declared: Instant


class AcceptanceHistoryRow(BelievedRow, AmendedRow):
    """The acceptance of a held base (an undecided declared base) of the entry, for the two device models named."""

    base: str
    base_model: str
    target_model: str


class BandHistoryRow(BelievedRow, AmendedRow):
    """The ZigBee band that SECAS declared for the entry, in addition to the list."""

    band: Band


class HeldHistoryRow(BelievedRow):
    """A held base of the entry: a declared base that made no step while it was not accepted."""

    base: str
    code: HeldCode
    declaration: str


REVISIONS = Query("history/revisions", RevisionRow)
DECLARATIONS = Query("history/declarations", DeclarationHistoryRow)
ACCEPTANCES = Query("history/acceptances", AcceptanceHistoryRow)
HELD = Query("history/held", HeldHistoryRow)
BANDS = Query("history/bands", BandHistoryRow)


def revision_history(graph: Runner, entry: str, known_at: datetime) -> list[RevisionRow]:
    """Fetches the revisions of an entry recorded by `known_at`, in the order of recording."""
    return graph.rows(REVISIONS, entry=entry, known_at=known_at)


def declaration_history(graph: Runner, entry: str, known_at: datetime) -> list[DeclarationHistoryRow]:
    """Fetches the declarations for an entry recorded by `known_at`, in the order of recording."""
    return graph.rows(DECLARATIONS, entry=entry, known_at=known_at)


def acceptance_history(graph: Runner, entry: str, known_at: datetime) -> list[AcceptanceHistoryRow]:
    """Fetches the acceptances for an entry recorded by `known_at`, in the order of recording."""
    return graph.rows(ACCEPTANCES, entry=entry, known_at=known_at)


def held_history(graph: Runner, entry: str, known_at: datetime) -> list[HeldHistoryRow]:
    """Fetches the held bases (declared, not accepted) of an entry recorded by `known_at`, in the order of recording."""
    return graph.rows(HELD, entry=entry, known_at=known_at)


def band_history(graph: Runner, entry: str, known_at: datetime) -> list[BandHistoryRow]:
    """Fetches the ZigBee bands declared for an entry and recorded by `known_at`, in the order of recording."""
    return graph.rows(BANDS, entry=entry, known_at=known_at)
