"""Further pathways, in the order of preference, against the enumeration of all."""

from hypothesis import given
from hypothesis import strategies as st

from service.rules.alternatives import ways
from tests.oracle import Oracle
from tests.unit.asking import setting
from tests.worlds import declaration, revision, situations, world


def all_ways(oracle: Oracle, base: str, target: str) -> list[list[str]]:
    """Every loop-free way by the contract's key, from networkx."""
    import networkx as nx

    start, goal = oracle.vertex(base), oracle.vertex(target)
    found = []
    for way in nx.all_simple_paths(oracle.graph, start, goal):
        flawed = sum(oracle.imageless(vertex) for vertex in way[1:])
        found.append((flawed, len(way), [oracle.shown(vertex, (base, target)) for vertex in way]))
    return [numbers for _, _, numbers in sorted(found)]


@given(situations(most=8), st.integers(1, 12), st.booleans())
def test_the_ways_are_the_first_of_all_ways(situation, most, through_removed):
    """Loop-free, each once, in the order of preference; fewer only where there are no more."""
    found, at = situation
    oracle = Oracle(found, at, through_removed=through_removed)
    for base in sorted(oracle.entries):
        for target in sorted(oracle.entries):
            if oracle.vertex(base) == oracle.vertex(target):
                continue
            here = setting(found, base, target, at=at, through_removed=through_removed)
            told = ways(here.network, here.start, here.goal, here.enterable, most)
            assert [here.numbers(way) for way in told] == all_ways(oracle, base, target)[:most]


def test_a_dense_device_model_is_answered_by_deviations_not_by_enumeration():
    """1,000 entries that each name the forty before them: more ways than could be counted, eleven are told."""
    rows = [revision(n) for n in range(1, 1001)]
    said = [declaration(n, *range(max(1, n - 40), n)) for n in range(2, 1001)]
    here = setting(world(*rows, *said), 1, 1000)
    told = ways(here.network, here.start, here.goal, here.enterable, 11)
    assert len(told) == len(set(told)) == 11
    assert {len(way) for way in told} == {26}
    assert [here.numbers(way) for way in told] == sorted(here.numbers(way) for way in told)
