"""A first question costs Neo4j a second of planning; it is asked before the first caller does."""

from contextlib import suppress

from service.application.pathways.graph_cache import Memory
from service.application.pathways.temporal_graphs import fetch
from service.domain.clock import Clock
from service.domain.devices import Device
from service.domain.entry_filters import Filters
from service.errors import BadQuestion
from service.graph.protocol import Graph
from service.repositories import devices
from service.repositories.device_models import ever_known
from service.repositories.entries import search


def up(graph: Graph, clock: Clock) -> None:
    """Asks each kind of question once. On an empty graph there is nothing to plan for."""
    with suppress(BadQuestion):
        when = Memory(graph, clock).moment(None, None)
        first = search(graph, when, Filters(), "", 1)
        numbers = [entry.number for entry in first]
        fetch(graph, numbers, when.known_at)
        ever_known(graph, numbers, when.known_at)
        devices.candidates(graph, when, Device({"device_model": frozenset({"00000000"})}))
        devices.candidates(graph, when, Device({"image_hash": frozenset({"0" * 64})}))
        devices.candidates(graph, when, Device({"firmware_version": frozenset({"00000000"})}))
