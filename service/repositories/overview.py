"""All that is in force at a moment, fetched with six statements for the findings."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

from service.domain.as_of import AsOf
from service.domain.facts import DeclarationKind, HeldCode
from service.domain.standards import Standards
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import list_versions
from service.repositories.columns import FILLED, Flags, Instants, Texts
from service.rules.findings import all_findings
from service.rules.findings.overview import Overview
from service.rules.pathfinding.snapshot import (
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    IdentityBelief,
    Snapshot,
    Step,
)
from service.schemas.responses.findings import Finding
from service.settings import Settings


class RowColumns(BaseModel):
    """Rows, column by column."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EntryColumns(RowColumns):
    """Entries as the list in force has them."""

    numbers: Texts
    device_models: Texts
    firmware_versions: Texts
    image_hashes: Texts
    statuses: Texts
    manufacturers: Texts
    device_types: Texts
    descriptors: Texts
    recorded: Instants


class BeliefColumns(RowColumns):
    """What was believed of entries before."""

    numbers: Texts
    device_models: Texts
    firmware_versions: Texts
    image_hashes: Texts
    recorded_from: Instants
    recorded_to: Instants


class FirstListedColumns(RowColumns):
    """From when on entries are listed."""

    numbers: Texts
    instants: Instants


class DeclarationInForceColumns(RowColumns):
    """Declarations in force."""

    numbers: Texts
    ids: Texts
    kinds: Annotated[list[DeclarationKind], FILLED]
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
    codes: Annotated[list[HeldCode], FILLED]


ENTRIES = Query("findings/entries", EntryColumns)
BELIEFS = Query("findings/beliefs", BeliefColumns)
FIRST_LISTED = Query("findings/first_listed", FirstListedColumns)
DECLARATIONS = Query("findings/declarations", DeclarationInForceColumns)
STEPS = Query("findings/steps", StepInForceColumns)
HELD = Query("findings/held", HeldInForceColumns)


def compute_findings(graph: Runner, moment: AsOf, settings: Settings) -> list[Finding]:
    """All findings as of both clocks, the gravest first."""
    return all_findings(fetch_overview(graph, moment, settings))


def finding_standards(settings: Settings) -> Standards:
    """By what findings are judged, as it is set."""
    return Standards(settings.obliged_device_types, settings.many_routes)


def fetch_overview(graph: Runner, moment: AsOf, settings: Settings) -> Overview:
    """Everything in force as of both clocks."""
    instants = {"at": moment.at, "known_at": moment.known_at}
    known = list_versions.known_list_versions(graph, moment.known_at)
    firsts = graph.rows(FIRST_LISTED, known_at=moment.known_at)
    entries = _entries(graph.rows(ENTRIES, **instants), graph.rows(DECLARATIONS, **instants))
    return Overview(
        snapshot=Snapshot(
            entries=entries,
            steps=[_step(entries, pair) for row in graph.rows(STEPS, **instants) for pair in _rows(row)],
            held=[HeldPair(*pair) for row in graph.rows(HELD, **instants) for pair in _rows(row)],
            beliefs=_beliefs(graph.rows(BELIEFS, **instants)),
        ),
        lists=[version for version in known if version.effective_from <= moment.at],
        first_listed={number: first for row in firsts for number, first in _rows(row)},
        obliged_device_types=settings.obliged_device_types,
        many_routes=settings.many_routes,
    )


def _rows(columns: RowColumns) -> Iterable[tuple[Any, ...]]:
    """Columns as rows, in the order of the model's fields."""
    return zip(*(getattr(columns, name) for name in type(columns).model_fields), strict=True)


def _step(entries: dict[str, EntryInForce], row: tuple[Any, ...]) -> Step:
    step = Step(*row)
    return step._replace(listed=entries[step.target].listed)


def _entries(
    entries: Iterable[EntryColumns], declarations: Iterable[DeclarationInForceColumns]
) -> dict[str, EntryInForce]:
    declared = {number: DeclarationInForce(*rest) for row in declarations for number, *rest in _rows(row)}
    listings = (
        EntryInForce(
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
        for row in entries
        for (
            number, device_model, firmware_version, image_hash, status, manufacturer, device_type, descriptor, recorded
        ) in _rows(row)
    )  # fmt: skip
    return {listing.number: listing for listing in listings}


def _beliefs(columns: Iterable[BeliefColumns]) -> dict[str, list[IdentityBelief]]:
    found: dict[str, list[IdentityBelief]] = {}
    for row in columns:
        for number, device_model, version, image_hash, recorded_from, recorded_to in _rows(row):
            belief = IdentityBelief(recorded_from, recorded_to, (device_model, version, image_hash))
            found.setdefault(number, []).append(belief)
    return found
