"""Cycles, islands, dead ends, entries relied on and the step to ask about, by networkx and by trying everything."""

from itertools import permutations

import networkx as nx
from hypothesis import example, given

from service.rules.findings import paths
from tests.reached import reached, reaching
from tests.unit.findings_inputs import seen
from tests.unit.oracles.findings import LINE, RouteOracle, pairs
from tests.worlds import NOW, declaration, revision, situations, world

ROUND = world(*LINE.revisions, declaration(1, 3), declaration(2, 1), declaration(3, 2))
APART = world(*map(revision, (1, 2, 3, 4)), declaration(2, 1), declaration(4, 3))


@reaching("a cycle")
@given(situations(most=9))
@example((ROUND, NOW))
def test_cycles_are_strong_components(drawn):
    """Of all declared steps, removed entries and all; the way around is one of steps."""
    there = RouteOracle(*drawn)
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
    there = RouteOracle(*drawn)
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
    there = RouteOracle(*drawn)
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
    there = RouteOracle(*drawn)
    expected = {}
    for vertex in there.graph:
        without = there.graph.copy()
        without.remove_node(vertex)
        if lost := len({pair for pair in pairs(there.graph) if vertex not in pair} - pairs(without)):
            expected[frozenset(vertex)] = lost
    reached("relied on", len(expected))
    assert {frozenset(f.entries): f.evidence.routes for f in paths.relied_on(seen(*drawn))} == expected


@reaching("a missing step")
@given(situations(most=8))
@example((APART, NOW))
def test_the_step_to_ask_about_is_found_by_trying_all(drawn):
    """Each step that may be asked about, drawn and counted."""
    there = RouteOracle(*drawn)
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
