"""The later instants at which facts about an upgrade graph change, by hand; test_holds_until covers their use."""

import pytest

from service.rules.pathfinding.later_changes import Dependence, LaterChange
from tests.worlds import DATES, NOW, acceptance, declaration, revision, terrain, world

FIRST, SECOND, THIRD, FOURTH = DATES


def changes(*facts, at=FIRST):
    """The changes after an instant: each with the entries of the vertices that it touches, and the entering ones."""
    graph = terrain(world(*facts))
    network = graph.network(at)
    return {
        change.at: (
            {number for number, index in network.index_of.items() if change.touched >> index & 1},
            {number for number, index in network.index_of.items() if change.opened >> index & 1},
            change.entering,
        )
        for change in graph.later_changes(at)
    }


def test_each_kind_of_fact_touches_its_entry():
    """A step counts for its target; a new entry also touches the vertex whose image it carries."""
    facts = [revision(1), revision(2), revision(3, fw=1, image=1, since=SECOND), declaration(2, 1, since=THIRD)]
    assert changes(*facts) == {
        SECOND: ({"000001"}, set(), {"000003"}),
        THIRD: ({"000002"}, set(), set()),
    }
    assert changes(*facts, at=THIRD) == {}
    assert changes(revision(1), declaration(1, since=THIRD)) == {THIRD: ({"000001"}, set(), set())}
    assert changes(revision(1), revision(2, "B"), declaration(2, 1, since=FOURTH)) == {
        FOURTH: ({"000002"}, set(), set())
    }


def test_a_fact_that_continues_changes_nothing():
    """Neither do attributes that decide no outcome and no route."""
    renewed = [revision(1, until=SECOND, cpa_number="[E] X1"), revision(1, since=SECOND, cpa_number="[E] X2")]
    said = [declaration(2, 1, until=THIRD), declaration(2, 1, since=THIRD)]
    assert changes(*renewed, revision(2), *said) == {}


def test_a_new_entry_with_an_accepted_base_opens_the_undeclared_entries_of_its_device_model():
    """Not the declared ones, and not those of other device models."""
    facts = [revision(1, "B"), revision(2), revision(3), revision(4, "B"), declaration(3), revision(5, since=SECOND)]
    known = changes(*facts, declaration(5, 1), acceptance(1, 5))
    assert known == {SECOND: (set(), {"000002"}, {"000005"})}


@pytest.mark.parametrize(
    ("dependence", "affected"),
    [
        (Dependence(0b01), True),
        (Dependence(0b10), False),
        (Dependence(0b10, possible=True), True),
        (Dependence(0, frozenset({"000005"})), True),
        (Dependence(0, frozenset({"000006"})), False),
    ],
)
def test_an_answer_is_affected_by_what_it_depends_on(dependence, affected):
    """Opened vertices count only where missing declarations do."""
    assert dependence.affected_by(LaterChange(NOW, 0b01, 0b10, {"000005"})) is affected
