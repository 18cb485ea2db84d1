"""The neighbourhood of a question: one statement, asked again only where accepted steps lead to other hardware."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict

from service.graph.protocol import Runner
from service.graph.query import Query
from service.model.clock import BEGINNING, Instant
from service.model.facts import DeclarationKind
from service.rules.neighbourhood import Belief, Declared, Listing, Neighbourhood, Step, joined
from service.store.facts import EntryNumber


def _listed(value: Any) -> Any:
    """A collection of nothing is null on one engine and empty on the other."""
    return [] if value is None else value


Texts = Annotated[list[str], BeforeValidator(_listed)]
Instants = Annotated[list[Instant], BeforeValidator(_listed)]
Flags = Annotated[list[bool], BeforeValidator(_listed)]


class DeviceModelRow(BaseModel):
    """All that was fetched of one device model, column by column: one row costs a tenth of a row each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_model: str
    numbers: Texts
    firmware_versions: Texts
    image_hashes: Texts
    statuses: Texts
    manufacturers: Texts
    device_types: Texts
    descriptors: Texts
    cpa_numbers: Texts
    cpa_dates: Texts
    recorded: Instants
    declarations: Texts
    kinds: Texts
    given: Texts
    declared: Instants
    declarations_recorded: Instants
    past_entries: Texts
    past_models: Texts
    past_versions: Texts
    past_hashes: Texts
    past_from: Instants
    past_to: Instants
    crossings: Texts
    step_bases: Texts
    step_targets: Texts
    step_declarations: Texts
    step_acceptances: Texts
    step_by_twins: Flags


class AcceptedRow(BaseModel):
    """When an acceptance was recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    recorded: Instant


OF = Query("neighbourhood/of", DeviceModelRow)
ACCEPTED = Query("neighbourhood/accepted", AcceptedRow)
EVER_KNOWN = Query("neighbourhood/ever_known", EntryNumber)


def fetch(graph: Runner, entries: Iterable[str], at: datetime, known_at: datetime) -> Neighbourhood:
    """The entries of the device models concerned, and of those joined to them by accepted steps."""
    parts: list[Neighbourhood] = []
    have: set[str] = set()
    wanted = set(entries)
    while wanted:
        rows = graph.rows(OF, entries=sorted(wanted), at=at, known_at=known_at, beginning=BEGINNING)
        parts += [_part(row) for row in rows]
        have |= wanted | {number for row in rows for number in row.numbers}
        wanted = {n for row in rows for n in (*row.step_bases, *row.crossings)} - have
    near = joined(parts)
    ids = sorted({step.acceptance for step in near.steps if step.acceptance})
    if ids:
        near.accepted.update((row.id, row.recorded) for row in graph.rows(ACCEPTED, ids=ids))
    return near


def ever_known(graph: Runner, entries: Iterable[str], known_at: datetime) -> set[str]:
    """Those of the entries that any list known at the instant has."""
    return {row.entry for row in graph.rows(EVER_KNOWN, entries=sorted(set(entries)), known_at=known_at)}


def _part(row: DeviceModelRow) -> Neighbourhood:
    columns = (row.step_bases, row.step_targets, row.step_declarations, row.step_acceptances, row.step_by_twins)
    steps = list(map(Step._make, zip(*columns, strict=True)))
    return Neighbourhood({listing.number: listing for listing in _listings(row)}, steps, _beliefs(row))


def _listings(row: DeviceModelRow) -> Iterable[Listing]:
    declared = map(
        Declared,
        row.declarations,
        cast(list[DeclarationKind], row.kinds),
        row.given,
        row.declared,
        row.declarations_recorded,
    )
    columns = zip(
        row.numbers,
        row.firmware_versions,
        row.image_hashes,
        row.statuses,
        row.manufacturers,
        row.device_types,
        row.descriptors,
        row.cpa_numbers,
        row.cpa_dates,
        row.recorded,
        declared,
        strict=True,
    )
    return (Listing(number, row.device_model, *rest) for number, *rest in columns)


def _beliefs(row: DeviceModelRow) -> dict[str, list[Belief]]:
    found: dict[str, list[Belief]] = {}
    columns = zip(
        row.past_entries, row.past_models, row.past_versions, row.past_hashes, row.past_from, row.past_to, strict=True
    )
    for entry, model, version, image_hash, start, end in columns:
        found.setdefault(entry, []).append(Belief(start, end, (model, version, image_hash)))
    return found
