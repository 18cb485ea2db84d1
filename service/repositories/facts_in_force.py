"""Fetches all entries, declarations, upgrade steps and bases that await acceptance in force at one instant, by the
facts recorded by another.

The findings are computed from them. Each statement returns one list for each attribute.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from service.domain.as_of import AsOf
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.arrays import (
    DeclarationInForceArrays,
    EntryInForceArrays,
    FirstListedArrays,
    HeldInForceArrays,
    StepInForceArrays,
    SupersededIdentityArrays,
)
from service.rules.pathfinding.snapshot import DeclarationInForce, EntryInForce, HeldPair, RecordedIdentity, Step

ArraysT = TypeVar("ArraysT", bound=FrozenModel)

ENTRIES = Query("findings/entries", EntryInForceArrays)
BELIEFS = Query("findings/beliefs", SupersededIdentityArrays)
FIRST_LISTED = Query("findings/first_listed", FirstListedArrays)
DECLARATIONS = Query("findings/declarations", DeclarationInForceArrays)
STEPS = Query("findings/steps", StepInForceArrays)
HELD = Query("findings/held", HeldInForceArrays)


def all_entries_in_force(graph: Runner, moment: AsOf) -> dict[str, EntryInForce]:
    """Fetches every entry of the list in force, by its number, with its declaration in force."""
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
    """Fetches every upgrade step in force. `entries` has the entries in force, which state whether a target is
    listed.
    """
    steps = (Step(*row) for row in _rows(graph.rows(STEPS, at=moment.at, known_at=moment.known_at)))
    return [step._replace(listed=entries[step.target].listed) for step in steps]


def held_in_force(graph: Runner, moment: AsOf) -> list[HeldPair]:
    """Fetches every declared base in force that gives no step until somebody accepts it."""
    return [HeldPair(*row) for row in _rows(graph.rows(HELD, at=moment.at, known_at=moment.known_at))]


def former_beliefs_in_force(graph: Runner, moment: AsOf) -> dict[str, list[RecordedIdentity]]:
    """Fetches former device models, firmware versions and image hashes of entries in force.

    They are those that the list stated for the instant `at` until a correction replaced them.
    """
    beliefs: dict[str, list[RecordedIdentity]] = {}
    rows = _rows(graph.rows(BELIEFS, at=moment.at, known_at=moment.known_at))
    for number, device_model, firmware_version, image_hash, recorded_from, recorded_to in rows:
        belief = RecordedIdentity(recorded_from, recorded_to, (device_model, firmware_version, image_hash))
        beliefs.setdefault(number, []).append(belief)
    return beliefs


def first_listed_instants(graph: Runner, known_at: datetime) -> dict[str, datetime]:
    """Fetches, for each entry, the instant from which a list first includes it, by the lists loaded by `known_at`."""
    return dict(_rows(graph.rows(FIRST_LISTED, known_at=known_at)))


def _rows(arrays: Iterable[ArraysT]) -> Iterable[tuple[Any, ...]]:
    """Yields one tuple for each fact of the arrays given, with its values in the order of the model's fields."""
    for row in arrays:
        yield from zip(*(getattr(row, name) for name in type(row).model_fields), strict=True)
