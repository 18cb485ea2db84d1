"""Fetches everything ever recorded about one entry: list attributes, declarations, accepted bases, bases that await
acceptance, and bands.
"""

from datetime import datetime

from service.domain.clock import Instant
from service.domain.facts import Band, DeclarationKind, HeldCode
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.schemas.responses.entry_history import AmendmentReference, RecordedFactRow, RevisionRow


class AmendedRow(FrozenModel):
    """A row of an entry's history, with the amendment that recorded it."""

    id: str
    amendment: str
    reason: str
    source: str
    recorded: Instant

    @property
    def amendment_reference(self) -> AmendmentReference:
        """Returns the amendment that recorded the row, in the form of the HTTP responses."""
        return AmendmentReference(id=self.amendment, reason=self.reason, source=self.source, recorded=self.recorded)


class DeclarationHistoryRow(RecordedFactRow, AmendedRow):
    """A declared Firmware Upgrade Path, as a row of an entry's history. `given` has its bases, separated by `;`."""

    kind: DeclarationKind
    given: str
    evidence: str
    declared: Instant


class AcceptanceHistoryRow(RecordedFactRow, AmendedRow):
    """The acceptance of a base for a target, for the two device models named, as a row of the target's history."""

    base: str
    base_model: str
    target_model: str
    evidence: str


class ConfirmationHistoryRow(RecordedFactRow, AmendedRow):
    """The confirmation of a base for a target, for the identities named, as a row of the target's history."""

    base: str
    base_model: str
    base_version: str
    base_hash: str
    target_model: str
    target_version: str
    target_hash: str
    evidence: str


class BandHistoryRow(RecordedFactRow, AmendedRow):
    """The ZigBee band that SECAS declared for an entry besides the list, as a row of the entry's history."""

    band: Band


class HeldHistoryRow(RecordedFactRow):
    """A declared base that gave no step because nobody had accepted it, as a row of the target's history."""

    base: str
    code: HeldCode
    declaration: str


REVISIONS = Query("history/revisions", RevisionRow)
DECLARATIONS = Query("history/declarations", DeclarationHistoryRow)
ACCEPTANCES = Query("history/acceptances", AcceptanceHistoryRow)
CONFIRMATIONS = Query("history/confirmations", ConfirmationHistoryRow)
HELD = Query("history/held", HeldHistoryRow)
BANDS = Query("history/bands", BandHistoryRow)


def revision_history(graph: QueryRunner, entry: str, known_at: datetime) -> list[RevisionRow]:
    """Fetches the list attributes of an entry that the service recorded by `known_at`, in the order of recording."""
    return graph.rows(REVISIONS, entry=entry, known_at=known_at)


def declaration_history(graph: QueryRunner, entry: str, known_at: datetime) -> list[DeclarationHistoryRow]:
    """Fetches the declared Firmware Upgrade Paths of an entry that the service recorded by `known_at`, in the order of
    recording.
    """
    return graph.rows(DECLARATIONS, entry=entry, known_at=known_at)


def acceptance_history(graph: QueryRunner, entry: str, known_at: datetime) -> list[AcceptanceHistoryRow]:
    """Fetches the acceptances of bases for an entry that the service recorded by `known_at`, in the order of
    recording.
    """
    return graph.rows(ACCEPTANCES, entry=entry, known_at=known_at)


def confirmation_history(graph: QueryRunner, entry: str, known_at: datetime) -> list[ConfirmationHistoryRow]:
    """Fetches the confirmations of bases for an entry that the service recorded by `known_at`, in the order of
    recording.
    """
    return graph.rows(CONFIRMATIONS, entry=entry, known_at=known_at)


def held_history(graph: QueryRunner, entry: str, known_at: datetime) -> list[HeldHistoryRow]:
    """Fetches the declared bases of an entry that awaited acceptance, as recorded by `known_at`, in the order of
    recording.
    """
    return graph.rows(HELD, entry=entry, known_at=known_at)


def band_history(graph: QueryRunner, entry: str, known_at: datetime) -> list[BandHistoryRow]:
    """Fetches the ZigBee bands declared for an entry that the service recorded by `known_at`, in the order of
    recording.
    """
    return graph.rows(BANDS, entry=entry, known_at=known_at)
