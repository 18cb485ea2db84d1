"""The places of boxes in a layered drawing: layers, distances, crossings, and the points that edges pass."""

import random
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.drawing.layered_layout import layered_layout, longest_path_layers


@st.composite
def graphs(draw):
    """Heights of boxes, and edges that lead from lower to higher numbers."""
    heights = draw(st.lists(st.sampled_from([1.0, 2.0, 3.0]), max_size=12))
    pairs = list(combinations(range(len(heights)), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=20)) if pairs else []
    order = draw(st.permutations(range(len(heights))))
    return heights, [(order[base], order[target]) for base, target in edges]


def longest_path(box, edges):
    """The edges of the longest path to a box: the slow way."""
    return max((1 + longest_path(base, edges) for base, target in edges if target == box), default=0)


@given(graphs())
def test_each_box_stands_after_the_longest_path_to_it(graph):
    """So every edge leads to a later layer."""
    heights, edges = graph
    assert longest_path_layers(len(heights), edges) == [longest_path(box, edges) for box in range(len(heights))]


@given(graphs())
def test_no_two_boxes_overlap_and_none_is_above_the_first_row(graph):
    """Half a row is free between two boxes of one layer, and edges pass beside the boxes."""
    heights, edges = graph
    layout = layered_layout(heights, edges)
    taken = {layer: [] for layer in layout.layers}
    for box, layer in enumerate(layout.layers):
        taken[layer].append((layout.rows[box], layout.rows[box] + heights[box]))
    for (base, _), rows in layout.passages.items():
        for layer, row in enumerate(rows, layout.layers[base] + 1):
            taken[layer].append((row, row))
    for intervals in taken.values():
        intervals.sort()
        assert all(after[0] - before[1] >= 0.49 for before, after in pairwise(intervals))
    assert min(layout.rows, default=0) >= 0


@given(graphs())
def test_an_edge_passes_each_layer_between_its_ends(graph):
    """Once."""
    heights, edges = graph
    layout = layered_layout(heights, edges)
    assert {edge: len(rows) for edge, rows in layout.passages.items()} == {
        (base, target): layout.layers[target] - layout.layers[base] - 1 for base, target in edges
    }


@given(graphs())
def test_the_same_graph_gets_the_same_layout(graph):
    """A picture that changed at each look would mislead."""
    assert layered_layout(*graph) == layered_layout(*graph)


def crossings_in_order_of_numbers(edges, order):
    """The crossings of edges between two layers whose boxes stand in the order of their numbers: the baseline."""
    placed = [(order.index(base), order.index(target)) for base, target in edges]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(placed, 2))


def test_edges_that_need_not_cross_do_not():
    """Twenty separate edges whose targets are mixed, and a tree."""
    mixed = random.Random(1).sample(range(20, 40), 20)
    assert layered_layout([1.0] * 40, list(enumerate(mixed))).crossings == 0
    assert crossings_in_order_of_numbers(list(enumerate(mixed)), list(range(40))) > 50
    tree = [(parent, child) for parent in range(15) for child in (2 * parent + 1, 2 * parent + 2)]
    names = random.Random(2).sample(range(31), 31)
    assert layered_layout([1.0] * 31, [(names[base], names[target]) for base, target in tree]).crossings == 0


def test_the_order_has_at_most_half_of_the_crossings_of_the_numbers():
    """In all, over a hundred random graphs of two layers with 12 boxes each."""
    draw, fewer, baseline = random.Random(3), 0, 0
    for _ in range(100):
        edges = sorted({(draw.randrange(12), draw.randrange(12, 24)) for _ in range(18)})
        bases = {base for base, _ in edges}
        edges += [(base, 24) for base in range(12) if base not in bases]
        fewer += layered_layout([1.0] * 25, edges).crossings
        baseline += crossings_in_order_of_numbers(edges, list(range(25)))
    assert 0 < fewer < baseline / 2


def test_a_chain_is_straight():
    """Boxes of equal height, one in each layer, stand in one row."""
    layout = layered_layout([1.0] * 5, [(0, 1), (1, 2), (2, 3), (3, 4)])
    assert (layout.layers, layout.rows, layout.layer_count) == ([0, 1, 2, 3, 4], [0.0] * 5, 5)


def test_a_cycle_is_refused_and_nothing_is_drawn_of_nothing():
    """The caller condenses cycles first."""
    with pytest.raises(ValueError, match="cycle"):
        layered_layout([1.0, 1.0], [(0, 1), (1, 0)])
    assert layered_layout([], []).layer_count == 0


def test_unseen_edges_lead_to_later_layers_without_a_passage():
    """They need no room between the boxes."""
    layout = layered_layout([1.0] * 3, [(0, 1)], [(1, 2), (0, 2)])
    assert (layout.layers, layout.passages) == ([0, 1, 2], {(0, 1): []})
    with pytest.raises(ValueError, match="cycle"):
        layered_layout([1.0] * 2, [(0, 1)], [(1, 0)])
