"""The transitive reduction, against networkx."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from service.rules.pathfinding.bitset import bitset_of, indices, transpose
from service.rules.pathfinding.connected_components import strongly_connected_components
from service.rules.pathfinding.transitive_reduction import reduced_steps

SIZE = 8
EDGES = st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)))


def reduced(edges, enterable):
    """The reduction, and the components that the test passes to it."""
    after = [bitset_of(target for base, target in edges if base == vertex) for vertex in range(SIZE)]
    others = [1 << vertex for vertex in range(SIZE) if not enterable >> vertex & 1]
    components = [*others, *strongly_connected_components(after, transpose(after), enterable)]
    return list(reduced_steps(transpose(after), enterable, components)), components


@given(EDGES, st.integers(0, 2**SIZE - 1))
def test_the_reduction_is_that_of_the_condensed_graph(edges, enterable):
    """Each step is one of the graph, and the lowest between its two components."""
    steps, components = reduced(edges, enterable)
    component_of = {vertex: component for component in components for vertex in indices(component)}
    graph = nx.DiGraph([(base, target) for base, target in edges if enterable >> target & 1])
    graph.add_nodes_from(range(SIZE))
    between = {}
    for base, target in graph.edges:
        pair = component_of[base], component_of[target]
        if pair[0] != pair[1]:
            between[pair] = min((target, base), between.get(pair, (SIZE, SIZE)))
    condensed = nx.DiGraph(list(between))
    assert {(component_of[base], component_of[target]) for base, target in steps} == set(
        nx.transitive_reduction(condensed).edges
    )
    assert all((target, base) == between[component_of[base], component_of[target]] for base, target in steps)
    assert len(steps) == len(set(steps))


def test_a_shortcut_is_no_step_of_the_reduction():
    """A chain of three with a shortcut; a cycle of two with an entrance and an exit."""
    everything = (1 << SIZE) - 1
    assert sorted(reduced({(0, 1), (1, 2), (0, 2)}, everything)[0]) == [(0, 1), (1, 2)]
    assert sorted(reduced({(0, 1), (1, 2), (2, 1), (2, 3), (1, 3), (0, 3)}, everything)[0]) == [(0, 1), (1, 3)]
    assert sorted(reduced({(0, 1), (1, 2), (0, 2)}, 0b100)[0]) == [(0, 2), (1, 2)]
