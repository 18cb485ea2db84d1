"""The missing step that adds most routes, against trying every step that could be declared."""

from itertools import permutations

import networkx as nx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.rules.findings.reachability import EdgeBudget, Reachability, WorkLimitExceeded
from service.rules.findings.suggested_steps import best_steps
from service.rules.pathfinding.bitset import bitset_of
from tests.properties import share
from tests.reached import reached, reaching
from tests.unit.oracles.findings import graphs, pairs

APART = nx.DiGraph([(0, 1), (2, 3)])
CROSSED = nx.DiGraph([(0, 1), (2, 3), (0, 3)])


@st.composite
def questions(draw):
    """A graph, the vertices of one device model, those that may get another base, and all in the order of listing."""
    graph = draw(graphs())
    places = sorted(graph)
    some = st.sets(st.sampled_from(places))
    own = draw(st.one_of(st.just(set(places)), some))
    askable = draw(st.one_of(st.just(set(places)), some))
    return graph, own, askable, draw(st.permutations(places))


def steps_by_trial(graph, own, askable, order):
    """The number of pairs that gain a route, for every step that could be declared."""
    routes = pairs(graph)
    for base, target in permutations(own, 2):
        later = order.index(base) < order.index(target)
        if target in askable and later and not nx.has_path(graph, target, base):
            more = graph.copy()
            more.add_edge(base, target)
            yield (base, target), len(pairs(more) - routes)


@reaching("a step", "no step", "several steps")
@settings(max_examples=share(3, 8))
@given(questions())
@example((APART, {0, 1, 2, 3}, {0, 1, 2, 3}, [0, 1, 2, 3]))
@example((CROSSED, {0, 1, 2, 3}, {0, 1, 2, 3}, [0, 1, 2, 3]))
@example((nx.DiGraph([(0, 1), (2, 3), (4, 5)]), set(range(6)), set(range(6)), [0, 1, 2, 4, 3, 5]))
@example((nx.DiGraph([(0, 1)]), {0, 1}, {0, 1}, [0, 1]))
def test_the_best_steps_are_those_found_by_trying_all(question):
    """The largest gain, and every step that has it; no step at all if none adds two routes."""
    graph, own, askable, order = question
    gains = dict(steps_by_trial(graph, own, askable, order))
    most = max([gain for gain in gains.values() if gain > 1], default=0)
    due = {step for step, gain in gains.items() if gain == most} if most else set()
    reached("a step" if due else "no step")
    reached("several steps", len(due) > 1)
    reach = Reachability([bitset_of(graph[n]) for n in range(len(graph))])
    earlier = [bitset_of(order[: order.index(n)]) for n in range(len(graph))]
    found, steps = best_steps(reach, bitset_of(own), bitset_of(askable), earlier, EdgeBudget())
    assert (found, sorted(steps)) == (most, sorted(due))


def test_the_search_stops_at_its_work_limit():
    """Two lines of two vertices: without work left the search raises."""
    reach = Reachability([0b0010, 0, 0b1000, 0])
    earlier = [0, 0b0001, 0b0011, 0b0111]
    assert best_steps(reach, 0b1111, 0b1111, earlier, EdgeBudget(100)) == (4, [(1, 2)])
    with pytest.raises(WorkLimitExceeded):
        best_steps(reach, 0b1111, 0b1111, earlier, EdgeBudget(1))
