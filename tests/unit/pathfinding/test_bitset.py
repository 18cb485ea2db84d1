"""Bit sets of vertices, and the ancestors in a network, against networkx."""

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.pathfinding.bitset import bitset_of, indices, union_of
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot, Step

SIZE = 90


@given(st.lists(st.integers(0, 2**SIZE), min_size=SIZE, max_size=SIZE), st.sets(st.integers(0, SIZE - 1)))
def test_the_union_has_the_members_of_all_chosen_sets(sets, asked):
    """For few and for many chosen sets, which take different branches of the code."""
    whole = set().union(*(indices(sets[place]) for place in asked))
    assert union_of(sets, bitset_of(asked)) == bitset_of(whole)


@st.composite
def snapshots(draw):
    """Up to eight entries without twins, some removed, with any steps between them."""
    numbers = [f"{place:06d}" for place in range(1, draw(st.integers(1, 8)) + 1)]
    removed = draw(st.sets(st.sampled_from(numbers)))
    entries = {n: EntryInForce(n, "106C-00000001", n, "AA", "Removed" if n in removed else "Current") for n in numbers}
    pairs = [(base, target) for base in numbers for target in numbers if base != target]
    chosen = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    return Snapshot(entries, [Step(*pair) for pair in sorted(chosen)])


@pytest.mark.parametrize("through_removed", [False, True])
@given(snapshots())
def test_ancestors_are_the_vertices_with_a_path_over_enterable_vertices(through_removed, near):
    """In cycles too, and from a removed entry, which a meter may run."""
    network = Network(near)
    ways = networkx.DiGraph()
    ways.add_nodes_from(range(len(network.vertices)))
    enterable = network.enterable(through_removed)
    ways.add_edges_from((network.index_of[s.base], network.index_of[s.target]) for s in near.steps
                        if enterable >> network.index_of[s.target] & 1)  # fmt: skip
    for goal, leading in enumerate(network.ancestors(through_removed)):
        assert set(indices(leading)) == networkx.ancestors(ways, goal) | {goal}
        assert leading == bitset_of(place for level in network.shortest_paths_to(goal, through_removed).levels.values()
                               for place in indices(level))  # fmt: skip
