"""Costs and preferred paths of a small graph, by hand."""

from service.rules.pathfinding.bitset import bitset_of, transpose
from service.rules.pathfinding.shortest_path import ShortestPathsTo, costs_from, costs_to

# 0 → 1 → 3 and 0 → 2 → 3, 3 → 4; vertex 2 has no image, vertex 5 is alone.
AFTER = [bitset_of({1, 2}), bitset_of({3}), bitset_of({3}), bitset_of({4}), 0, 0]
BEFORE = transpose(AFTER)
ALL = (1 << 6) - 1
IMAGELESS = bitset_of({2})


def paths_to(goal, enterable=ALL):
    """The preferred paths to a goal."""
    costs = costs_to(BEFORE, IMAGELESS, goal, enterable)
    return ShortestPathsTo(goal, AFTER, IMAGELESS, enterable, costs, sum(costs.values()))


def test_costs_count_steps_without_image_before_all_steps():
    """From the far end and from the start; the target of a step determines the cost."""
    assert costs_to(BEFORE, IMAGELESS, 4, ALL) == {
        (0, 0): bitset_of({4}),
        (0, 1): bitset_of({3}),
        (0, 2): bitset_of({1, 2}),
        (0, 3): bitset_of({0}),
    }
    assert costs_from(AFTER, IMAGELESS, 0, ALL) == {
        (0, 0): bitset_of({0}),
        (0, 1): bitset_of({1}),
        (0, 2): bitset_of({3}),
        (0, 3): bitset_of({4}),
        (1, 1): bitset_of({2}),
    }


def test_the_search_stops_once_every_known_ancestor_has_a_cost():
    """The result is the same with and without the known ancestors."""
    assert costs_to(BEFORE, IMAGELESS, 4, ALL, bitset_of(range(5))) == costs_to(BEFORE, IMAGELESS, 4, ALL)


def test_the_preferred_path_avoids_a_vertex_without_image():
    """Unless no other path exists; there is none from a vertex that cannot reach the goal."""
    assert paths_to(4).path(0) == [0, 1, 3, 4]
    assert paths_to(4).cost(0) == (0, 3)
    assert paths_to(4, ALL & ~bitset_of({1})).path(0) == [0, 2, 3, 4]
    assert paths_to(4, ALL & ~bitset_of({1})).cost(0) == (1, 3)
    assert (paths_to(4).path(5), paths_to(4).cost(5)) == (None, None)


def test_the_start_need_not_be_enterable():
    """The meter already runs the start; the goal must be enterable."""
    assert paths_to(4, ALL & ~1).path(0) == [0, 1, 3, 4]
    assert paths_to(4, ALL & ~bitset_of({4})).path(0) is None


def test_the_lowest_vertex_is_preferred_among_equal_costs():
    """Successors of equal cost differ in their index only."""
    after = [bitset_of({1, 2}), bitset_of({3}), bitset_of({3}), 0]
    costs = costs_to(transpose(after), 0, 3, 15)
    assert ShortestPathsTo(3, after, 0, 15, costs, 15).path(0) == [0, 1, 3]
    assert ShortestPathsTo(3, after, 0, 15, costs, 15).next_on_shortest_path((0, 2)) == bitset_of({1, 2})
