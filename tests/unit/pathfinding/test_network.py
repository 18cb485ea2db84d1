"""The row that speaks for a step between two vertices."""

from itertools import permutations

import pytest

from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot, Step

BASES, TARGETS = ("000001", "000002", "000003"), ("000004", "000005", "000006")


def network(*steps):
    """Two vertices of three entries each, with these steps from the first to the second."""
    entries = [EntryInForce(number, "FE01-00010101", "1", "A") for number in BASES]
    entries += [EntryInForce(number, "FE01-00010101", "2", "B") for number in TARGETS]
    return Network(Snapshot({one.number: one for one in entries}, list(steps)))


def spoken(steps, *asked):
    """The row that speaks for the step from the first vertex to the second."""
    return network(*steps).for_question(*asked).row(0, 1)


SHOWN = Step("000001", "000004", "shown", by_twin=True)
DECLARED = Step("000003", "000006", "declared")
LATER_TARGET = Step("000002", "000006", "later target")
BY_TWIN = Step("000002", "000005", "by twin", by_twin=True)
EARLIER = Step("000001", "000006", "earlier base", by_twin=True)


@pytest.mark.parametrize("steps", list(permutations([SHOWN, DECLARED, EARLIER])))
def test_the_row_of_the_pair_shown_speaks(steps):
    """Also where it is by a twin and the row of another pair is declared; another pair asked for is shown instead."""
    assert spoken(steps) == SHOWN
    assert spoken(steps, "000003", "000006") == DECLARED
    assert spoken(steps, "000006") == EARLIER


@pytest.mark.parametrize("steps", list(permutations([BY_TWIN, EARLIER, DECLARED, LATER_TARGET])))
def test_where_the_pair_shown_has_no_row_one_that_is_declared_speaks(steps):
    """Before any by a twin, though its base has a higher number; of two declared ones that of the lower base."""
    assert spoken(steps) == LATER_TARGET
    assert spoken([step for step in steps if step != LATER_TARGET]) == DECLARED


@pytest.mark.parametrize(
    "steps", list(permutations([BY_TWIN, EARLIER, Step("000002", "000006", "higher", by_twin=True)]))
)
def test_where_all_rows_are_by_a_twin_the_lowest_pair_speaks(steps):
    """By the number of the base, then by that of the target, whatever the order of the rows."""
    assert spoken(steps) == EARLIER
    assert spoken([step for step in steps if step != EARLIER]) == BY_TWIN


def test_no_row_of_other_vertices_speaks():
    """A row the other way round is of another step."""
    with pytest.raises(ValueError, match="empty"):
        spoken([Step("000004", "000001", "back")])
