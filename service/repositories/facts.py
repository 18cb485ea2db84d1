"""The facts believed at a recorded instant, and the steps and held bases derived from them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from service.domain.clock import Instant
from service.domain.facts import Acceptance, Declaration, DerivedHeldBase, DerivedStep, Revision
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import facts_by_model
from service.repositories.packed_rows import EntryNumbersRow, PackedDeclarations, PackedRevisions, unpack
from service.rules.facts.derive_edges import Facts
from service.rules.findings.overview_from_facts import FormerBelief
from service.rules.pathfinding.snapshot import IdentityBelief
from service.rules.pathfinding.temporal_graph import Timed


class EntryNumberRow(FrozenModel):
    """The number of an entry."""

    entry: str


class FormerBeliefRow(FrozenModel):
    """The identity that an entry was believed to have, over an interval of each clock."""

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
        """The belief as the rules take it."""
        identity = (self.device_model, self.firmware_version, self.image_hash)
        belief = IdentityBelief(self.recorded_from, self.recorded_to, identity)
        return Timed(self.valid_from, self.valid_to, (self.entry, belief))


class RecordedInstant(FrozenModel):
    """An instant of a fact."""

    instant: Instant


REVISIONS = Query("facts/revisions", Revision)
REVISIONS_OF = Query("facts/revisions_of", PackedRevisions)
DECLARATIONS = Query("facts/declarations", Declaration)
DECLARATIONS_OF = Query("facts/declarations_of", PackedDeclarations)
ACCEPTANCES = Query("facts/acceptances", Acceptance)
ACCEPTANCES_OF = Query("facts/acceptances_of", Acceptance)
ACCEPTANCES_FROM = Query("facts/acceptances_from", Acceptance)
DEVICE_MODELS_OF = Query("facts/device_models_of", EntryNumbersRow)
SIBLINGS_OF = Query("facts/siblings_of", EntryNumberRow)
BELIEFS_OF = Query("history/beliefs_of", FormerBeliefRow)
BELIEFS_OF_MODEL = Query("history/beliefs_of_model", FormerBeliefRow)
INSTANTS = Query("facts/instants", RecordedInstant)
STEPS = Query("derived/steps", DerivedStep)
STEPS_INTO = Query("derived/steps_into", DerivedStep)
HELD = Query("derived/held", DerivedHeldBase)
HELD_INTO = Query("derived/held_into", DerivedHeldBase)


def all_facts(graph: Runner, known_at: datetime) -> Facts:
    """All facts believed at an instant."""
    return Facts.of(
        graph.rows(REVISIONS, known_at=known_at),
        graph.rows(DECLARATIONS, known_at=known_at),
        graph.rows(ACCEPTANCES, known_at=known_at),
    )


def declared_facts(graph: Runner, entries: Iterable[str], known_at: datetime) -> Facts:
    """The declarations and acceptances believed for these targets, without revisions."""
    targets = sorted(set(entries))
    if not targets:
        return Facts()
    return Facts.of((), declarations_of(graph, targets, known_at), acceptances_of(graph, targets, known_at))


def revisions_of(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[Revision]:
    """The revisions believed of these entries."""
    numbers = sorted(entries)
    return unpack(graph.rows(REVISIONS_OF, entries=numbers, known_at=known_at), Revision) if numbers else []


def declarations_of(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[Declaration]:
    """The declarations believed for these targets."""
    numbers = sorted(entries)
    return unpack(graph.rows(DECLARATIONS_OF, entries=numbers, known_at=known_at), Declaration) if numbers else []


def acceptances_of(graph: Runner, targets: Iterable[str], known_at: datetime) -> list[Acceptance]:
    """The acceptances believed for these targets."""
    return graph.rows(ACCEPTANCES_OF, entries=sorted(targets), known_at=known_at)


def acceptances_from(graph: Runner, bases: Iterable[str], known_at: datetime) -> list[Acceptance]:
    """The acceptances believed of these bases, for whatever target."""
    return graph.rows(ACCEPTANCES_FROM, entries=sorted(bases), known_at=known_at)


def ever_same_model(graph: Runner, entries: Iterable[str]) -> set[str]:
    """These entries, and every entry that ever shared a device model with one of them."""
    numbers = sorted(set(entries))
    rows = graph.rows(DEVICE_MODELS_OF, entries=numbers) if numbers else []
    return {entry for row in rows for entry in row.entry}


def ever_same_image(graph: Runner, entries: Iterable[str]) -> set[str]:
    """The entries that ever carried an image which one of these entries ever carried, on any device model."""
    return {row.entry for row in graph.rows(SIBLINGS_OF, entries=sorted(entries))}


def former_beliefs(
    graph: Runner, known_at: datetime, entries: Iterable[str], models: Collection[str]
) -> list[FormerBelief]:
    """The identities that these entries were believed to have, and that a correction has replaced by `known_at`.

    `models`: device models of which each entry was of one, or empty where they are not known.
    """
    numbers = set(entries)
    if 0 < len(models) <= facts_by_model.MAX_DEVICE_MODELS:
        rows = (row for model in models for row in graph.rows(BELIEFS_OF_MODEL, id=model, known_at=known_at))
        return [row.belief for row in dict.fromkeys(row for row in rows if row.entry in numbers)]
    return [row.belief for row in graph.rows(BELIEFS_OF, entries=sorted(numbers), known_at=known_at)]


def derived_rows(graph: Runner, known_at: datetime) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """All steps and held bases believed at an instant."""
    return graph.rows(STEPS, known_at=known_at), graph.rows(HELD, known_at=known_at)


def derived_rows_into(
    graph: Runner, known_at: datetime, targets: Iterable[str]
) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """The steps and held bases into these targets that are believed at an instant."""
    entries = sorted(targets)
    return (
        graph.rows(STEPS_INTO, entries=entries, known_at=known_at),
        graph.rows(HELD_INTO, entries=entries, known_at=known_at),
    )


def recorded_instants(graph: Runner) -> list[datetime]:
    """Every instant at which a fact was recorded, in order."""
    return sorted({row.instant for row in graph.rows(INSTANTS)})
