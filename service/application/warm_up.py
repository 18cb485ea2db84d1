"""Runs the main queries once at start, because the engine plans them then, for which no caller should wait."""

from contextlib import suppress
from datetime import datetime

from service.application.entries.entries import fetch_entries
from service.application.facts.fetch_facts import run_all_queries
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.temporal_graphs import fetch_temporal_graph
from service.domain.clock import Clock
from service.domain.devices import Device
from service.domain.entry_filters import EntryFilters
from service.errors import InvalidQuestion
from service.graph.protocol import Graph, QueryRunner
from service.repositories import entries
from service.repositories.entries import ever_known
from service.repositories.facts import former_beliefs
from service.repositories.list_versions import known_list_versions


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


def warm_up_connections(graph: Graph, clock: Clock, count: int) -> None:
    """Runs the queries of an impact once on each of some connections. Does nothing for an empty graph.

    Ladybug plans a statement for each connection anew: that takes up to 150 ms, in which no other thread runs.
    """
    with suppress(InvalidQuestion):
        as_of = GraphCache(graph, clock).as_of(None, None)
        numbers = [entry.number for entry in fetch_entries(graph, as_of, EntryFilters(), "", 1)]
        graph.use_connections(count, lambda runner: _run_impact_queries(runner, as_of.known_at, numbers))


def _run_impact_queries(graph: QueryRunner, known_at: datetime, numbers: list[str]) -> None:
    run_all_queries(graph, known_at, numbers)
    for models in (["0" * 8], []):  # few device models, and the bulk query
        former_beliefs(graph, known_at, numbers, models)
    known_list_versions(graph, known_at)
