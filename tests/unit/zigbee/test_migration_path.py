"""The migration paths to the nearest clear vertex, by hand and against the oracle that walks every path."""

import pytest
from hypothesis import example, given, settings

from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.network import Network
from service.rules.zigbee.migration_path import find_migration_paths, step_cost
from tests.properties import share
from tests.reached import reached, reaching
from tests.unit.exposures import HAS, NOT, only, seen_of
from tests.unit.oracles.exposure import Exposures
from tests.unit.zigbee.test_stack_exposure import ACME, TOLD, WAY_OFF, seekings
from tests.worlds import NOW, declaration, near, revision, world


def test_avoiding_exposed_stops_leaves_at_once():
    """Two steps over an entry that has it too, or three over others: asked to avoid, the longer way is preferred."""
    facts = [revision(n) for n in range(1, 6)]
    facts += [declaration(1), declaration(2, 1), declaration(3, 1), declaration(4, 3), declaration(5, 2, 4)]
    said = {1: HAS, 2: HAS, 5: NOT}
    plain, avoiding = only(seen_of(facts, said), 1), only(seen_of(facts, said, avoid=True), 1)
    assert (plain.way, plain.exposed_stops) == (["000001", "000002", "000005"], 1)
    assert (avoiding.way, avoiding.exposed_stops) == (["000001", "000003", "000004", "000005"], 0)


def test_a_step_that_cannot_be_sent_is_the_last_resort():
    """Without an image hash nothing gets a meter there, however near it is."""
    facts = [revision(1), revision(2, image=""), revision(3), revision(4), declaration(1), declaration(2, 1)]
    facts += [declaration(3, 1), declaration(4, 3)]
    found = only(seen_of(facts, {1: HAS, 2: NOT, 4: NOT}), 1)
    assert (found.nearest, found.steps, found.cannot_be_sent) == (["000004"], 2, 0)


def test_a_step_to_a_dead_end_is_no_step_of_a_path():
    """An entry with two targets, of which one leads to no clear entry."""
    facts = [revision(1), revision(2), revision(3), declaration(1), declaration(2, 1), declaration(3, 1)]
    found = only(seen_of(facts, {1: HAS, 2: HAS, 3: NOT}), 1)
    assert (found.way, found.nearest, found.steps) == (["000001", "000003"], ["000003"], 1)


ZENITH = {"stack_vendor": "ZENITH"}
TWO = world(*map(revision, (1, 2, 3)), declaration(2, 1), declaration(3, 1))


@reaching("a path", "no path", "two nearest")
@settings(max_examples=share(5, 5))
@given(seekings(most=7))
@example((WAY_OFF, NOW, TOLD, ACME, False))
@example((TWO, NOW, {"000002": ZENITH, "000003": ZENITH}, ACME, True))
def test_the_paths_from_every_vertex_are_those_of_the_oracle(seeking):
    """The cost, the preferred path and all nearest clear entries, from each vertex, whatever its own state."""
    known, at, said, sought, avoid = seeking
    due = Exposures(known, at, said, sought, avoid=avoid)
    network = Network(near(known, at))
    exposed, clear = (
        bitset_of(place for place, number in enumerate(network.shown) if number in due.entries(state))
        for state in ("exposed", "clear")
    )
    paths = find_migration_paths(network, exposed, clear, network.enterable(False), avoid)
    for place, number in enumerate(network.shown):
        best = due.best(number)
        reached("a path" if best else "no path")
        if best is None:
            assert place not in paths.costs
            assert place not in paths.nearest
            continue
        cost, nearest, path = best
        reached("two nearest", len(nearest) > 1)
        assert paths.costs[place] == cost
        assert [network.shown[vertex] for vertex in paths.path(place)] == path
        assert sorted(network.shown[vertex] for vertex in indices(paths.nearest[place])) == nearest


@pytest.mark.parametrize(
    ("exposed", "avoid", "vertex", "cost"),
    [(0b01, True, 0, (0, 1, 1)), (0b01, False, 0, (0, 0, 1)), (0b01, True, 1, (1, 0, 1)), (0b11, True, 1, (1, 1, 1))],
)
def test_the_cost_of_a_step(exposed, avoid, vertex, cost):
    """One step; one that cannot be performed without an image; one exposed stop only if these are to be avoided."""
    network = Network(near(world(revision(1), revision(2, image=""))))
    assert step_cost(network, exposed, avoid, vertex) == cost


def test_the_start_need_not_be_enterable_but_the_goal_must():
    """A device may run a removed entry already, but no step leads to one."""
    facts = [revision(1, status="Removed"), revision(2), revision(3, status="Removed"), declaration(2, 1)]
    network = Network(near(world(*facts, declaration(3, 1), declaration(1))))
    paths = find_migration_paths(network, 0b001, 0b110, network.enterable(False), False)
    assert paths.costs == {0: (0, 0, 1), 1: (0, 0, 0)}
    assert (paths.path(0), paths.path(1), paths.nearest) == ([0, 1], [1], {1: 0b010, 0: 0b010})
