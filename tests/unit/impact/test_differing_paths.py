"""The preferred paths that a change alters, found by its steps and by searches from one entry, on one small graph."""

import pytest

from service.rules.impact.differing_paths import ChangedPaths, PathsFrom, differently_reached
from service.rules.impact.impact_snapshot import ImpactSnapshot
from service.rules.pathfinding.bitset import bitset_of, indices
from tests.worlds import NOW, declaration, revision, world

BASES = {2: [1], 3: [1], 4: [2, 3], 5: [4]}
"""Two ways lead from entry 1 to entry 4, and on to entry 5; the one through entry 2 is preferred."""


def snapshot_of(bases):
    """The snapshot of the entries 1 to 5 with these declared bases."""
    known = world(*map(revision, range(1, 6)), *(declaration(target, *found) for target, found in bases.items()))
    return ImpactSnapshot(known.facts, known.numbers, NOW)


@pytest.mark.parametrize(
    ("after", "altered"),
    [
        (BASES, {}),
        ({3: [1], 4: [2, 3], 5: [4]}, {0: {1, 3, 4}}),  # 1 → 2 is withdrawn: 2 is lost, 4 and 5 are reached through 3
        ({2: [1], 3: [1], 4: [2], 5: [4]}, {2: {3, 4}}),  # 3 → 4 is withdrawn, which the path from 1 does not use
        ({2: [1], 3: [1], 4: [1, 2, 3], 5: [4]}, {0: {3, 4}}),  # 1 → 4 is added
    ],
)
def test_both_searches_find_the_targets_to_which_the_path_differs(after, altered):
    """For each start, by the steps that change, and by the paths before and after: lost, gained or another one."""
    sides = snapshot_of(BASES), snapshot_of(after)
    changed = ChangedPaths(*sides)
    for start in range(5):
        due = bitset_of(altered.get(start, set()))
        assert changed.targets[start] == due
        old, new = (PathsFrom(side, start) for side in sides)
        assert old.targets ^ new.targets | differently_reached(old, new, old.targets & new.targets) == due
        for goal in indices(due):
            assert changed.before.path(start, goal) == sides[0].shortest_paths_to(goal).path(start)
            assert changed.after.path(start, goal) == sides[1].shortest_paths_to(goal).path(start)
