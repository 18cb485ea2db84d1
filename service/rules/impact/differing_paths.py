"""Finds the preferred paths that a change alters among the same entries at one instant: by the steps that it alters, or
by a search from one entry before and after the change.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from service.domain.work import check_work
from service.rules.impact import step_changes
from service.rules.impact.impact_snapshot import ABSENT, ImpactSnapshot
from service.rules.impact.preferred_paths import PathTree, path_to, preferred_path_tree
from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.shortest_path import NO_VERTEX

FindPath = Callable[[int, int], Sequence[int] | None]
"""A function that returns the preferred path from one vertex to another with both ends, or None without a path."""


class DifferingPaths(NamedTuple):
    """The targets to which the preferred path from one base differs, as a bit set, and how to find these paths."""

    targets: int
    before: FindPath
    after: FindPath


NO_DIFFERENCE = DifferingPaths(0, lambda *_: None, lambda *_: None)


class ChangedPaths:
    """The preferred paths that a change of steps alters, between two snapshots with the same vertices.

    `targets` has, for the place of each base, the bit set of the targets to which its preferred path differs.
    """

    def __init__(self, before: ImpactSnapshot, after: ImpactSnapshot) -> None:
        starts_by_goal: dict[int, int] = defaultdict(int)
        for snapshot, steps in zip((before, after), step_changes.changed_steps(before, after), strict=True):
            for goal, starts in step_changes.affected_starts(snapshot, steps):
                starts_by_goal[goal] |= starts
        self.targets: dict[int, int] = defaultdict(int)
        self.before, self.after = _PathsTo(before), _PathsTo(after)
        for goal, starts in starts_by_goal.items():
            check_work()
            for place in indices(before.entries_of(starts)):
                self.targets[place] |= before.members[goal]
            self.before.add(goal, starts)
            self.after.add(goal, starts)


class _PathsTo:
    """The preferred paths of one snapshot from some starts to some goals."""

    def __init__(self, snapshot: ImpactSnapshot) -> None:
        self._snapshot = snapshot
        self._next_vertices: dict[int, array[int]] = {}

    def add(self, goal: int, starts: int) -> None:
        """Adds the preferred paths from `starts`, a bit set of vertices, to one goal."""
        self._next_vertices[goal] = self._snapshot.shortest_paths_to(goal).next_vertices(starts)

    def path(self, start: int, goal: int) -> list[int] | None:
        """Returns the preferred path with both ends, or None without a path."""
        next_vertices = self._next_vertices[goal]
        if next_vertices[start] == NO_VERTEX:
            return None
        path, vertex = [start], start
        while vertex != goal:
            vertex = next_vertices[vertex]
            path.append(vertex)
        return path


class PathsFrom:
    """The preferred paths from the entry at one place to all entries that it reaches in one snapshot."""

    def __init__(self, snapshot: ImpactSnapshot, place: int) -> None:
        self._snapshot = snapshot
        self.start = snapshot.vertex[place]
        self.paths: PathTree = {} if self.start == ABSENT else preferred_path_tree(snapshot, self.start)
        self.targets = 0 if self.start == ABSENT else snapshot.entries_of(bitset_of(self.paths) | 1 << self.start)

    def path(self, start: int, goal: int) -> tuple[int, ...] | None:
        """Returns the preferred path with both ends, or None without a path. `start` must be the start of the tree."""
        return (start, *path_to(self.paths, goal)) if goal in self.paths else None

    def last(self, target: int) -> int:
        """Returns the base of the last step of the preferred path to a reached target. Returns AT_TWIN if start and
        target carry the same image.
        """
        vertex = self._snapshot.vertex[target]
        return AT_TWIN if vertex == self.start else self.paths[vertex]


AT_TWIN = -2
"""Stands for the base of the last step if the target is a twin of the start (same image), so that no step is needed."""


def differently_reached(old: PathsFrom, new: PathsFrom, both: int) -> int:
    """Returns, as a bit set, the targets in `both` (reached before and after) to which the preferred path differs."""
    same = {ABSENT, AT_TWIN}
    for vertex, base in new.paths.items():
        if old.paths.get(vertex) == base and base in same:
            same.add(vertex)
    last_bases = ((target, old.last(target), new.last(target)) for target in indices(both))
    return bitset_of(
        target for target, old_base, new_base in last_bases if old_base != new_base or old_base not in same
    )
