"""Serves a graph only if it is the one that was served at its location before (docs/operate.md, "A lost graph")."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from service.graph.connect import database_file, graph_location
from service.graph.protocol import Graph
from service.repositories import compartments, graph_identity
from service.repositories.compartments import Compartment
from service.security.served_graphs import ServedGraphRecord, ServedGraphState
from service.settings import Settings


def require_file(settings: Settings, folder: Path, accept: str | None) -> ServedGraphRecord:
    """Returns the record of the location, which the folder of the receipt keys has.

    Raises UnexpectedGraph for an embedded graph that was served before and whose file is gone: the engine would make a
    new one. With a reason to `accept` what is there it does not.
    """
    record = ServedGraphRecord(folder, graph_location(settings))
    file = database_file(settings)
    if file and not file.exists() and accept is None:
        record.require(None)
    return record


def require_same_graph(
    graph: Graph, record: ServedGraphRecord, now: datetime, accept: str | None
) -> Callable[[Compartment], None]:
    """Checks an open graph against the record, and returns the function that remembers its later states.

    Raises UnexpectedGraph for an empty graph, another graph or an older state, unless there is a reason to `accept` it.
    """
    state = compartments.read_state(graph)
    if accept is None:
        record.require(_state(graph_identity.read_graph_id(graph), state))
    graph_id = graph_identity.require_graph_id(graph)
    if accept is not None:
        record.accept(_state(graph_id, state), now, accept)
    record.remember(_state(graph_id, state))
    return lambda later: record.remember(_state(graph_id, later))


def _state(graph_id: str, state: Compartment) -> ServedGraphState:
    return ServedGraphState(graph_id=graph_id, revision=state.revision, recorded=state.recorded)
