"""The derived row that represents a step between two vertices."""

from itertools import permutations

import pytest

from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot, Step

BASES, TARGETS = ("000001", "000002", "000003"), ("000004", "000005", "000006")


def network(*steps):
    """A network of two vertices with three entries each, and steps from the first to the second."""
    entries = [EntryInForce(number, "FE01-00010101", "1", "A") for number in BASES]
    entries += [EntryInForce(number, "FE01-00010101", "2", "B") for number in TARGETS]
    return Network(Snapshot({one.number: one for one in entries}, list(steps)))


def row_of_step(steps, *asked):
    """The row that represents the step from the first vertex to the second."""
    return network(*steps).for_question(*asked).step_between(0, 1)


SHOWN = Step("000001", "000004", "shown", by_twin=True)
DECLARED = Step("000003", "000006", "declared")
LATER_TARGET = Step("000002", "000006", "later target")
BY_TWIN = Step("000002", "000005", "by twin", by_twin=True)
EARLIER = Step("000001", "000006", "earlier base", by_twin=True)


@pytest.mark.parametrize("steps", list(permutations([SHOWN, DECLARED, EARLIER])))
def test_the_row_of_the_shown_pair_represents_the_step(steps):
    """Even if it is a row by twin; the entries of the question become the shown pair."""
    assert row_of_step(steps) == SHOWN
    assert row_of_step(steps, "000003", "000006") == DECLARED
    assert row_of_step(steps, "000006") == EARLIER


@pytest.mark.parametrize("steps", list(permutations([BY_TWIN, EARLIER, DECLARED, LATER_TARGET])))
def test_a_declared_row_comes_before_a_row_by_twin(steps):
    """Of two declared rows, that of the lower base represents the step."""
    assert row_of_step(steps) == LATER_TARGET
    assert row_of_step([step for step in steps if step != LATER_TARGET]) == DECLARED


@pytest.mark.parametrize(
    "steps", list(permutations([BY_TWIN, EARLIER, Step("000002", "000006", "higher", by_twin=True)]))
)
def test_the_lowest_pair_represents_a_step_by_twin(steps):
    """By the number of the base, then that of the target, whatever the order of the rows."""
    assert row_of_step(steps) == EARLIER
    assert row_of_step([step for step in steps if step != EARLIER]) == BY_TWIN


def test_a_row_between_other_vertices_does_not_count():
    """A row in the opposite direction belongs to another step."""
    with pytest.raises(ValueError, match="empty"):
        row_of_step([Step("000004", "000001", "back")])
