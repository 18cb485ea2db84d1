"""Two pictures of one instant, before a change and after: which answers differ (design 5)."""

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
"""The outcome, and the entries of the pathway where there is one."""


@dataclass(frozen=True, slots=True)
class PairDifference:
    """A question that is answered otherwise."""

    kind: PairClass
    base: str
    target: str
    before: ShortAnswer
    after: ShortAnswer


class SnapshotComparison:
    """The same entries in two pictures. `told_anew` are those of which lists or declarations say something else."""

    def __init__(self, before: ImpactSnapshot, after: ImpactSnapshot, told_anew: Sequence[str]) -> None:
        self.before, self.after, self.changed_entries = before, after, told_anew
        self.numbers, self.place = before.numbers, before.place
        self._alike = before.vertices == after.vertices

    def pairs(self, place: int) -> Iterator[PairDifference]:
        """What differs from one entry on, in the order of the targets: a way that was there or is now."""
        changed = self._rerouted.get(place, 0) if self._alike else self._searched(place)
        for target in indices(changed & ~(1 << place)):
            before, after = (answer_between(picture, place, target) for picture in (self.before, self.after))
            yield PairDifference(_kind(before, after), self.numbers[place], self.numbers[target], before, after)

    @cached_property
    def _rerouted(self) -> dict[int, int]:
        """For each entry the targets to which the way is another, where nothing changed but steps."""
        found: dict[int, int] = defaultdict(int)
        for picture, taken in zip(
            (self.before, self.after), step_changes.changed_steps(self.before, self.after), strict=True
        ):
            for goal, starts in step_changes.affected_starts(picture, taken):
                targets = picture.members[goal]
                for place in indices(picture.entries_of(starts)):
                    found[place] |= targets
        return found

    def _searched(self, place: int) -> int:
        """The targets that are reached otherwise from one entry, where vertices changed too."""
        old, new = self.before.vertex[place], self.after.vertex[place]
        if old == new and (old == ABSENT or not self._touching >> old & 1):
            return 0  # a search from here looks at nothing that changed, and finds what it found before
        had, has = (_Found(picture, place) for picture in (self.before, self.after))
        return had.targets ^ has.targets | _otherwise(had, has, had.targets & has.targets)

    @cached_property
    def _touching(self) -> int:
        """The vertices from which a search before the change comes to something that changed."""
        every = range(len(self.numbers))
        changed = bitset_of(place for place in every if self.before.vertex_view(place) != self.after.vertex_view(place))
        return reachable_from(self.before.before, changed, -1)

    @cached_property
    def models(self) -> dict[str, int]:
        """The entries of each device model, as it is after the change where it is then known."""
        found: dict[str, int] = defaultdict(int)
        for place, model in enumerate(self.device_models):
            found[model] |= 1 << place
        return {model: found[model] for model in sorted(found) if model}

    @cached_property
    def device_models(self) -> list[str]:
        """The device model of each entry; blank for one that no list has then."""
        both = zip(self.before.revisions, self.after.revisions, strict=True)
        return [said.device_model if (said := new or old) else "" for old, new in both]

    def unknown(self, place: int) -> tuple[int, int]:
        """Of one target: the entries from which nobody can say any more, and those from which that is known now."""
        old, new = self.before.vertex[place], self.after.vertex[place]
        if self._alike and (old == ABSENT or not self._doubtful >> old & 1):
            return 0, 0
        (was, could), (is_, can) = _reach(self.before, old), _reach(self.after, new)
        return can & ~is_ & ~could, could & ~was & ~can

    @cached_property
    def _doubtful(self) -> int:
        return step_changes.possibly_unknown(self.before, self.after)

    def stranded(self, place: int) -> bool:
        """Whether an entry could reach something and now reaches nothing."""
        old, new = self.before.vertex[place], self.after.vertex[place]
        return old != ABSENT and bool(self.before.after[old]) and (new == ABSENT or not self.after.after[new])


def _reach(picture: ImpactSnapshot, goal: int) -> tuple[int, int]:
    """The entries that reach a vertex, and those that do or could."""
    if goal == ABSENT:
        return 0, 0
    reaching = picture.ancestors(goal)
    return picture.entries_of(reaching), picture.entries_of(reaching | picture.possible_ancestors(goal))


class _Found:
    """What is found from one entry on in a picture."""

    def __init__(self, picture: ImpactSnapshot, place: int) -> None:
        self._picture = picture
        self.start = picture.vertex[place]
        self.ways: PathTree = {} if self.start == ABSENT else preferred_path_tree(picture, self.start)
        self.targets = 0 if self.start == ABSENT else picture.entries_of(bitset_of(self.ways) | 1 << self.start)

    def last(self, target: int) -> int:
        """From which base the way enters a target that is reached; HERE for a twin."""
        there = self._picture.vertex[target]
        return AT_TWIN if there == self.start else self.ways[there]


AT_TWIN = -2


def _otherwise(old: _Found, new: _Found, both: int) -> int:
    """Those of the targets reached before and after to which the preferred way is another."""
    same = {ABSENT, AT_TWIN}
    for there, base in new.ways.items():
        if old.ways.get(there) == base and base in same:
            same.add(there)
    lasts = ((target, old.last(target), new.last(target)) for target in indices(both))
    return bitset_of(target for target, one, other in lasts if one != other or one not in same)


def answer_between(picture: ImpactSnapshot, place: int, target: int) -> ShortAnswer:
    """The answer to one question, in short."""
    start, goal, numbers = picture.vertex[place], picture.vertex[target], picture.numbers
    if ABSENT in (start, goal):
        return "none", ()
    if start == goal:
        return "already-there", ()
    way = picture.shortest_paths_to(goal).path(start)
    if way:
        return "route", tuple(numbers[here] for here in (place, *way[1:-1], target))
    return "unknown" if picture.possible_ancestors(goal) >> start & 1 else "none", ()


_RANK: dict[Outcome, int] = {"unknown": 0, "none": 0, "already-there": 1, "route": 1}


def _kind(before: ShortAnswer, after: ShortAnswer) -> PairClass:
    """Already there counts as a way of no steps."""
    if _RANK[before[0]] != _RANK[after[0]]:
        return "lost" if _RANK[before[0]] else "gained"
    old, new = len(before[1]), len(after[1])
    if old == new:
        return "rerouted"
    return "longer" if old < new else "shorter"
