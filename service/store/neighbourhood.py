"""The neighbourhood of a question: its entries and its steps, asked again only where accepted steps lead on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from service.graph.protocol import Runner
from service.graph.query import Query
from service.model.clock import Instant
from service.model.facts import DeclarationKind
from service.rules.neighbourhood import Belief, Declared, Listing, Neighbourhood, Step
from service.store.facts import EntryNumber


def _listed(value: Any) -> Any:
    """A collection of nothing is null on one engine and empty on the other."""
    return [] if value is None else value


Texts = Annotated[list[str], BeforeValidator(_listed)]
Flags = Annotated[list[bool], BeforeValidator(_listed)]


class DeviceModelRow(BaseModel):
    """The entries of one device model, column by column. An entry has a place for each thing believed of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_model: str
    numbers: list[str]
    device_models: list[str]
    firmware_versions: list[str]
    image_hashes: list[str]
    statuses: list[str]
    manufacturers: list[str]
    device_types: list[str]
    descriptors: list[str]
    cpa_numbers: list[str]
    cpa_dates: list[str]
    recorded_from: list[Instant]
    recorded_to: list[Instant]


class DeclarationRow(BaseModel):
    """The declaration in force for an entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    id: str
    kind: DeclarationKind
    given: str
    declared: Instant
    recorded: Instant


class StepsRow(BaseModel):
    """Steps, column by column."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bases: Texts
    targets: Texts
    declarations: Texts
    acceptances: Texts
    by_twins: Flags


class AcceptedRow(BaseModel):
    """When an acceptance was recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    recorded: Instant


ENTRIES = Query("neighbourhood/entries", DeviceModelRow)
DECLARATIONS = Query("neighbourhood/declarations", DeclarationRow)
STEPS = Query("neighbourhood/steps", StepsRow)
ACCEPTED = Query("neighbourhood/accepted", AcceptedRow)
EVER_KNOWN = Query("neighbourhood/ever_known", EntryNumber)


def fetch(graph: Runner, entries: Iterable[str], at: datetime, known_at: datetime) -> Neighbourhood:
    """The entries of the device models concerned, and of those joined to them by accepted steps."""
    near = Neighbourhood({}, [], {}, {})
    instants = {"at": at, "known_at": known_at}
    wanted = sorted(set(entries), reverse=True)
    while wanted:
        entry = wanted.pop()
        for row in graph.rows(ENTRIES, entry=entry, **instants) if entry not in near.entries else ():
            declared = {d.entry: d for d in graph.rows(DECLARATIONS, id=row.device_model, **instants)}
            _place(row, declared, near, known_at)
            steps = _steps(graph.rows(STEPS, id=row.device_model, **instants))
            near.steps.extend(steps)
            wanted += sorted({number for step in steps for number in step[:2]} - near.entries.keys())
    _dated(graph, near)
    return near


def _steps(rows: Iterable[StepsRow]) -> list[Step]:
    columns = ((row.bases, row.targets, row.declarations, row.acceptances, row.by_twins) for row in rows)
    return [step for parts in columns for step in map(Step._make, zip(*parts, strict=True))]


def _dated(graph: Runner, near: Neighbourhood) -> None:
    """Adds when the acceptances that gave steps were recorded."""
    ids = sorted({step.acceptance for step in near.steps if step.acceptance})
    if ids:
        near.accepted.update((row.id, row.recorded) for row in graph.rows(ACCEPTED, ids=ids))


def ever_known(graph: Runner, entries: Iterable[str], known_at: datetime) -> set[str]:
    """Those of the entries that any list known at the instant has."""
    return {row.entry for row in graph.rows(EVER_KNOWN, entries=sorted(set(entries)), known_at=known_at)}


def _place(row: DeviceModelRow, declared: dict[str, DeclarationRow], near: Neighbourhood, known_at: datetime) -> None:
    """Puts the entries of a device model into the neighbourhood, and what was believed of them before beside them."""
    for nth, number in enumerate(row.numbers):
        if row.recorded_to[nth] > known_at:
            near.entries[number] = _listing(row, nth, declared.get(number))
        else:
            identity = (row.device_models[nth], row.firmware_versions[nth], row.image_hashes[nth])
            belief = Belief(row.recorded_from[nth], row.recorded_to[nth], identity)
            near.beliefs.setdefault(number, []).append(belief)


def _listing(row: DeviceModelRow, nth: int, said: DeclarationRow | None) -> Listing:
    return Listing(
        number=row.numbers[nth],
        device_model=row.device_model,
        firmware_version=row.firmware_versions[nth],
        image_hash=row.image_hashes[nth],
        status=row.statuses[nth],
        manufacturer=row.manufacturers[nth],
        device_type=row.device_types[nth],
        descriptor=row.descriptors[nth],
        cpa_number=row.cpa_numbers[nth],
        cpa_date=row.cpa_dates[nth],
        recorded=row.recorded_from[nth],
        declared=Declared(said.id, said.kind, said.given, said.declared, said.recorded) if said else Declared(),
    )
