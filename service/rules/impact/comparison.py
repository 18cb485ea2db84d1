"""Compares, before and after a change, the pathway answers (the route, or why there is none) for all pairs of entries
at one instant.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from service.domain.memo import cached_property
from service.rules.impact import step_changes
from service.rules.impact.differing_paths import (
    NO_DIFFERENCE,
    ChangedPaths,
    DifferingPaths,
    FindPath,
    PathsFrom,
    differently_reached,
)
from service.rules.impact.impact_snapshot import ABSENT, ImpactSnapshot
from service.rules.pathfinding.bitset import bitset_of, indices, reachable_from
from service.schemas.responses.impact import PairClass
from service.schemas.responses.pathways import Outcome

ShortAnswer = tuple[Outcome, tuple[str, ...]]
"""An answer without its details: the outcome, and the entry numbers of the pathway (empty if there is no pathway)."""


class PairDifference(NamedTuple):
    """A pair of base and target entry whose pathway answer a change alters: both answers, and the class of the change,
    such as lost or longer.
    """

    kind: PairClass
    base: str
    target: str
    before: ShortAnswer
    after: ShortAnswer


class SnapshotComparison:
    """Compares the pathway answers among the same entries at one instant, by the facts before a change and by the facts
    after it.

    `changed_entries` are the entries whose attributes or declarations differ. A place is the index of an entry in the
    sorted entry numbers; the bit sets are sets of places.
    """

    def __init__(self, before: ImpactSnapshot, after: ImpactSnapshot, changed_entries: Sequence[str]) -> None:
        self.before, self.after, self.changed_entries = before, after, changed_entries
        self.numbers, self.place = before.numbers, before.place
        self._same_vertices = before.vertices == after.vertices

    def pairs(self, place: int) -> Iterator[PairDifference]:
        """Yields the pathway answers from the entry at index `place` that a change alters, in the order of the targets.

        Compares only targets that the base reaches before the change, after it, or both.
        """
        found = self._changed_paths_from(place) if self._same_vertices else self._differing_paths_from(place)
        base = self.numbers[place]
        for target in indices(found.targets & ~(1 << place)):
            before = _short_answer(self.before, place, target, found.before)
            after = _short_answer(self.after, place, target, found.after)
            yield PairDifference(_difference_class(before, after), base, self.numbers[target], before, after)

    def _changed_paths_from(self, place: int) -> DifferingPaths:
        """Returns the preferred paths from the base at `place` that differ.

        The result is valid only if the change alters steps and no entry.
        """
        paths = self._changed_paths
        return DifferingPaths(paths.targets[place], paths.before.path, paths.after.path)

    @cached_property
    def _changed_paths(self) -> ChangedPaths:
        """Returns all preferred paths that a change of steps alters, computed once for all bases."""
        return ChangedPaths(self.before, self.after)

    def _differing_paths_from(self, place: int) -> DifferingPaths:
        """Returns the preferred paths from the base at `place` that differ.

        This search is slower than `_changed_paths_from`, but also valid if the change alters entries.
        """
        old, new = self.before.vertex[place], self.after.vertex[place]
        if old == new and (old == ABSENT or not self._reaching_changes >> old & 1):
            return NO_DIFFERENCE  # a search from this vertex examines nothing that changed
        old_paths, new_paths = (PathsFrom(snapshot, place) for snapshot in (self.before, self.after))
        targets = old_paths.targets ^ new_paths.targets | differently_reached(
            old_paths, new_paths, old_paths.targets & new_paths.targets
        )
        return DifferingPaths(targets, old_paths.path, new_paths.path)

    @cached_property
    def _reaching_changes(self) -> int:
        """Returns the bit set of the vertices that reach, before the change, a vertex that the change alters."""
        every = range(len(self.numbers))
        changed = bitset_of(place for place in every if self.before.vertex_view(place) != self.after.vertex_view(place))
        return reachable_from(self.before.before, changed, -1)

    @cached_property
    def models(self) -> dict[str, int]:
        """Returns the entries of each device model as a bit set, sorted by device model.

        An entry that is no longer listed after the change counts under its device model from before.
        """
        entries: dict[str, int] = defaultdict(int)
        for place, model in enumerate(self.device_models):
            entries[model] |= 1 << place
        return {model: entries[model] for model in sorted(entries) if model}

    @cached_property
    def device_models(self) -> list[str]:
        """Returns the device model of each entry; blank for an entry that is on no list before or after the change."""
        both = zip(self.before.revisions, self.after.revisions, strict=True)
        return [revision.device_model if (revision := new or old) else "" for old, new in both]

    def unknown(self, place: int) -> tuple[int, int]:
        """Returns the bases whose outcome for the target at index `place` changes from `none` to `unknown`, and those
        for which it changes from `unknown` to `none`.

        Both results are bit sets of entry indexes. The outcome is `unknown` if a missing declaration could give a
        pathway.
        """
        old, new = self.before.vertex[place], self.after.vertex[place]
        if self._same_vertices and (old == ABSENT or not self._possibly_unknown >> old & 1):
            return 0, 0
        reached_before, possible_before = _reaching_entries(self.before, old)
        reached_after, possible_after = _reaching_entries(self.after, new)
        return possible_after & ~reached_after & ~possible_before, possible_before & ~reached_before & ~possible_after

    @cached_property
    def _possibly_unknown(self) -> int:
        """Returns the vertices that a change between the outcomes `none` and `unknown` can concern, computed once."""
        return step_changes.possibly_unknown(self.before, self.after)

    def stranded(self, place: int) -> bool:
        """Returns whether a change takes away the last upgrade step that leads on from the entry at index `place`."""
        old, new = self.before.vertex[place], self.after.vertex[place]
        return old != ABSENT and bool(self.before.after[old]) and (new == ABSENT or not self.after.after[new])


def _reaching_entries(snapshot: ImpactSnapshot, goal: int) -> tuple[int, int]:
    """Returns two bit sets: the entries that reach the vertex `goal`, and those that reach or possibly reach it."""
    if goal == ABSENT:
        return 0, 0
    reaching = snapshot.ancestors(goal)
    return snapshot.entries_of(reaching), snapshot.entries_of(reaching | snapshot.possible_ancestors(goal))


def answer_between(snapshot: ImpactSnapshot, place: int, target: int) -> ShortAnswer:
    """Returns the pathway answer for a base and a target (given by their indexes `place` and `target`): the route, or
    why there is none.
    """
    return _short_answer(snapshot, place, target, lambda start, goal: snapshot.shortest_paths_to(goal).path(start))


def _short_answer(snapshot: ImpactSnapshot, place: int, target: int, find_path: FindPath) -> ShortAnswer:
    """Returns the same answer as `answer_between`, with the path that `find_path` returns."""
    start, goal, numbers = snapshot.vertex[place], snapshot.vertex[target], snapshot.numbers
    if ABSENT in (start, goal):
        return "none", ()
    if start == goal:
        return "already-there", ()
    path = find_path(start, goal)
    if path:
        return "route", (numbers[place], *[numbers[vertex] for vertex in path[1:-1]], numbers[target])
    return "unknown" if snapshot.possible_ancestors(goal) >> start & 1 else "none", ()


_RANK: dict[Outcome, int] = {"unknown": 0, "none": 0, "already-there": 1, "route": 1}


def _difference_class(before: ShortAnswer, after: ShortAnswer) -> PairClass:
    """Returns the class of a change between two answers: lost, gained, longer, shorter or rerouted.

    The outcome `already-there` counts as a pathway without steps.
    """
    if _RANK[before[0]] != _RANK[after[0]]:
        return "lost" if _RANK[before[0]] else "gained"
    old, new = len(before[1]), len(after[1])
    if old == new:
        return "rerouted"
    return "longer" if old < new else "shorter"
