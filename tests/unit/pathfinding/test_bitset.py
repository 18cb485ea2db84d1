"""Sets of vertices as numbers, and what a network finds out with them, against networkx."""

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.pathfinding.bitset import bitset_of, indices, union_of
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot, Step

SIZE = 90


@given(st.lists(st.integers(0, 2**SIZE), min_size=SIZE, max_size=SIZE), st.sets(st.integers(0, SIZE - 1)))
def test_what_is_joined_is_in_one_of_the_sets_asked_for(sets, asked):
    """Few places or many, which are joined in another way: all that their sets have, and no more."""
    whole = set().union(*(indices(sets[place]) for place in asked))
    assert union_of(sets, bitset_of(asked)) == bitset_of(whole)


@st.composite
def neighbourhoods(draw):
    """Up to eight entries without twins, some removed, with any steps between them."""
    numbers = [f"{place:06d}" for place in range(1, draw(st.integers(1, 8)) + 1)]
    removed = draw(st.sets(st.sampled_from(numbers)))
    entries = {n: EntryInForce(n, "106C-00000001", n, "AA", "Removed" if n in removed else "Current") for n in numbers}
    pairs = [(base, target) for base in numbers for target in numbers if base != target]
    chosen = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    return Snapshot(entries, [Step(*pair) for pair in sorted(chosen)])


@pytest.mark.parametrize("through_removed", [False, True])
@given(neighbourhoods())
def test_all_that_lead_to_a_vertex_are_those_with_a_way_over_vertices_that_can_be_entered(through_removed, near):
    """In cycles too, and from a removed entry, which may be where the meter begins."""
    network = Network(near)
    ways = networkx.DiGraph()
    ways.add_nodes_from(range(len(network.vertices)))
    enterable = network.enterable(through_removed)
    ways.add_edges_from((network.of[s.base], network.of[s.target]) for s in near.steps
                        if enterable >> network.of[s.target] & 1)  # fmt: skip
    for goal, leading in enumerate(network.ancestors(through_removed)):
        assert set(indices(leading)) == networkx.ancestors(ways, goal) | {goal}
        assert leading == bitset_of(place for level in network.shortest_paths_to(goal, through_removed).left.values()
                               for place in indices(level))  # fmt: skip
