"""The bases left behind, by networkx and by trying everything."""

from hypothesis import event, example, given

from service.rules.findings import suspected_mistakes
from tests.reached import reached, reaching
from tests.unit.findings_inputs import seen
from tests.unit.oracles.findings import RouteOracle, pairs
from tests.worlds import NOW, declaration, revision, situations, world

UP_TO_4 = [*map(revision, range(1, 6)), *(declaration(n, n - 1) for n in (2, 3, 4))]
ROUTES_ON, LEFT_BEHIND = world(*UP_TO_4, declaration(5, 4, 1)), world(*UP_TO_4, declaration(5, 1))


@reaching("other-bases-beyond", "all-else-beyond")
@given(situations(most=9))
@example((ROUTES_ON, NOW))
@example((LEFT_BEHIND, NOW))
def test_a_base_left_behind_has_all_else_beyond_it(drawn):
    """Each base of each listed entry, looked at by itself."""
    there = RouteOracle(*drawn)
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
