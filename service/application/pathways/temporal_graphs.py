"""The terrains of entries: their device models and all that is joined to them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from service.application.pathways.device_model_facts import DeviceModelFacts, fetch_device_models
from service.graph.protocol import Graph, Runner
from service.repositories.device_models import acceptance_instants, device_models_of
from service.rules.pathfinding.components import connected
from service.rules.pathfinding.temporal_graph import TemporalGraph


def fetch_temporal_graph(graph: Graph, entries: Iterable[str], known_at: datetime) -> TemporalGraph:
    """The terrain of these entries, as known at a recorded instant."""
    return TemporalGraph.union(fetch_temporal_graphs(graph, entries, known_at))


def fetch_temporal_graphs(graph: Graph, entries: Iterable[str], known_at: datetime) -> list[TemporalGraph]:
    """Terrains that have these entries between them: their device models, and all that were ever joined to these, by an
    entry that was of both, by a step accepted by name, or by a base that awaits acceptance."""
    wanted: set[str] = set().union(*device_models_of(graph, set(entries), known_at).values())
    parts: dict[str, DeviceModelFacts] = {}
    while wanted:
        found = fetch_device_models(graph, sorted(wanted), known_at)
        ends = {model: part.ends for model, part in found.items()}
        further = device_models_of(graph, set().union(*ends.values()), known_at)
        for model, part in found.items():
            part.leads.update(*(further[end] for end in ends[model]))
        parts |= found
        wanted = {model for part in found.values() for model in part.leads} - parts.keys()
    return [_terrain(graph, [parts[model] for model in models]) for models in _regions(parts)]


def _regions(parts: dict[str, DeviceModelFacts]) -> Iterator[list[str]]:
    """The device models that are joined, whichever of them leads to the other."""
    beside: dict[str, set[str]] = defaultdict(set)
    for model, part in parts.items():
        for other in part.leads:
            beside[model].add(other)
            beside[other].add(model)
    return map(sorted, connected(beside, parts))


def _terrain(graph: Runner, parts: Sequence[DeviceModelFacts]) -> TemporalGraph:
    """Device models put together. What leads from one to another came with both, and is kept once."""
    steps = dict.fromkeys(chain.from_iterable(part.steps for part in parts))
    accepted = {row.value.acceptance for row in steps} - {""}
    return TemporalGraph(
        [row for part in parts for row in part.listings],
        list(dict.fromkeys(row for part in parts for row in part.declared)),
        list(steps),
        list(dict.fromkeys(row for part in parts for row in part.held)),
        [row for part in parts for row in part.beliefs],
        acceptance_instants(graph, sorted(accepted)),
    )
