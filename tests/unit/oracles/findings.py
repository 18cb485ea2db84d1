"""The graph of all routes of a world, by networkx, from which the findings about paths follow."""

import networkx as nx
from hypothesis import strategies as st

from tests.unit.oracles.pathway import Oracle
from tests.worlds import declaration, revision, world

LINE = world(*map(revision, (1, 2, 3)), declaration(1), declaration(2, 1), declaration(3, 2))


def pairs(graph):
    """Every ordered pair with a route."""
    return {(a, b) for a in graph for b in nx.descendants(graph, a) if a != b}


class RouteOracle:
    """The graph of a world at an instant, with sets of entry numbers as vertices."""

    def __init__(self, found, at):
        self.oracle = Oracle(found, at)
        self.all = Oracle(found, at, through_removed=True).graph
        self.graph = self.oracle.graph
        self.first = {e: min(r.valid_from for r in found.revisions if r.entry == e) for e in found.numbers}

    def age(self, vertex):
        """When it came onto the list."""
        return min(self.first[number] for number in vertex), min(vertex)

    def like(self, vertex):
        """All of its device model."""
        return [vertex, *self.oracle.others(vertex)]

    def askable(self, vertex):
        """Whether a base may be asked for."""
        kinds = {self.oracle.kind(number) for number in vertex}
        return self.oracle.listed(vertex) and ("none" not in kinds or "bases" in kinds)


@st.composite
def graphs(draw):
    """Directed graphs on up to nine vertices, cycles and all."""
    size = draw(st.integers(2, 9))
    every = [(a, b) for a in range(size) for b in range(size) if a != b]
    graph = nx.DiGraph(draw(st.lists(st.sampled_from(every), max_size=20)))
    graph.add_nodes_from(range(size))
    return graph
