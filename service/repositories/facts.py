"""Fetches facts (list attributes, declarations, acceptances of bases), and the upgrade steps derived from them, as
recorded by an instant.

A fact counts as recorded by an instant if the service recorded it by then and had not yet superseded it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from service.domain.clock import Instant
from service.domain.facts import Acceptance, Confirmation, Declaration, DerivedHeldBase, DerivedStep, Revision
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.repositories import facts_by_model
from service.repositories.packed_rows import EntryNumbersRow, PackedDeclarations, PackedRevisions, unpack
from service.rules.facts.grouped_facts import Facts
from service.rules.findings.findings_input_from_facts import FormerBelief
from service.rules.pathfinding.snapshot import RecordedIdentity
from service.rules.pathfinding.temporal_graph import TimedValue


class EntryNumberRow(FrozenModel):
    """A query row with the number of one entry."""

    entry: str


class SupersededIdentityRow(FrozenModel):
    """A query row with the device model, version and image hash that the list stated for an entry until a correction,
    with both intervals of time.
    """

    entry: str
    device_model: str
    firmware_version: str
    image_hash: str
    valid_from: Instant
    valid_to: Instant
    recorded_from: Instant
    recorded_to: Instant

    @property
    def belief(self) -> FormerBelief:
        """Returns the former device model, version and image hash of the entry as the object with which the rules
        compute.
        """
        identity = (self.device_model, self.firmware_version, self.image_hash)
        belief = RecordedIdentity(self.recorded_from, self.recorded_to, identity)
        return TimedValue(self.valid_from, self.valid_to, (self.entry, belief))


class RecordedInstant(FrozenModel):
    """A query row with the instant at which the service recorded some fact."""

    instant: Instant


REVISIONS = Query("facts/revisions", Revision)
REVISIONS_OF = Query("facts/revisions_of", PackedRevisions)
DECLARATIONS = Query("facts/declarations", Declaration)
DECLARATIONS_OF = Query("facts/declarations_of", PackedDeclarations)
ACCEPTANCES = Query("facts/acceptances", Acceptance)
ACCEPTANCES_OF = Query("facts/acceptances_of", Acceptance)
CONFIRMATIONS = Query("facts/confirmations", Confirmation)
ACCEPTANCES_FROM = Query("facts/acceptances_from", Acceptance)
DEVICE_MODELS_OF = Query("facts/device_models_of", EntryNumbersRow)
SIBLINGS_OF = Query("facts/siblings_of", EntryNumberRow)
BELIEFS_OF = Query("history/beliefs_of", SupersededIdentityRow)
BELIEFS_OF_MODEL = Query("history/beliefs_of_model", SupersededIdentityRow)
INSTANTS = Query("facts/instants", RecordedInstant)
STEPS = Query("derived/steps", DerivedStep)
STEPS_INTO = Query("derived/steps_into", DerivedStep)
HELD = Query("derived/held", DerivedHeldBase)
HELD_INTO = Query("derived/held_into", DerivedHeldBase)


def all_facts(graph: QueryRunner, known_at: datetime) -> Facts:
    """Fetches all list attributes, declarations, acceptances and confirmations of bases, as recorded by `known_at`."""
    return Facts.of(
        graph.rows(REVISIONS, known_at=known_at),
        graph.rows(DECLARATIONS, known_at=known_at),
        graph.rows(ACCEPTANCES, known_at=known_at),
        confirmations(graph, known_at),
    )


def declared_facts(graph: QueryRunner, entries: Iterable[str], known_at: datetime) -> Facts:
    """Fetches the declarations of the targets given, and the acceptances and confirmations of bases for them, as
    recorded by the instant `known_at`.
    """
    targets = sorted(set(entries))
    if not targets:
        return Facts()
    return Facts.of(
        (),
        declarations_of(graph, targets, known_at),
        acceptances_of(graph, targets, known_at),
        confirmations_of(graph, targets, known_at),
    )


def revisions_of(graph: QueryRunner, entries: Iterable[str], known_at: datetime) -> list[Revision]:
    """Fetches the list attributes over time of the entries given, as recorded by the instant `known_at`."""
    numbers = sorted(entries)
    return unpack(graph.rows(REVISIONS_OF, entries=numbers, known_at=known_at), Revision) if numbers else []


def declarations_of(graph: QueryRunner, entries: Iterable[str], known_at: datetime) -> list[Declaration]:
    """Fetches the declared Firmware Upgrade Paths of the targets given, as recorded by the instant `known_at`."""
    numbers = sorted(entries)
    return unpack(graph.rows(DECLARATIONS_OF, entries=numbers, known_at=known_at), Declaration) if numbers else []


def acceptances_of(graph: QueryRunner, targets: Iterable[str], known_at: datetime) -> list[Acceptance]:
    """Fetches the acceptances of bases for the targets given (without which these bases give no step), as recorded by
    `known_at`.
    """
    return graph.rows(ACCEPTANCES_OF, entries=sorted(targets), known_at=known_at)


def confirmations(graph: QueryRunner, known_at: datetime) -> list[Confirmation]:
    """Fetches all confirmations (that a base is right for what both ends are), as recorded by the instant
    `known_at`.
    """
    return graph.rows(CONFIRMATIONS, known_at=known_at)


def confirmations_of(graph: QueryRunner, targets: Iterable[str], known_at: datetime) -> list[Confirmation]:
    """Fetches the confirmations of bases for the targets given, as recorded by the instant `known_at`."""
    wanted = set(targets)  # nearly no base is ever confirmed, and a scan of few rows is cheaper than a search by keys
    return [row for row in confirmations(graph, known_at) if row.target in wanted]


def acceptances_from(graph: QueryRunner, bases: Iterable[str], known_at: datetime) -> list[Acceptance]:
    """Fetches the acceptances of the bases given for any target, as recorded by the instant `known_at`."""
    return graph.rows(ACCEPTANCES_FROM, entries=sorted(bases), known_at=known_at)


def ever_same_model(graph: QueryRunner, entries: Iterable[str]) -> set[str]:
    """Fetches the entries given, and every entry that ever had a device model that one of them ever had."""
    numbers = sorted(set(entries))
    rows = graph.rows(DEVICE_MODELS_OF, entries=numbers) if numbers else []
    return {entry for row in rows for entry in row.entry}


def ever_same_image(graph: QueryRunner, entries: Iterable[str]) -> set[str]:
    """Fetches the entries that ever had a firmware image that one of the entries given ever had, on any device
    model.
    """
    return {row.entry for row in graph.rows(SIBLINGS_OF, entries=sorted(entries))}


def former_beliefs(
    graph: QueryRunner, known_at: datetime, entries: Iterable[str], models: Collection[str]
) -> list[FormerBelief]:
    """Fetches former device models, firmware versions and image hashes of the entries given.

    They are those that the list stated until a correction, recorded by `known_at`, replaced them. `models` has the
    device models of the entries, or is empty if the caller does not know them.
    """
    numbers = set(entries)
    if 0 < len(models) <= facts_by_model.MAX_DEVICE_MODELS:
        rows = (row for model in models for row in graph.rows(BELIEFS_OF_MODEL, id=model, known_at=known_at))
        return [row.belief for row in dict.fromkeys(row for row in rows if row.entry in numbers)]
    return [row.belief for row in graph.rows(BELIEFS_OF, entries=sorted(numbers), known_at=known_at)]


def derived_rows(graph: QueryRunner, known_at: datetime) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """Fetches all upgrade steps, and all declared bases that give no step until SECAS accepts them, as recorded by
    `known_at`.
    """
    return graph.rows(STEPS, known_at=known_at), graph.rows(HELD, known_at=known_at)


def derived_rows_into(
    graph: QueryRunner, known_at: datetime, targets: Iterable[str]
) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """Fetches the upgrade steps into the targets given, and their declared bases that give no step until SECAS accepts
    them, as recorded by `known_at`.
    """
    entries = sorted(targets)
    return (
        graph.rows(STEPS_INTO, entries=entries, known_at=known_at),
        graph.rows(HELD_INTO, entries=entries, known_at=known_at),
    )


def recorded_instants(graph: QueryRunner) -> list[datetime]:
    """Fetches every instant at which the service recorded a fact, in ascending order."""
    return sorted({row.instant for row in graph.rows(INSTANTS)})
