"""The reachability of a graph, and the routes lost without a vertex, against networkx."""

import networkx as nx
import pytest
from hypothesis import given, settings

from service.rules.findings.reachability import EdgeBudget, Reachability, WorkLimitExceeded
from service.rules.pathfinding.bitset import bitset_of, indices
from tests.properties import share
from tests.unit.oracles.findings import graphs, pairs


@given(graphs())
def test_reach_is_that_of_networkx(graph):
    """What each reaches, what leads to it, and what is lost without each vertex."""
    reach = Reachability([bitset_of(graph[n]) for n in range(len(graph))])
    for n in graph:
        onto = {b for b in graph if any(b == s or nx.has_path(graph, s, b) for s in graph[n])}
        assert {b for b in graph if reach.descendants[n] >> b & 1} == onto
        assert {a for a in graph if reach.ancestors[a] >> n & 1} == onto
        without = graph.copy()
        without.remove_node(n)
        lost = {pair for pair in pairs(graph) if n not in pair} - pairs(without)
        assert reach.routes_lost(n, EdgeBudget()) == len(lost)


@settings(max_examples=share(2, 10))
@given(graphs())
def test_the_heads_of_a_vertex_are_the_successors_that_no_other_successor_reaches(graph):
    """A head may still reach itself through a cycle; then it is no head either."""
    reach = Reachability([bitset_of(graph[n]) for n in range(len(graph))])
    for n in graph:
        onto = {successor: {b for a, b in pairs(graph) if a == successor} for successor in graph[n]}
        cyclic = {s for s in graph[n] if any(s == nearest or nx.has_path(graph, nearest, s) for nearest in graph[s])}
        heads = {s for s in graph[n] if s not in cyclic and not any(s in onto[other] for other in graph[n])}
        assert set(indices(reach.heads[n])) == heads


@settings(max_examples=share(2, 10))
@given(graphs())
def test_a_component_comes_after_all_that_it_leads_to(graph):
    """The components are those of networkx; each vertex knows the position of its own."""
    reach = Reachability([bitset_of(graph[n]) for n in range(len(graph))])
    assert {frozenset(indices(part)) for part in reach.components} == set(
        map(frozenset, nx.strongly_connected_components(graph))
    )
    assert all(reach.components[reach.component_of[n]] >> n & 1 for n in graph)
    assert all(reach.component_of[a] >= reach.component_of[b] for a, b in graph.edges)


def test_a_work_budget_is_used_up_exactly():
    """The last of the work may be spent; one more raises."""
    work = EdgeBudget(5)
    work.spend(3)
    work.spend(2)
    assert work.left == 0
    with pytest.raises(WorkLimitExceeded):
        work.spend(1)


def test_routes_lost_stop_at_the_work_limit():
    """A line of three vertices loses one pair without its middle, which costs more than one unit of work."""
    line = Reachability([0b010, 0b100, 0])
    assert line.routes_lost(1, EdgeBudget(100)) == 1
    with pytest.raises(WorkLimitExceeded):
        line.routes_lost(1, EdgeBudget(1))
