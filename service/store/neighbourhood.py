"""The neighbourhood of a question: its entries and its steps, asked again only where accepted steps lead on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from service.graph.protocol import Runner
from service.graph.query import Query
from service.model.clock import BEGINNING, Instant
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
    declarations: list[str]
    kinds: list[DeclarationKind]
    given: list[str]
    declared: list[Instant]
    declarations_recorded: list[Instant]


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
STEPS = Query("neighbourhood/steps", StepsRow)
ACCEPTED = Query("neighbourhood/accepted", AcceptedRow)
EVER_KNOWN = Query("neighbourhood/ever_known", EntryNumber)


def fetch(graph: Runner, entries: Iterable[str], at: datetime, known_at: datetime) -> Neighbourhood:
    """The entries of the device models concerned, and of those joined to them by accepted steps."""
    near = Neighbourhood({}, [], {}, {})
    wanted, have = set(entries), set[str]()
    while wanted:
        rows = graph.rows(ENTRIES, entries=sorted(wanted), at=at, known_at=known_at, beginning=BEGINNING)
        for row in rows:
            _place(row, near, known_at)
        models = sorted(row.device_model for row in rows)
        steps = _steps(graph.rows(STEPS, device_models=models, at=at, known_at=known_at)) if models else []
        near.steps.extend(steps)
        have |= wanted
        wanted = {number for step in steps for number in step[:2]} - near.entries.keys() - have
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


def _place(row: DeviceModelRow, near: Neighbourhood, known_at: datetime) -> None:
    """Puts the entries of a device model into the neighbourhood, and what was believed of them before beside them."""
    for nth, number in enumerate(row.numbers):
        if row.recorded_to[nth] > known_at:
            near.entries[number] = _listing(row, nth)
        else:
            identity = (row.device_models[nth], row.firmware_versions[nth], row.image_hashes[nth])
            belief = Belief(row.recorded_from[nth], row.recorded_to[nth], identity)
            near.beliefs.setdefault(number, []).append(belief)


def _listing(row: DeviceModelRow, nth: int) -> Listing:
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
        declared=Declared(
            row.declarations[nth],
            row.kinds[nth],
            row.given[nth],
            row.declared[nth],
            row.declarations_recorded[nth],
        ),
    )
