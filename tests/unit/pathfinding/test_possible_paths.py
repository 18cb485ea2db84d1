"""Paths that missing declarations could make possible, by hand; test_pathway_against_oracle enumerates them."""

import pytest

from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.possible_paths import could_reach, possible_targets_of, undeclared_on_possible_paths
from tests.worlds import acceptance, declaration, near, revision, six, world


def network(*facts):
    """The network of a world."""
    return Network(near(world(*facts)))


def members(graph, vertices):
    """The lowest entry number of each vertex in a bit set."""
    return {int(graph.shown[index]) for index in indices(vertices)}


def test_an_undeclared_entry_could_be_reached_from_every_entry_of_its_device_model():
    """Entry 3 is declared, so that only its declared base leads to it."""
    graph = network(revision(1), revision(2), revision(3), declaration(1), declaration(3, 2))
    first, second, third = (graph.index_of[six(number)] for number in (1, 2, 3))
    assert could_reach(graph, first, third, graph.all)
    assert not could_reach(graph, second, first, graph.all)
    assert members(graph, possible_targets_of(graph, first, graph.all)) == {1, 2, 3}
    assert members(graph, undeclared_on_possible_paths(graph, first, third, graph.all)) == {2}


def test_an_undeclared_entry_of_another_device_model_could_not_be_reached():
    """Only an accepted step leads into the other device model."""
    facts = [revision(1, "B"), declaration(1), revision(2), revision(3)]
    alone = network(*facts)
    assert members(alone, possible_targets_of(alone, alone.index_of[six(1)], alone.all)) == {1}
    joined = network(*facts, declaration(2, 1), acceptance(1, 2))
    start, goal = joined.index_of[six(1)], joined.index_of[six(3)]
    assert members(joined, possible_targets_of(joined, start, joined.all)) == {1, 2, 3}
    assert members(joined, undeclared_on_possible_paths(joined, start, goal, joined.all)) == {3}


@pytest.mark.parametrize("enterable", [True, False])
def test_an_undeclared_entry_counts_only_if_it_is_enterable(enterable):
    """A removed entry is no target, so its declaration could not make a route."""
    graph = network(revision(1), declaration(1), revision(2), revision(3), declaration(3, 2))
    start, goal = graph.index_of[six(1)], graph.index_of[six(3)]
    allowed = graph.all if enterable else graph.all & ~bitset_of([graph.index_of[six(2)]])
    assert could_reach(graph, start, goal, allowed) is enterable
