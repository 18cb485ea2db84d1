"""A first question costs Neo4j a second of planning; it is asked before the first caller does."""

from contextlib import suppress

from service.errors import BadQuestion
from service.graph.protocol import Graph
from service.model.clock import Clock
from service.store.entries import Filters, search
from service.store.memory import Memory
from service.store.survey import ever_known
from service.store.terrain import fetch


def up(graph: Graph, clock: Clock) -> None:
    """Asks each kind of question once. On an empty graph there is nothing to plan for."""
    with suppress(BadQuestion):
        when = Memory(graph, clock).moment(None, None)
        first = search(graph, when, Filters(), "", 1)
        numbers = [entry.number for entry in first]
        fetch(graph, numbers, when.known_at)
        ever_known(graph, numbers, when.known_at)
