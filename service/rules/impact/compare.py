"""Two pictures of one instant, before a change and after: which answers differ (design 5)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.model.impact import PairClass
from service.model.pathway import Outcome
from service.rules.bits import bits, places
from service.rules.impact.picture import ABSENT, Picture
from service.rules.impact.search import Ways, way, ways

Answer = tuple[Outcome, tuple[str, ...]]
"""The outcome, and the entries of the pathway where there is one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question that is answered otherwise."""

    kind: PairClass
    base: str
    target: str
    before: Answer
    after: Answer


class Compared:
    """The same entries in two pictures."""

    def __init__(self, before: Picture, after: Picture) -> None:
        self.before, self.after = before, after
        self.numbers = before.numbers
        self.place = {number: nth for nth, number in enumerate(self.numbers)}

    def pairs(self, place: int) -> Iterator[Pair]:
        """What differs from one entry on, in the order of the targets: a way that was there or is now."""
        if not self._may_differ(place):
            return
        old, new = _Answers(self.before, place), _Answers(self.after, place)
        if self._only_steps and not old.takes(self._withdrawn) and not new.takes(self._added):
            return
        had, has = self.before.onwards[place], self.after.onwards[place]
        changed = (had ^ has) | _rerouted(old, new, had & has)
        for target in places(changed & ~(1 << place)):
            before, after = old.to(target), new.to(target)
            yield Pair(_kind(before, after), self.numbers[place], self.numbers[target], before, after)

    def _may_differ(self, place: int) -> bool:
        """Whether a search from here would look at anything that changed: else it finds what it found before."""
        old, new = self.before.vertex[place], self.after.vertex[place]
        return old != new or (old != ABSENT and bool(self.before.reached[old] & self._changed))

    @cached_property
    def _only_steps(self) -> bool:
        """Whether nothing changed but steps. Then ways that take none of them are preferred before and after:
        those of before are there still, those of after were there already, and of two one is always preferred."""
        every = range(len(self.numbers))
        return all(self.before.looks(place)[:-1] == self.after.looks(place)[:-1] for place in every)

    @cached_property
    def _withdrawn(self) -> list[tuple[int, int]]:
        return _steps_left(self.before.after, self.after.after)

    @cached_property
    def _added(self) -> list[tuple[int, int]]:
        return _steps_left(self.after.after, self.before.after)

    @cached_property
    def _changed(self) -> int:
        """The vertices that a search sees otherwise."""
        every = range(len(self.numbers))
        return bits(place for place in every if self.before.looks(place) != self.after.looks(place))

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
        old, new = self.before.perhaps[place], self.after.perhaps[place]
        return new & ~self.after.towards[place] & ~old, old & ~self.before.towards[place] & ~new

    def stranded(self, place: int) -> bool:
        """Whether an entry could reach something and now reaches nothing."""
        old, new = (side.onwards[place] & ~side.same(place) for side in (self.before, self.after))
        return bool(old) and not new


class _Answers:
    """The answers from one entry to all others in a picture."""

    def __init__(self, picture: Picture, place: int) -> None:
        self._picture, self._place = picture, place
        self.start = picture.vertex[place]

    @cached_property
    def ways(self) -> Ways:
        """The preferred ways, searched when they are first asked for."""
        return {} if self.start == ABSENT else ways(self._picture, self.start)

    def takes(self, steps: list[tuple[int, int]]) -> bool:
        """Whether a preferred way takes one of these steps."""
        return any(self.ways.get(there) == (ABSENT if base == self.start else base) for base, there in steps)

    def last(self, target: int) -> int:
        """From which base the way enters a target that is reached; HERE for a twin."""
        there = self._picture.vertex[target]
        return HERE if there == self.start else self.ways[there]

    def to(self, target: int) -> Answer:
        """The answer to one question, in short."""
        there, numbers = self._picture.vertex[target], self._picture.numbers
        if there in self.ways:
            between = way(self.ways, self.ways[there])
            return "route", tuple(numbers[place] for place in (self._place, *between, target))
        return self._without(target, there), ()

    def _without(self, target: int, there: int) -> Outcome:
        if ABSENT in (self.start, there):
            return "none"
        if there == self.start:
            return "already-there"
        return "unknown" if self._picture.perhaps[target] >> self._place & 1 else "none"


HERE = -2


def _steps_left(ways: Sequence[int], other: Sequence[int]) -> list[tuple[int, int]]:
    """The steps that are among the ones and not among the others."""
    return [(base, there) for base, mask in enumerate(ways) for there in places(mask & ~other[base])]


def _rerouted(old: _Answers, new: _Answers, both: int) -> int:
    """Those of the targets reached before and after to which the preferred way is another."""
    same = {ABSENT, HERE}
    for there, base in new.ways.items():
        if old.ways.get(there) == base and base in same:
            same.add(there)
    lasts = ((target, old.last(target), new.last(target)) for target in places(both))
    return bits(target for target, one, other in lasts if one != other or one not in same)


_RANK: dict[Outcome, int] = {"unknown": 0, "none": 0, "already-there": 1, "route": 1}


def _kind(before: Answer, after: Answer) -> PairClass:
    """Already there counts as a way of no steps."""
    if _RANK[before[0]] != _RANK[after[0]]:
        return "lost" if _RANK[before[0]] else "gained"
    old, new = len(before[1]), len(after[1])
    if old == new:
        return "rerouted"
    return "longer" if old < new else "shorter"
