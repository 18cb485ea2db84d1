"""Everything in force as of both clocks, in columns: the input of the findings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from service.domain.as_of import AsOf
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.columns import DeclarationKinds, Flags, HeldCodes, Instants, Texts
from service.rules.pathfinding.snapshot import DeclarationInForce, EntryInForce, HeldPair, IdentityBelief, Step


class RowColumns(FrozenModel):
    """Rows in columns: the same index in each list is one row."""


ColumnsT = TypeVar("ColumnsT", bound=RowColumns)


class EntryColumns(RowColumns):
    """Entries with their attributes in the list in force."""

    numbers: Texts
    device_models: Texts
    firmware_versions: Texts
    image_hashes: Texts
    statuses: Texts
    manufacturers: Texts
    device_types: Texts
    descriptors: Texts
    recorded: Instants


class FormerBeliefColumns(RowColumns):
    """Identities that entries were believed to have before a correction."""

    numbers: Texts
    device_models: Texts
    firmware_versions: Texts
    image_hashes: Texts
    recorded_from: Instants
    recorded_to: Instants


class FirstListedColumns(RowColumns):
    """Entries with the instants from which they are listed."""

    numbers: Texts
    instants: Instants


class DeclarationInForceColumns(RowColumns):
    """Declarations in force. `givens`: the bases of each, with `;` between them."""

    numbers: Texts
    ids: Texts
    kinds: DeclarationKinds
    givens: Texts
    declared: Instants
    recorded: Instants


class StepInForceColumns(RowColumns):
    """Steps in force."""

    bases: Texts
    targets: Texts
    declarations: Texts
    acceptances: Texts
    by_twins: Flags


class HeldInForceColumns(RowColumns):
    """Held bases in force."""

    bases: Texts
    targets: Texts
    codes: HeldCodes


ENTRIES = Query("findings/entries", EntryColumns)
BELIEFS = Query("findings/beliefs", FormerBeliefColumns)
FIRST_LISTED = Query("findings/first_listed", FirstListedColumns)
DECLARATIONS = Query("findings/declarations", DeclarationInForceColumns)
STEPS = Query("findings/steps", StepInForceColumns)
HELD = Query("findings/held", HeldInForceColumns)


def all_entries_in_force(graph: Runner, moment: AsOf) -> dict[str, EntryInForce]:
    """Every entry of the list in force by its number, with its declaration in force."""
    instants = {"at": moment.at, "known_at": moment.known_at}
    listings = graph.rows(ENTRIES, **instants)
    declarations = graph.rows(DECLARATIONS, **instants)
    declared = {number: DeclarationInForce(*rest) for number, *rest in _rows(declarations)}
    return {
        number: EntryInForce(
            number=number,
            device_model=device_model,
            firmware_version=firmware_version,
            image_hash=image_hash,
            status=status,
            manufacturer=manufacturer,
            device_type=device_type,
            descriptor=descriptor,
            recorded=recorded,
            declared=declared.get(number, DeclarationInForce()),
        )
        for (
            number, device_model, firmware_version, image_hash, status, manufacturer, device_type, descriptor, recorded
        ) in _rows(listings)
    }  # fmt: skip


def steps_in_force(graph: Runner, moment: AsOf, entries: dict[str, EntryInForce]) -> list[Step]:
    """Every step in force. `entries`: the entries in force, which say whether a target is listed."""
    steps = (Step(*row) for row in _rows(graph.rows(STEPS, at=moment.at, known_at=moment.known_at)))
    return [step._replace(listed=entries[step.target].listed) for step in steps]


def held_in_force(graph: Runner, moment: AsOf) -> list[HeldPair]:
    """Every held base in force."""
    return [HeldPair(*row) for row in _rows(graph.rows(HELD, at=moment.at, known_at=moment.known_at))]


def former_beliefs_in_force(graph: Runner, moment: AsOf) -> dict[str, list[IdentityBelief]]:
    """The identities that entries in force were believed to have at `at`, before a correction."""
    beliefs: dict[str, list[IdentityBelief]] = {}
    for number, *identity, recorded_from, recorded_to in _rows(
        graph.rows(BELIEFS, at=moment.at, known_at=moment.known_at)
    ):
        device_model, firmware_version, image_hash = identity
        belief = IdentityBelief(recorded_from, recorded_to, (device_model, firmware_version, image_hash))
        beliefs.setdefault(number, []).append(belief)
    return beliefs


def first_listed_instants(graph: Runner, known_at: datetime) -> dict[str, datetime]:
    """The instant from which each entry is listed, as known at an instant."""
    return dict(_rows(graph.rows(FIRST_LISTED, known_at=known_at)))


def _rows(columns: Iterable[ColumnsT]) -> Iterable[tuple[Any, ...]]:
    """Columns as rows, with the values in the order of the model's fields."""
    for row in columns:
        yield from zip(*(getattr(row, name) for name in type(row).model_fields), strict=True)
