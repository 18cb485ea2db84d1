"""Runs the main queries once at start, because Neo4j needs a second to plan them, for which no caller should wait."""

from contextlib import suppress

from service.application.entries.entries import fetch_entries
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.temporal_graphs import fetch_temporal_graph
from service.domain.clock import Clock
from service.domain.devices import Device
from service.domain.entry_filters import EntryFilters
from service.errors import InvalidQuestion
from service.graph.protocol import Graph
from service.repositories import entries
from service.repositories.entries import ever_known


def warm_up_graph(graph: Graph, clock: Clock) -> None:
    """Runs each kind of query once at start, so that the database plans it. Does nothing for an empty graph."""
    with suppress(InvalidQuestion):
        as_of = GraphCache(graph, clock).as_of(None, None)
        numbers = [entry.number for entry in fetch_entries(graph, as_of, EntryFilters(), "", 1)]
        fetch_temporal_graph(graph, numbers, as_of.known_at)
        ever_known(graph, numbers, as_of.known_at)
        entries.candidate_entries(graph, as_of, Device({"device_model": frozenset({"0" * 8})}))
        entries.candidate_entries(graph, as_of, Device({"image_hash": frozenset({"0" * 64})}))
        entries.candidate_entries(graph, as_of, Device({"firmware_version": frozenset({"0" * 8})}))
