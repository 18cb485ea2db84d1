"""The facts believed at a recorded instant, and the rows derived from them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from service.domain.clock import Instant
from service.domain.facts import Acceptance, Declaration, DerivedHeldBase, DerivedStep, Revision
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import facts_by_model
from service.repositories.packed_rows import EntryNumbersRow, PackedDeclarations, PackedRevisions, unpack
from service.rules.facts.derive_edges import Facts
from service.rules.findings.overview_from_facts import FormerBelief
from service.rules.pathfinding.snapshot import IdentityBelief
from service.rules.pathfinding.temporal_graph import Timed


class EntryNumberRow(BaseModel):
    """An entry by its number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str


class BeliefRow(BaseModel):
    """What an entry was believed to be, over a stretch of both clocks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    device_model: str
    firmware_version: str
    image_hash: str
    valid_from: Instant
    valid_to: Instant
    recorded_from: Instant
    recorded_to: Instant

    @property
    def belief(self) -> IdentityBelief:
        """The same as the rules take it."""
        return IdentityBelief(
            self.recorded_from, self.recorded_to, (self.device_model, self.firmware_version, self.image_hash)
        )


class RecordedInstant(BaseModel):
    """An instant at which something was recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
BELIEFS_OF = Query("history/beliefs_of", BeliefRow)
BELIEFS_OF_MODEL = Query("history/beliefs_of_model", BeliefRow)
INSTANTS = Query("facts/instants", RecordedInstant)
STEPS = Query("derived/steps", DerivedStep)
STEPS_INTO = Query("derived/steps_into", DerivedStep)
HELD = Query("derived/held", DerivedHeldBase)
HELD_INTO = Query("derived/held_into", DerivedHeldBase)


def all_facts(graph: Runner, known_at: datetime) -> Facts:
    """All facts believed: what a list is compared with."""
    return Facts.of(
        graph.rows(REVISIONS, known_at=known_at),
        graph.rows(DECLARATIONS, known_at=known_at),
        graph.rows(ACCEPTANCES, known_at=known_at),
    )


def facts_around(graph: Runner, known_at: datetime, targets: Iterable[str], named: Iterable[str]) -> Facts:
    """The facts that bear on steps into these targets, or from the bases that are about to be named.

    A change to a target may touch whatever was ever its twin; what leads to that depends on all that was ever *its*
    twin, perhaps on another device model; on what these declare, every base so named, and all that may be its twin.
    """
    mates = ever_same_model(graph, ever_same_model(graph, targets))
    declarations = _declarations(graph, mates, known_at)
    bases = {base for declaration in declarations for base in declaration.bases}
    entries = sorted(mates | ever_same_model(graph, bases | set(named)))
    return Facts.of(
        _revisions(graph, entries, known_at),
        declarations,
        graph.rows(ACCEPTANCES_OF, entries=sorted(mates), known_at=known_at),
    )


def declared_facts(graph: Runner, entries: Iterable[str], known_at: datetime) -> Facts:
    """What is declared of entries and accepted for them, without what the lists say."""
    wanted = sorted(set(entries))
    if not wanted:
        return Facts()
    accepted = graph.rows(ACCEPTANCES_OF, entries=wanted, known_at=known_at)
    return Facts.of((), _declarations(graph, wanted, known_at), accepted)


def facts_near(graph: Runner, known_at: datetime, edited: Iterable[str], named: Iterable[str]) -> Facts:
    """The facts on which answers rest that edits may change, and those by which the edits are judged.

    All of the device models of the entries edited, of those joined to them by acceptances, and of the bases that are
    about to be named.
    """
    entries = {*edited, *named}
    return facts_by_model.facts_near(graph, known_at, entries) or _at_once(graph, known_at, entries)


def _at_once(graph: Runner, known_at: datetime, entries: Iterable[str]) -> Facts:
    """The same, with few statements for however many device models."""
    known, fresh = set[str](), ever_same_model(graph, entries)
    acceptances: dict[str, Acceptance] = {}
    while fresh:
        known |= fresh
        for query in (ACCEPTANCES_OF, ACCEPTANCES_FROM):
            found = graph.rows(query, entries=sorted(fresh), known_at=known_at)
            acceptances.update((acceptance.id, acceptance) for acceptance in found)
        ends = {end for row in acceptances.values() for end in (row.base, row.target)}
        fresh = (
            ever_same_model(graph, fresh | ends) - known
        )  # an entry that moved joins the device models it was ever of
    declarations = _declarations(graph, known, known_at)
    bases = {base for declaration in declarations for base in declaration.bases} - known
    revisions = _revisions(graph, known | (ever_same_model(graph, bases) if bases else set()), known_at)
    return Facts.of(revisions, declarations, acceptances.values())


def sibling_facts(graph: Runner, known_at: datetime, entries: Iterable[str], besides: Iterable[str]) -> Facts:
    """The facts of all device models on which an image of these entries is ever carried, besides those fetched already.

    With the bases declared there, and all that may be a twin of one; what is accepted there is left out.
    """
    wanted, known = set(entries), set(besides)
    return facts_by_model.sibling_facts(graph, known_at, wanted, known) or _siblings_at_once(
        graph, known_at, wanted, known
    )


def _siblings_at_once(graph: Runner, known_at: datetime, entries: set[str], besides: set[str]) -> Facts:
    carrying = {row.entry for row in graph.rows(SIBLINGS_OF, entries=sorted(entries))} - besides
    mates = ever_same_model(graph, carrying) if carrying else set()
    declarations = _declarations(graph, mates, known_at) if mates else []
    bases = {base for declaration in declarations for base in declaration.bases} - mates
    seen = mates | (ever_same_model(graph, bases) if bases else set())
    revisions = _revisions(graph, seen, known_at) if seen else []
    return Facts.of(revisions, declarations, ())


def former_beliefs(
    graph: Runner, known_at: datetime, entries: Iterable[str], models: Collection[str]
) -> list[FormerBelief]:
    """What was believed of these entries before, and is not believed any more.

    `models`: device models such that each entry was of one of them; none where that is not known.
    """
    wanted = set(entries)
    if 0 < len(models) <= facts_by_model.MAX_DEVICE_MODELS:
        found = (row for model in models for row in graph.rows(BELIEFS_OF_MODEL, id=model, known_at=known_at))
        rows = list(dict.fromkeys(row for row in found if row.entry in wanted))
    else:
        rows = graph.rows(BELIEFS_OF, entries=sorted(wanted), known_at=known_at)
    return [Timed(row.valid_from, row.valid_to, (row.entry, row.belief)) for row in rows]


def ever_same_model(graph: Runner, entries: Iterable[str]) -> set[str]:
    """The entries, with every entry ever of a device model that one of them was ever of."""
    return {entry for row in graph.rows(DEVICE_MODELS_OF, entries=sorted(set(entries))) for entry in row.entry}


def _revisions(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[Revision]:
    found = graph.rows(REVISIONS_OF, entries=sorted(entries), known_at=known_at)
    return unpack(found, Revision)


def _declarations(graph: Runner, entries: Iterable[str], known_at: datetime) -> list[Declaration]:
    found = graph.rows(DECLARATIONS_OF, entries=sorted(entries), known_at=known_at)
    return unpack(found, Declaration)


def derived_rows(graph: Runner, known_at: datetime) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """All derived rows believed."""
    return graph.rows(STEPS, known_at=known_at), graph.rows(HELD, known_at=known_at)


def derived_rows_into(
    graph: Runner, known_at: datetime, targets: Iterable[str]
) -> tuple[list[DerivedStep], list[DerivedHeldBase]]:
    """The derived rows believed into these targets."""
    entries = sorted(targets)
    return (
        graph.rows(STEPS_INTO, entries=entries, known_at=known_at),
        graph.rows(HELD_INTO, entries=entries, known_at=known_at),
    )


def recorded_instants(graph: Runner) -> list[datetime]:
    """Every instant at which a fact was recorded, in order."""
    return sorted({row.instant for row in graph.rows(INSTANTS)})
