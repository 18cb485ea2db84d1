"""Reads and gives the id of a graph, which tells it from another graph that is put in its place."""

from uuid import uuid4

from service.domain.frozen_model import FrozenModel
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import NoRow, Query


class GraphIdRow(FrozenModel):
    """The id of a graph; blank until a server has opened the graph."""

    graph_id: str


READ = Query("identity/read", GraphIdRow)
WRITE = Query("identity/write", NoRow)


def read_graph_id(graph: QueryRunner) -> str:
    """Returns the id of the graph; blank if it has none yet."""
    return graph.rows(READ)[0].graph_id


def require_graph_id(graph: Graph) -> str:
    """Returns the id of the graph, after giving it one if it has none."""
    if not read_graph_id(graph):
        graph.write(lambda transaction: transaction.rows(WRITE, graph_id=uuid4().hex))
    return read_graph_id(graph)
