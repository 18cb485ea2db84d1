"""Fetches the facts of device models, and sorts them by device model."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import TypeVar

from service.graph.protocol import Graph, QueryRunner
from service.repositories import device_models
from service.repositories.arrays import DeclarationArrays, HeldBaseArrays, RevisionArrays, SharedValidity, StepArrays
from service.repositories.device_models import EntryDeviceModels, ModelKeys
from service.rules.pathfinding.snapshot import DeclarationInForce, EntryInForce, HeldPair, RecordedIdentity, Step
from service.rules.pathfinding.temporal_graph import TimedValue

T = TypeVar("T")

# Neo4j answers two concurrent statements in two thirds of the time; Ladybug gains and loses nothing (measured).
_CONCURRENT_STATEMENTS = 2


@dataclass
class DeviceModelFacts:
    """The facts of one device model over all of effective time.

    `leads` has the other device models that share an entry, a step or a base that awaits acceptance with this one. The
    lists may contain a fact repeatedly, because a query that walks over the attributes of an entry over time returns a
    fact once for each of its states.
    """

    listings: list[TimedValue[EntryInForce]] = field(default_factory=list)
    beliefs: list[TimedValue[tuple[str, RecordedIdentity]]] = field(default_factory=list)
    declared: list[TimedValue[tuple[str, DeclarationInForce]]] = field(default_factory=list)
    steps: list[TimedValue[Step]] = field(default_factory=list)
    held: list[TimedValue[HeldPair]] = field(default_factory=list)
    leads: set[str] = field(default_factory=set)

    @property
    def ends(self) -> set[str]:
        """Returns the entries of other device models to or from which a step, or a base that awaits acceptance, of this
        device model leads.
        """
        own = {row.value.number for row in self.listings} | {row.value[0] for row in self.beliefs}
        pairs: list[Step | HeldPair] = [row.value for row in self.steps]
        pairs += [row.value for row in self.held]
        return {*map(itemgetter(0), pairs), *map(itemgetter(1), pairs)} - own


class DeviceModelBuilder:
    """Groups fetched facts by device model. Callers must add the revisions first: they tell the device models of each
    entry, which the other facts do not.
    """

    def __init__(self, models: Sequence[str]) -> None:
        self.facts: dict[str, DeviceModelFacts] = {model: DeviceModelFacts() for model in models}
        self.models_of: dict[str, set[str]] = defaultdict(set)

    def revisions(self, row: RevisionArrays, known_at: datetime) -> None:
        """Adds list attributes of entries: those that the service had recorded by `known_at` and not superseded as
        present ones, the others as former ones.
        """
        for index, (number, model) in enumerate(zip(row.numbers, row.device_models, strict=True)):
            self.models_of[number].add(model)
            if row.recorded_to > known_at:
                self.facts[model].listings.append(TimedValue(row.valid_from, row.valid_to, _listing(row, index)))
            else:
                identity = (model, row.firmware_versions[index], row.image_hashes[index])
                belief = RecordedIdentity(row.recorded_from, row.recorded_to, identity)
                self.facts[model].beliefs.append(TimedValue(row.valid_from, row.valid_to, (number, belief)))

    def declarations(self, row: DeclarationArrays) -> None:
        """Adds declarations to the facts by device model, each to every device model that its entry ever had."""
        declared = map(DeclarationInForce, row.ids, row.kinds, row.given, repeat(row.declared), repeat(row.recorded))
        for declaration in _timed(row, zip(row.entries, declared, strict=True)):
            for model in self.models_of[declaration.value[0]]:
                self.facts[model].declared.append(declaration)

    def steps(self, row: StepArrays) -> None:
        """Adds upgrade steps to the facts by device model, each to the device model of its target, or to that of its
        base if the target's was not fetched.

        Nearly always all steps of a row lead into one device model; then the steps are added without looking at each.
        """
        columns = row.bases, row.targets, row.declarations, row.acceptances, row.by_twins, row.listed
        steps = _timed(row, map(partial(tuple.__new__, Step), zip(*columns, strict=True)))  # as in `_timed`
        models = set().union(*(self.models_of.get(target, {""}) for target in set(row.targets)))
        if len(models) == 1 and "" not in models:
            self.facts[models.pop()].steps += steps
            return
        for step in steps:
            for model in self._models_of_pair(step.value.base, step.value.target):
                self.facts[model].steps.append(step)

    def held(self, row: HeldBaseArrays) -> None:
        """Adds declared bases that give no step until somebody accepts them, each to the device model of its target, or
        else of its base.
        """
        for held in _timed(row, map(HeldPair, row.bases, row.targets, row.codes, row.declarations)):
            for model in self._models_of_pair(held.value.base, held.value.target):
                self.facts[model].held.append(held)

    def linked(self, rows: Iterable[EntryDeviceModels]) -> None:
        """Notes, for each entry that had several device models at different times, that each of these models leads to
        the others.
        """
        for row in rows:
            for entry, model in zip(row.entries, row.device_models, strict=True):
                for own in self.models_of[entry]:
                    if own != model:
                        self.facts[own].leads.add(model)

    def _models_of_pair(self, base: str, target: str) -> set[str]:
        return self.models_of.get(target) or self.models_of[base]


def fetch_device_models(graph: Graph, models: Sequence[str], known_at: datetime) -> dict[str, DeviceModelFacts]:
    """Fetches the facts of each device model given, and the other device models that ever had one of its entries.

    The function takes a graph instead of a transaction, because only one thread may use a transaction. Queries outside
    a transaction are safe here, since the facts recorded by an instant never change.
    """
    builder = DeviceModelBuilder(models)
    for revisions in device_models.model_revisions(graph, models, known_at):
        builder.revisions(revisions, known_at)
    keys = ModelKeys(models, sorted(builder.models_of), known_at)
    with ThreadPoolExecutor(_CONCURRENT_STATEMENTS) as pool:

        def start(fetch: Callable[[QueryRunner, ModelKeys], Iterator[T]]) -> "Future[list[T]]":
            return pool.submit(lambda: list(fetch(graph, keys)))

        steps, declarations = start(device_models.model_steps), start(device_models.model_declarations)
        held_bases, links = start(device_models.model_held_bases), start(device_models.model_links)
        for declaration in declarations.result():
            builder.declarations(declaration)
        for step in steps.result():
            builder.steps(step)
        for held in held_bases.result():
            builder.held(held)
        builder.linked(links.result())
    return builder.facts


def _timed(row: SharedValidity, values: Iterable[T]) -> Iterator[TimedValue[T]]:
    """Returns the values, each with the effective interval of its row. `tuple.__new__` takes a third of the time of
    `TimedValue(…)` (measured).
    """
    return map(partial(tuple.__new__, TimedValue), zip(repeat(row.valid_from), repeat(row.valid_to), values))


def _listing(row: RevisionArrays, index: int) -> EntryInForce:
    return EntryInForce(
        number=row.numbers[index],
        device_model=row.device_models[index],
        firmware_version=row.firmware_versions[index],
        image_hash=row.image_hashes[index],
        status=row.statuses[index],
        manufacturer=row.manufacturers[index],
        device_type=row.device_types[index],
        descriptor=row.descriptors[index],
        cpa_number=row.cpa_numbers[index],
        cpa_date=row.cpa_dates[index],
        recorded=row.recorded_from,
    )
