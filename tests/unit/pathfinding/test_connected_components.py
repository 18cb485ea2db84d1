"""Strongly connected components, the transitive closure and connected components, against networkx."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from service.rules.pathfinding.bitset import bitset_of, indices, transpose
from service.rules.pathfinding.connected_components import (
    connected_components,
    strongly_connected_components,
    transitive_closure,
)

SIZE = 8
EDGES = st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)))


def successors(edges):
    """For each vertex, the bit set of its successors."""
    return [bitset_of(target for base, target in edges if base == vertex) for vertex in range(SIZE)]


def graph_of(edges):
    """The same graph for networkx."""
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(SIZE))
    return graph


@given(EDGES, st.integers(0, 2**SIZE - 1))
def test_components_are_strongly_connected_and_in_topological_order(edges, within):
    """Only the vertices of `within` count; no edge leads from a component to an earlier one."""
    after = successors(edges)
    components = strongly_connected_components(after, transpose(after), within)
    inside = graph_of(edges).subgraph(indices(within))
    assert {frozenset(indices(component)) for component in components} == set(
        map(frozenset, nx.strongly_connected_components(inside))
    )
    position = {vertex: nth for nth, component in enumerate(components) for vertex in indices(component)}
    assert all(position[base] <= position[target] for base, target in inside.edges)


@given(EDGES)
def test_the_closure_has_all_vertices_that_a_vertex_reaches(edges):
    """In one step or more, so a vertex has itself only if it is in a cycle or has a loop."""
    after, graph = successors(edges), graph_of(edges)
    components = strongly_connected_components(after, transpose(after), (1 << SIZE) - 1)
    reached = [set(indices(bits)) for bits in transitive_closure(after, reversed(components))]
    expected = [set(graph[v]).union(*(nx.descendants(graph, t) for t in graph[v])) for v in range(SIZE)]
    assert reached == expected


def test_connected_components_come_once_and_in_the_order_of_their_first_start():
    """A start without neighbours is a component of its own."""
    neighbours = {1: {2}, 2: {1, 3}, 3: {2}, 4: {5}, 5: {4}, 6: {7}, 7: {6}}
    assert list(connected_components(neighbours, [5, 3, 9, 1, 4])) == [{4, 5}, {1, 2, 3}, {9}]
