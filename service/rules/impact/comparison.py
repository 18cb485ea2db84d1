"""Compares all answers at one instant, before and after a change (design 5)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.rules.impact import step_changes
from service.rules.impact.impact_snapshot import ABSENT, ImpactSnapshot
from service.rules.impact.preferred_paths import PathTree, preferred_path_tree
from service.rules.pathfinding.bitset import bitset_of, indices, reachable_from
from service.schemas.responses.impact import PairClass
from service.schemas.responses.pathways import Outcome

ShortAnswer = tuple[Outcome, tuple[str, ...]]
"""The outcome, and the entries of the pathway if there is one."""


@dataclass(frozen=True, slots=True)
class PairDifference:
    """A question whose answer differs."""

    kind: PairClass
    base: str
    target: str
    before: ShortAnswer
    after: ShortAnswer


class SnapshotComparison:
    """The same entries in two snapshots. `changed_entries` are the entries whose revisions or declarations differ."""

    def __init__(self, before: ImpactSnapshot, after: ImpactSnapshot, changed_entries: Sequence[str]) -> None:
        self.before, self.after, self.changed_entries = before, after, changed_entries
        self.numbers, self.place = before.numbers, before.place
        self._same_vertices = before.vertices == after.vertices

    def pairs(self, place: int) -> Iterator[PairDifference]:
        """The differing answers from one base, in the order of the targets. A route exists before, after or both."""
        changed = self._rerouted.get(place, 0) if self._same_vertices else self._differing_targets(place)
        for target in indices(changed & ~(1 << place)):
            before, after = (answer_between(snapshot, place, target) for snapshot in (self.before, self.after))
            yield PairDifference(_kind(before, after), self.numbers[place], self.numbers[target], before, after)

    @cached_property
    def _rerouted(self) -> dict[int, int]:
        """For each base, the targets to which the preferred path differs. Valid only if nothing but steps changed."""
        targets_by_base: dict[int, int] = defaultdict(int)
        for snapshot, steps in zip(
            (self.before, self.after), step_changes.changed_steps(self.before, self.after), strict=True
        ):
            for vertex, starts in step_changes.affected_starts(snapshot, steps):
                targets = snapshot.members[vertex]
                for place in indices(snapshot.entries_of(starts)):
                    targets_by_base[place] |= targets
        return targets_by_base

    def _differing_targets(self, place: int) -> int:
        """The targets whose answer from one base differs. Needed if the vertices changed too."""
        old, new = self.before.vertex[place], self.after.vertex[place]
        if old == new and (old == ABSENT or not self._reaching_changes >> old & 1):
            return 0  # a search from this vertex examines nothing that changed
        old_paths, new_paths = (_PathsFrom(snapshot, place) for snapshot in (self.before, self.after))
        return old_paths.targets ^ new_paths.targets | _differently_reached(
            old_paths, new_paths, old_paths.targets & new_paths.targets
        )

    @cached_property
    def _reaching_changes(self) -> int:
        """The vertices from which a search before the change reaches a changed vertex."""
        every = range(len(self.numbers))
        changed = bitset_of(place for place in every if self.before.vertex_view(place) != self.after.vertex_view(place))
        return reachable_from(self.before.before, changed, -1)

    @cached_property
    def models(self) -> dict[str, int]:
        """The entries of each device model: the model after the change, or before it for entries no longer listed."""
        entries: dict[str, int] = defaultdict(int)
        for place, model in enumerate(self.device_models):
            entries[model] |= 1 << place
        return {model: entries[model] for model in sorted(entries) if model}

    @cached_property
    def device_models(self) -> list[str]:
        """The device model of each entry; blank if no list has the entry before or after the change."""
        both = zip(self.before.revisions, self.after.revisions, strict=True)
        return [revision.device_model if (revision := new or old) else "" for old, new in both]

    def unknown(self, place: int) -> tuple[int, int]:
        """For one target: the bases whose outcome changes from `none` to `unknown`, and from `unknown` to `none`."""
        old, new = self.before.vertex[place], self.after.vertex[place]
        if self._same_vertices and (old == ABSENT or not self._possibly_unknown >> old & 1):
            return 0, 0
        reached_before, possible_before = _reach(self.before, old)
        reached_after, possible_after = _reach(self.after, new)
        return possible_after & ~reached_after & ~possible_before, possible_before & ~reached_before & ~possible_after

    @cached_property
    def _possibly_unknown(self) -> int:
        return step_changes.possibly_unknown(self.before, self.after)

    def stranded(self, place: int) -> bool:
        """Whether a step led on from this entry before the change, and none does after the change."""
        old, new = self.before.vertex[place], self.after.vertex[place]
        return old != ABSENT and bool(self.before.after[old]) and (new == ABSENT or not self.after.after[new])


def _reach(snapshot: ImpactSnapshot, goal: int) -> tuple[int, int]:
    """The entries that reach a vertex, and the entries that reach it or possibly could."""
    if goal == ABSENT:
        return 0, 0
    reaching = snapshot.ancestors(goal)
    return snapshot.entries_of(reaching), snapshot.entries_of(reaching | snapshot.possible_ancestors(goal))


class _PathsFrom:
    """All preferred paths from one entry in one snapshot."""

    def __init__(self, snapshot: ImpactSnapshot, place: int) -> None:
        self._snapshot = snapshot
        self.start = snapshot.vertex[place]
        self.paths: PathTree = {} if self.start == ABSENT else preferred_path_tree(snapshot, self.start)
        self.targets = 0 if self.start == ABSENT else snapshot.entries_of(bitset_of(self.paths) | 1 << self.start)

    def last(self, target: int) -> int:
        """The base of the last step to a reached target; AT_TWIN if the target is a twin of the start."""
        vertex = self._snapshot.vertex[target]
        return AT_TWIN if vertex == self.start else self.paths[vertex]


AT_TWIN = -2
"""Stands for the last base if start and target are twins, so that no step is needed."""


def _differently_reached(old: _PathsFrom, new: _PathsFrom, both: int) -> int:
    """The targets, of those reached before and after, to which the preferred path differs."""
    same = {ABSENT, AT_TWIN}
    for vertex, base in new.paths.items():
        if old.paths.get(vertex) == base and base in same:
            same.add(vertex)
    last_bases = ((target, old.last(target), new.last(target)) for target in indices(both))
    return bitset_of(
        target for target, old_base, new_base in last_bases if old_base != new_base or old_base not in same
    )


def answer_between(snapshot: ImpactSnapshot, place: int, target: int) -> ShortAnswer:
    """The outcome and entries of the answer to one question."""
    start, goal, numbers = snapshot.vertex[place], snapshot.vertex[target], snapshot.numbers
    if ABSENT in (start, goal):
        return "none", ()
    if start == goal:
        return "already-there", ()
    path = snapshot.shortest_paths_to(goal).path(start)
    if path:
        return "route", tuple(numbers[vertex] for vertex in (place, *path[1:-1], target))
    return "unknown" if snapshot.possible_ancestors(goal) >> start & 1 else "none", ()


_RANK: dict[Outcome, int] = {"unknown": 0, "none": 0, "already-there": 1, "route": 1}


def _kind(before: ShortAnswer, after: ShortAnswer) -> PairClass:
    """The class of a difference. The outcome `already-there` counts as a route without steps."""
    if _RANK[before[0]] != _RANK[after[0]]:
        return "lost" if _RANK[before[0]] else "gained"
    old, new = len(before[1]), len(after[1])
    if old == new:
        return "rerouted"
    return "longer" if old < new else "shorter"
