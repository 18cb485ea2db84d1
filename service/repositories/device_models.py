"""Device models as the graph has them, one at a time by their key, or many at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from service.domain.clock import Instant
from service.graph.protocol import Graph, Runner
from service.graph.query import Query
from service.repositories.columns import (
    DeclarationColumns,
    HeldColumns,
    RevisionColumns,
    StepColumns,
    Texts,
    ValidityColumns,
)
from service.repositories.facts import EntryNumberRow
from service.rules.pathfinding.snapshot import DeclarationInForce, EntryInForce, HeldPair, IdentityBelief, Step
from service.rules.pathfinding.temporal_graph import Timed

T = TypeVar("T")
R = TypeVar("R", bound=BaseModel)


class EntryDeviceModels(BaseModel):
    """Entries, and beside each a device model that it was ever of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entries: Texts
    device_models: Texts


class AcceptanceInstant(BaseModel):
    """When an acceptance was recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    recorded: Instant


DEVICE_MODELS = Query("temporal_graph/device_models", EntryDeviceModels)
LINKED = Query("temporal_graph/linked", EntryDeviceModels)
REVISIONS = Query("temporal_graph/revisions", RevisionColumns)
DECLARATIONS = Query("temporal_graph/declarations", DeclarationColumns)
STEPS = Query("temporal_graph/steps", StepColumns)
HELD = Query("temporal_graph/held", HeldColumns)
BULK_DEVICE_MODELS = Query("temporal_graph/bulk/device_models", EntryDeviceModels)
BULK_REVISIONS = Query("temporal_graph/bulk/revisions", RevisionColumns)
BULK_DECLARATIONS = Query("temporal_graph/bulk/declarations", DeclarationColumns)
BULK_STEPS = Query("temporal_graph/bulk/steps", StepColumns)
BULK_HELD = Query("temporal_graph/bulk/held", HeldColumns)
ACCEPTED = Query("temporal_graph/accepted", AcceptanceInstant)
EVER_KNOWN = Query("temporal_graph/ever_known", EntryNumberRow)

_FEW, _BATCH = 20, 50_000  # up to so many device models are asked for one by one; so many keys at once
# Statements asked at a time: Neo4j answers all in two thirds of the time, and Ladybug no sooner or later (measured).
_BESIDE = 2


@dataclass
class DeviceModelFacts:
    """A device model as fetched. What comes once for each revision of its entry is there as often."""

    listings: list[Timed[EntryInForce]] = field(default_factory=list)
    beliefs: list[Timed[tuple[str, IdentityBelief]]] = field(default_factory=list)
    declared: list[Timed[tuple[str, DeclarationInForce]]] = field(default_factory=list)
    steps: list[Timed[Step]] = field(default_factory=list)
    held: list[Timed[HeldPair]] = field(default_factory=list)
    leads: set[str] = field(default_factory=set)

    @property
    def ends(self) -> set[str]:
        """The entries of other device models at the far end of a step or a held base."""
        own = {row.value.number for row in self.listings} | {row.value[0] for row in self.beliefs}
        pairs: list[Step | HeldPair] = [row.value for row in self.steps]
        pairs += [row.value for row in self.held]
        return {*map(itemgetter(0), pairs), *map(itemgetter(1), pairs)} - own


class DeviceModelBuilder:
    """Device models as they are found, and of which of them each entry ever was."""

    def __init__(self, models: Sequence[str]) -> None:
        self.parts: dict[str, DeviceModelFacts] = {model: DeviceModelFacts() for model in models}
        self.home: dict[str, set[str]] = defaultdict(set)

    def revisions(self, row: RevisionColumns, known_at: datetime) -> None:
        """What is believed of the entries, and beside it what was believed of them before."""
        for nth, (number, model) in enumerate(zip(row.numbers, row.device_models, strict=True)):
            self.home[number].add(model)
            if row.recorded_to > known_at:
                self.parts[model].listings.append(Timed(row.valid_from, row.valid_to, _listing(row, nth)))
            else:
                identity = (model, row.firmware_versions[nth], row.image_hashes[nth])
                belief = IdentityBelief(row.recorded_from, row.recorded_to, identity)
                self.parts[model].beliefs.append(Timed(row.valid_from, row.valid_to, (number, belief)))

    def declarations(self, row: DeclarationColumns) -> None:
        """Each with every device model that its entry ever was of."""
        declared = map(DeclarationInForce, row.ids, row.kinds, row.given, repeat(row.declared), repeat(row.recorded))
        for said in _lasting(row, zip(row.entries, declared, strict=True)):
            for model in self.home[said.value[0]]:
                self.parts[model].declared.append(said)

    def steps(self, row: StepColumns) -> None:
        """Each with its target; with its base where it leads elsewhere."""
        columns = row.bases, row.targets, row.declarations, row.acceptances, row.by_twins, row.listed
        found = _lasting(row, map(partial(tuple.__new__, Step), zip(*columns, strict=True)))  # as in `_lasting`
        models = set().union(*(self.home.get(target, {""}) for target in set(row.targets)))
        if len(models) == 1 and "" not in models:
            self.parts[models.pop()].steps += found
            return
        for step in found:
            for model in self._of(step.value.base, step.value.target):
                self.parts[model].steps.append(step)

    def held(self, row: HeldColumns) -> None:
        """Each with its target; with its base where it would lead elsewhere."""
        for held in _lasting(row, map(HeldPair, row.bases, row.targets, row.codes, row.declarations)):
            for model in self._of(held.value.base, held.value.target):
                self.parts[model].held.append(held)

    def linked(self, rows: Iterable[EntryDeviceModels]) -> None:
        """What the device models lead on to. Nearly every entry was only ever of one."""
        for row in rows:
            for entry, model in zip(row.entries, row.device_models, strict=True):
                for own in self.home[entry]:
                    if own != model:
                        self.parts[own].leads.add(model)

    def _of(self, base: str, target: str) -> set[str]:
        return self.home.get(target) or self.home[base]


def fetch_device_models(graph: Graph, models: Sequence[str], known_at: datetime) -> dict[str, DeviceModelFacts]:
    """The device models by themselves, with those that they lead on to by an entry of both.

    Of a graph, not of a transaction, which one thread alone may ask. What was believed at a recorded instant stays as
    it is, so it does not matter that each statement is answered by itself.
    """
    found, few = DeviceModelBuilder(models), len(models) <= _FEW

    def rows(one: Query[R], many: Query[R], name: str, keys: Sequence[str]) -> Iterator[R]:
        return _each(graph, one, models, known_at) if few else _many(graph, many, name, keys, known_at)

    for said in rows(REVISIONS, BULK_REVISIONS, "ids", models):
        found.revisions(said, known_at)
    entries = sorted(found.home)
    with ThreadPoolExecutor(_BESIDE) as beside:

        def asked(one: Query[R], many: Query[R]) -> "Future[list[R]]":
            return beside.submit(lambda: list(rows(one, many, "entries", entries)))

        steps, declarations = asked(STEPS, BULK_STEPS), asked(DECLARATIONS, BULK_DECLARATIONS)
        held, linked = asked(HELD, BULK_HELD), asked(LINKED, BULK_DEVICE_MODELS)
        for declared in declarations.result():
            found.declarations(declared)
        for stepped in steps.result():
            found.steps(stepped)
        for kept in held.result():
            found.held(kept)
        found.linked(linked.result())
    return found.parts


def device_models_of(graph: Runner, entries: set[str], known_at: datetime) -> dict[str, set[str]]:
    """The device models that each of these entries was ever of."""
    keys = sorted(entries)
    if len(keys) > _FEW:
        return _homes(_many(graph, BULK_DEVICE_MODELS, "entries", keys, known_at))
    return _homes(row for key in keys for row in graph.rows(DEVICE_MODELS, entry=key, known_at=known_at))


def _homes(rows: Iterable[EntryDeviceModels]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for entry, model in zip(row.entries, row.device_models, strict=True):
            found[entry].add(model)
    return found


def _each(graph: Runner, query: Query[R], models: Sequence[str], known_at: datetime) -> Iterator[R]:
    for model in models:
        yield from graph.rows(query, id=model, known_at=known_at)


def _many(graph: Runner, query: Query[R], name: str, keys: Sequence[str], known_at: datetime) -> Iterator[R]:
    for start in range(0, len(keys), _BATCH):
        yield from graph.rows(query, **{name: keys[start : start + _BATCH], "known_at": known_at})


def acceptance_instants(graph: Runner, acceptances: list[str]) -> dict[str, datetime]:
    """When the acceptances that gave steps were recorded."""
    return {row.id: row.recorded for row in graph.rows(ACCEPTED, ids=acceptances)} if acceptances else {}


def ever_known(graph: Runner, entries: Iterable[str], known_at: datetime) -> set[str]:
    """Those of the entries that any list known at the instant has."""
    return {row.entry for row in graph.rows(EVER_KNOWN, entries=sorted(set(entries)), known_at=known_at)}


def _lasting(row: ValidityColumns, things: Iterable[T]) -> Iterator[Timed[T]]:
    """Made as a tuple is: their own way takes three times as long (measured), and there are 58,000 in a fetch."""
    return map(partial(tuple.__new__, Timed), zip(repeat(row.valid_from), repeat(row.valid_to), things))


def _listing(row: RevisionColumns, nth: int) -> EntryInForce:
    return EntryInForce(
        number=row.numbers[nth],
        device_model=row.device_models[nth],
        firmware_version=row.firmware_versions[nth],
        image_hash=row.image_hashes[nth],
        status=row.statuses[nth],
        manufacturer=row.manufacturers[nth],
        device_type=row.device_types[nth],
        descriptor=row.descriptors[nth],
        cpa_number=row.cpa_numbers[nth],
        cpa_date=row.cpa_dates[nth],
        recorded=row.recorded_from,
    )
