"""The terrain of a question: the device models concerned and all that is joined to them, fetched model by model."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from service.graph.protocol import Runner
from service.graph.query import Query
from service.model.clock import Instant
from service.model.facts import DeclarationKind, HeldCode
from service.rules.neighbourhood import Belief, Declared, Held, Listing, Step
from service.rules.terrain import Lasting, Terrain
from service.store.facts import EntryNumber

T = TypeVar("T")


def _listed(value: Any) -> Any:
    """A collection of nothing is null on one engine and empty on the other."""
    return [] if value is None else value


_EMPTY = BeforeValidator(_listed)
Texts = Annotated[list[str], _EMPTY]
Flags = Annotated[list[bool], _EMPTY]
Instants = Annotated[list[Instant], _EMPTY]


class Columns(BaseModel):
    """Things that last, column by column: each has a place in every column."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: Instants
    valid_to: Instants


class RevisionColumns(Columns):
    """What lists ever said of the entries of one device model."""

    numbers: Texts
    firmware_versions: Texts
    image_hashes: Texts
    statuses: Texts
    manufacturers: Texts
    device_types: Texts
    descriptors: Texts
    cpa_numbers: Texts
    cpa_dates: Texts
    recorded_from: Instants
    recorded_to: Instants


class DeclarationColumns(Columns):
    """Declarations."""

    entries: Texts
    ids: Texts
    kinds: Annotated[list[DeclarationKind], _EMPTY]
    given: Texts
    declared: Instants
    recorded: Instants


class StepColumns(Columns):
    """Steps."""

    bases: Texts
    targets: Texts
    declarations: Texts
    acceptances: Texts
    by_twins: Flags
    listed: Flags


class HeldColumns(Columns):
    """Held bases."""

    bases: Texts
    targets: Texts
    codes: Annotated[list[HeldCode], _EMPTY]
    declarations: Texts


class DeviceModelId(BaseModel):
    """A device model by its id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_model: str


class AcceptedRow(BaseModel):
    """When an acceptance was recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    recorded: Instant


DEVICE_MODELS = Query("terrain/device_models", DeviceModelId)
LINKED = Query("terrain/linked", DeviceModelId)
REVISIONS = Query("terrain/revisions", RevisionColumns)
DECLARATIONS = Query("terrain/declarations", DeclarationColumns)
STEPS = Query("terrain/steps", StepColumns)
HELD = Query("terrain/held", HeldColumns)
ACCEPTED = Query("terrain/accepted", AcceptedRow)
EVER_KNOWN = Query("terrain/ever_known", EntryNumber)


@dataclass
class _Survey:
    """A terrain in the making. What comes twice, from both of its ends or once a revision, is kept once."""

    known_at: datetime
    device_models: set[str] = field(default_factory=set)
    listings: list[Lasting[Listing]] = field(default_factory=list)
    beliefs: list[Lasting[tuple[str, Belief]]] = field(default_factory=list)
    declared: dict[Lasting[tuple[str, Declared]], None] = field(default_factory=dict)
    steps: dict[Lasting[Step], None] = field(default_factory=dict)
    held: dict[Lasting[Held], None] = field(default_factory=dict)


def fetch(graph: Runner, entries: Iterable[str], known_at: datetime) -> Terrain:
    """The device models of these entries, and all that were ever joined to them: by an entry that was of both, by a
    step accepted by name, or by a base that awaits acceptance."""
    survey = _Survey(known_at)
    wanted = [model for entry in sorted(set(entries)) for model in _device_models(graph, entry, known_at)]
    while wanted:
        model = wanted.pop()
        if model not in survey.device_models:
            survey.device_models.add(model)
            wanted += _surveyed(graph, survey, model)
    accepted = {row.thing.acceptance for row in survey.steps if row.thing.acceptance}
    return Terrain(
        survey.listings,
        list(survey.declared),
        list(survey.steps),
        list(survey.held),
        survey.beliefs,
        _dated(graph, sorted(accepted)),
    )


def _device_models(graph: Runner, entry: str, known_at: datetime) -> list[str]:
    return [row.device_model for row in graph.rows(DEVICE_MODELS, entry=entry, known_at=known_at)]


def _surveyed(graph: Runner, survey: _Survey, model: str) -> list[str]:
    """Adds a device model to the survey, and gives the device models that it leads on to."""
    given: dict[str, Any] = {"id": model, "known_at": survey.known_at}
    own: set[str] = set()
    for revisions in graph.rows(REVISIONS, **given):
        own |= set(revisions.numbers)
        _place(survey, model, revisions)
    for said in graph.rows(DECLARATIONS, **given):
        declared = map(Declared, said.ids, said.kinds, said.given, said.declared, said.recorded)
        survey.declared |= _lasting(said, zip(said.entries, declared, strict=True))
    ends: set[str] = set()
    for row in graph.rows(STEPS, **given):
        steps = map(Step, row.bases, row.targets, row.declarations, row.acceptances, row.by_twins, row.listed)
        survey.steps |= _lasting(row, steps)
        ends |= {*row.bases, *row.targets}
    for waiting in graph.rows(HELD, **given):
        survey.held |= _lasting(waiting, map(Held, waiting.bases, waiting.targets, waiting.codes, waiting.declarations))
        ends |= {*waiting.bases, *waiting.targets}
    further = [m for entry in sorted(ends - own) for m in _device_models(graph, entry, survey.known_at)]
    return [*further, *(row.device_model for row in graph.rows(LINKED, **given))]


def _lasting(row: Columns, things: Iterable[T]) -> dict[Lasting[T], None]:
    return dict.fromkeys(map(Lasting, row.valid_from, row.valid_to, things))


def _dated(graph: Runner, acceptances: list[str]) -> dict[str, datetime]:
    """When the acceptances that gave steps were recorded."""
    return {row.id: row.recorded for row in graph.rows(ACCEPTED, ids=acceptances)} if acceptances else {}


def ever_known(graph: Runner, entries: Iterable[str], known_at: datetime) -> set[str]:
    """Those of the entries that any list known at the instant has."""
    return {row.entry for row in graph.rows(EVER_KNOWN, entries=sorted(set(entries)), known_at=known_at)}


def _place(survey: _Survey, model: str, row: RevisionColumns) -> None:
    """What is believed of the entries, and beside it what was believed of them before."""
    for nth, number in enumerate(row.numbers):
        start, end = row.valid_from[nth], row.valid_to[nth]
        if row.recorded_to[nth] > survey.known_at:
            survey.listings.append(Lasting(start, end, _listing(row, nth, model)))
        else:
            identity = (model, row.firmware_versions[nth], row.image_hashes[nth])
            belief = Belief(row.recorded_from[nth], row.recorded_to[nth], identity)
            survey.beliefs.append(Lasting(start, end, (number, belief)))


def _listing(row: RevisionColumns, nth: int, model: str) -> Listing:
    return Listing(
        number=row.numbers[nth],
        device_model=model,
        firmware_version=row.firmware_versions[nth],
        image_hash=row.image_hashes[nth],
        status=row.statuses[nth],
        manufacturer=row.manufacturers[nth],
        device_type=row.device_types[nth],
        descriptor=row.descriptors[nth],
        cpa_number=row.cpa_numbers[nth],
        cpa_date=row.cpa_dates[nth],
        recorded=row.recorded_from[nth],
    )
