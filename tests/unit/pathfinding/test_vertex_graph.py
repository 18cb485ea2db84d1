"""The graph of vertices: bit sets by property, and the preferred paths to a goal."""

from service.rules.pathfinding.bitset import bitset_of
from service.rules.pathfinding.vertex_graph import VertexGraph


def test_each_property_is_a_bit_set_of_vertices():
    """A vertex without a property is in none of its sets."""
    graph = VertexGraph(3)
    graph.add_vertex(0, "FE01-00010101", imageless=False, listed=True, undeclared=False)
    graph.add_vertex(1, "FE01-00010101", imageless=True, listed=False, undeclared=False)
    graph.add_vertex(2, "FE01-00020101", imageless=False, listed=False, undeclared=True)
    assert (graph.all, graph.imageless, graph.listed, graph.undeclared) == (0b111, 0b010, 0b001, 0b100)
    assert graph.peers == {"FE01-00010101": 0b011, "FE01-00020101": 0b100}


def test_paths_to_a_goal_with_and_without_known_ancestors():
    """The ancestors include the goal, and the result is the same."""
    graph = VertexGraph(4)
    graph.after = [bitset_of({1}), bitset_of({2}), 0, 0]
    graph.before = [0, bitset_of({0}), bitset_of({1}), 0]
    paths = graph.find_shortest_paths_to(2, -1)
    assert paths.ancestors == bitset_of({0, 1, 2})
    assert paths.path(0) == [0, 1, 2]
    assert graph.find_shortest_paths_to(2, -1, paths.ancestors) == paths
