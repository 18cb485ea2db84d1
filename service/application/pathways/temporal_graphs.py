"""Fetches temporal graphs: the facts of device models, and of all device models connected to them, over all time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from service.application.pathways.device_model_facts import DeviceModelFacts, fetch_device_models
from service.domain.facts import ManufacturerName
from service.graph.protocol import Graph, QueryRunner
from service.repositories.device_models import acceptance_instants, device_models_of
from service.repositories.facts import confirmations_of
from service.repositories.manufacturers import believed_names
from service.rules.pathfinding.connected_components import connected_components
from service.rules.pathfinding.temporal_graph import TemporalGraph, TimedValue


def fetch_temporal_graph(graph: Graph, entries: Iterable[str], known_at: datetime) -> TemporalGraph:
    """Fetches the facts of all device models connected to the entries given, as recorded by an instant, as one
    graph.
    """
    return TemporalGraph.union(fetch_temporal_graphs(graph, entries, known_at))


def fetch_temporal_graphs(graph: Graph, entries: Iterable[str], known_at: datetime) -> list[TemporalGraph]:
    """Fetches, as one graph for each connected group of device models, the facts of all device models connected to the
    entries given.

    Two device models are connected if an entry ever belonged to both, an entry of one was accepted by name as base of
    an entry of the other, or such a base still needs acceptance.
    """
    wanted: set[str] = set().union(*device_models_of(graph, set(entries), known_at).values())
    models: dict[str, DeviceModelFacts] = {}
    while wanted:
        fetched = fetch_device_models(graph, sorted(wanted), known_at)
        ends = {model: facts.ends for model, facts in fetched.items()}
        models_of_ends = device_models_of(graph, set().union(*ends.values()), known_at)
        for model, facts in fetched.items():
            facts.leads.update(*(models_of_ends[end] for end in ends[model]))
        models |= fetched
        wanted = {model for facts in fetched.values() for model in facts.leads} - models.keys()
    names = believed_names(graph, known_at) if models else []
    components = ([models[model] for model in component] for component in _components(models))
    return [_temporal_graph(graph, component, names, known_at) for component in components]


def _components(models: dict[str, DeviceModelFacts]) -> Iterator[list[str]]:
    """Returns the device models of each connected component, whichever of two models leads to the other."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for model, facts in models.items():
        for other in facts.leads:
            neighbours[model].add(other)
            neighbours[other].add(model)
    return map(sorted, connected_components(neighbours, models))


def _temporal_graph(
    graph: QueryRunner, models: Sequence[DeviceModelFacts], names: Iterable[ManufacturerName], known_at: datetime
) -> TemporalGraph:
    """Builds the temporal graph of connected device models. A fact about two of them was fetched twice, and is added
    once.
    """
    steps = dict.fromkeys(chain.from_iterable(facts.steps for facts in models))
    accepted = {row.value.acceptance for row in steps} - {""}
    beliefs = [row for facts in models for row in facts.beliefs]
    # A confirmation has an effect only where the list corrected an entry, which is rare.
    targets = {row.value.target for row in steps} if beliefs else set[str]()
    confirmed = confirmations_of(graph, targets, known_at) if targets else []
    makers = {row.value.manufacturer for facts in models for row in facts.listings}
    return TemporalGraph(
        [row for facts in models for row in facts.listings],
        list(dict.fromkeys(row for facts in models for row in facts.declared)),
        list(steps),
        list(dict.fromkeys(row for facts in models for row in facts.held)),
        beliefs,
        acceptance_instants(graph, sorted(accepted)),
        [TimedValue(row.valid_from, row.valid_to, row.confirmed) for row in confirmed],
        [TimedValue(row.valid_from, row.valid_to, (row.code, row.name)) for row in names if row.code in makers],
    )
