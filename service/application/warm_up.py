"""A first question costs Neo4j a second of planning; it is asked before the first caller does."""

from contextlib import suppress

from service.application.entries.entries import search_entries
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.temporal_graphs import fetch_temporal_graph
from service.domain.clock import Clock
from service.domain.devices import Device
from service.domain.entry_filters import EntryFilters
from service.errors import InvalidQuestion
from service.graph.protocol import Graph
from service.repositories import devices
from service.repositories.entries import ever_known


def warm_up_graph(graph: Graph, clock: Clock) -> None:
    """Asks each kind of question once. On an empty graph there is nothing to plan for."""
    with suppress(InvalidQuestion):
        when = GraphCache(graph, clock).as_of(None, None)
        first = search_entries(graph, when, EntryFilters(), "", 1)
        numbers = [entry.number for entry in first]
        fetch_temporal_graph(graph, numbers, when.known_at)
        ever_known(graph, numbers, when.known_at)
        devices.candidate_entries(graph, when, Device({"device_model": frozenset({"00000000"})}))
        devices.candidate_entries(graph, when, Device({"image_hash": frozenset({"0" * 64})}))
        devices.candidate_entries(graph, when, Device({"firmware_version": frozenset({"00000000"})}))
