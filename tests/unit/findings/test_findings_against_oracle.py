"""Cycles, islands, dead ends, entries relied on and the step to ask about, by networkx and by trying everything."""

from itertools import permutations

import networkx as nx
from hypothesis import event, example, given
from hypothesis import strategies as st

from service.rules.findings import paths, suspected_mistakes
from service.rules.findings.reachability import Reachability, WorkBudget
from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.connected_components import strongly_connected_components
from tests.reached import reached, reaching
from tests.unit.oracles.pathway import Oracle
from tests.unit.overviews import seen
from tests.worlds import NOW, declaration, revision, situations, world

LINE = world(*map(revision, (1, 2, 3)), declaration(1), declaration(2, 1), declaration(3, 2))
ROUND = world(*LINE.revisions, declaration(1, 3), declaration(2, 1), declaration(3, 2))
APART = world(*map(revision, (1, 2, 3, 4)), declaration(2, 1), declaration(4, 3))
UP_TO_4 = [*map(revision, range(1, 6)), *(declaration(n, n - 1) for n in (2, 3, 4))]
ROUTES_ON, LEFT_BEHIND = world(*UP_TO_4, declaration(5, 4, 1)), world(*UP_TO_4, declaration(5, 1))


def pairs(graph):
    """Every ordered pair with a route."""
    return {(a, b) for a in graph for b in nx.descendants(graph, a) if a != b}


@st.composite
def graphs(draw):
    """Directed graphs on up to nine vertices, cycles and all."""
    size = draw(st.integers(2, 9))
    every = [(a, b) for a in range(size) for b in range(size) if a != b]
    graph = nx.DiGraph(draw(st.lists(st.sampled_from(every), max_size=20)))
    graph.add_nodes_from(range(size))
    return graph


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
        assert reach.routes_lost(n, WorkBudget()) == len(lost)


@given(graphs(), st.sets(st.integers(0, 8)))
def test_components_come_before_all_that_they_lead_to(graph, left_out):
    """Those of networkx, in an order in which a sum can be made; what is left out joins nothing."""
    sets = [[bitset_of(ways[n]) for n in range(len(graph))] for ways in (graph.succ, graph.pred)]
    within = graph.subgraph(set(graph) - left_out)
    parts = [set(indices(part)) for part in strongly_connected_components(*sets, bitset_of(within))]
    assert sorted(map(sorted, parts)) == sorted(map(sorted, nx.strongly_connected_components(within)))
    place = {n: nth for nth, part in enumerate(parts) for n in part}
    assert all(place[a] <= place[b] for a, b in within.edges)


class Seen:
    """A world by the oracle: vertices as sets of numbers."""

    def __init__(self, found, at):
        self.oracle = Oracle(found, at)
        self.all = Oracle(found, at, through_removed=True).graph
        self.graph = self.oracle.graph
        self.first = {e: min(r.valid_from for r in found.revisions if r.entry == e) for e in found.numbers}

    def age(self, vertex):
        """When it came onto the list."""
        return min(self.first[number] for number in vertex), min(vertex)

    def like(self, vertex):
        """All of its device model."""
        return [vertex, *self.oracle.others(vertex)]

    def askable(self, vertex):
        """Whether a base may be asked for."""
        kinds = {self.oracle.kind(number) for number in vertex}
        return self.oracle.listed(vertex) and ("none" not in kinds or "bases" in kinds)


@reaching("a cycle")
@given(situations(most=9))
@example((ROUND, NOW))
def test_cycles_are_strong_components(drawn):
    """Of all declared steps, removed entries and all; the way around is one of steps."""
    there = Seen(*drawn)
    got = list(paths.cycles(seen(*drawn)))
    parts = [part for part in nx.strongly_connected_components(there.all) if len(part) > 1]
    reached("a cycle", len(got))
    assert sorted(f.entries for f in got) == sorted(sorted(n for v in part for n in v) for part in parts)
    for finding in got:
        way = [there.oracle.vertex(number) for number in finding.evidence.steps]
        assert way[0] == way[-1] and nx.is_path(there.all, way)


@reaching("islands")
@given(situations(most=9))
@example((APART, NOW))
def test_islands_are_weak_components(drawn):
    """Cut to a device model, lone undeclared entries left out."""
    there = Seen(*drawn)
    expected = {}
    for part in nx.weakly_connected_components(there.all):
        for vertex in part:
            if len(part) > 1 or not there.oracle.undeclared(vertex):
                parts = expected.setdefault(there.oracle.like(vertex), {})
                parts.setdefault(frozenset(part), []).extend(vertex)
    wanted = sorted(sorted(map(sorted, parts.values())) for parts in expected.values() if len(parts) > 1)
    reached("islands", len(wanted))
    assert sorted(f.evidence.parts for f in paths.islands(seen(*drawn))) == wanted


@reaching("stranded")
@given(situations(most=9))
@example((APART, NOW))
def test_stranded_entries_reach_nothing_listed(drawn):
    """And a question for any listed entry of their device model is answered as they say."""
    there = Seen(*drawn)
    expected = {}
    for vertex in there.graph:
        later = [o for o in there.oracle.others(vertex) if there.oracle.listed(o) and there.age(o) > there.age(vertex)]
        later = [other for other in later if not nx.has_path(there.graph, other, vertex)]
        if later and not nx.descendants(there.graph, vertex):
            could = any(there.oracle.outcome(min(vertex), min(o)) == "unknown" for o in there.oracle.others(vertex))
            expected |= dict.fromkeys(vertex, ("unknown" if could else "none", len(later)))
    got = {s.entry: (s.outcome, s.cannot_reach) for f in paths.stranded(seen(*drawn)) for s in f.evidence.stranded}
    reached("stranded", len(expected))
    assert got == expected


@reaching("relied on")
@given(situations(most=9))
@example((LINE, NOW))
def test_entries_relied_on_are_found_by_taking_each_away(drawn):
    """With the number of pairs that lose their routes."""
    there = Seen(*drawn)
    expected = {}
    for vertex in there.graph:
        without = there.graph.copy()
        without.remove_node(vertex)
        if lost := len({pair for pair in pairs(there.graph) if vertex not in pair} - pairs(without)):
            expected[frozenset(vertex)] = lost
    reached("relied on", len(expected))
    assert {frozenset(f.entries): f.evidence.routes for f in paths.relied_on(seen(*drawn))} == expected


@reaching("other-bases-beyond", "all-else-beyond")
@given(situations(most=9))
@example((ROUTES_ON, NOW))
@example((LEFT_BEHIND, NOW))
def test_a_base_left_behind_has_all_else_beyond_it(drawn):
    """Each base of each listed entry, looked at by itself."""
    there = Seen(*drawn)
    onto = {vertex: {b for a, b in pairs(there.graph) if a == vertex} for vertex in there.graph}
    expected = set()
    for base, target in there.graph.edges:
        if target in there.like(base):
            others = set(there.graph.pred[target]) - {base}
            apart = not others & (set(there.graph.succ[base]) | onto[target])
            if others and others <= onto[base] and apart:
                expected.add((there.oracle.shown(base), there.oracle.shown(target), "other-bases-beyond"))
            elif _all_else_is_beyond(there, onto, base, target):
                expected.add((there.oracle.shown(base), there.oracle.shown(target), "all-else-beyond"))
    got = {(f.evidence.base, f.evidence.target, f.evidence.why) for f in suspected_mistakes.left_behind(seen(*drawn))}
    for _, _, why in expected:
        reached(why)
    assert got == expected
    event(f"{len(expected)} left behind")


def _all_else_is_beyond(there, onto, base, target):
    """Two listed ones or more lie beyond the base, and lead neither to the target nor to what that leads to."""
    own = {vertex for vertex in there.like(base) if there.oracle.listed(vertex)}
    else_ = {vertex for vertex in own - {base, target} - onto[target] if base not in onto[vertex]}
    free = all(target not in onto[vertex] and not onto[vertex] & onto[target] for vertex in else_)
    return len(else_) > 1 and else_ <= onto[base] and free


@reaching("a missing step")
@given(situations(most=8))
@example((APART, NOW))
def test_the_step_to_ask_about_is_found_by_trying_all(drawn):
    """Each step that may be asked about, drawn and counted."""
    there = Seen(*drawn)
    before, best = pairs(there.graph), {}
    for base, target in permutations(there.graph, 2):
        asked = there.askable(target) and there.age(base) < there.age(target)
        if target in there.like(base) and asked and not nx.has_path(there.graph, target, base):
            more = there.graph.copy()
            more.add_edge(base, target)
            gain = len(pairs(more) - before)
            key = (-gain, not there.oracle.undeclared(target), there.oracle.shown(base), there.oracle.shown(target))
            best.setdefault(there.oracle.like(base), []).append(key)
    expected = sorted((-min(keys)[0], *min(keys)[2:]) for keys in best.values() if min(keys)[0] < -1)
    got = sorted((f.evidence.routes, f.evidence.base, f.evidence.target) for f in paths.missing_steps(seen(*drawn)))
    reached("a missing step", len(expected))
    assert got == expected
    many = {key[2:]: sum(other[0] == key[0] for other in keys) for keys in best.values() for key in [min(keys)]}
    for finding in paths.missing_steps(seen(*drawn)):
        assert finding.evidence.as_many == many[finding.evidence.base, finding.evidence.target] - 1
