"""The neighbourhood as a graph of vertices: twins are one vertex (design 4)."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from service.rules.cycles import cycle_of
from service.rules.neighbourhood import Listing, Neighbourhood, Step
from service.rules.route import Approach, costs_to

_CELLS = 4_000_000  # vertices × approaches kept of one network, at 8 bytes each


@dataclass(frozen=True, slots=True)
class Vertex:
    """One firmware on one device model, under all the entry numbers that name it."""

    members: tuple[Listing, ...]
    shown: Listing

    @property
    def listed(self) -> bool:
        """A vertex is listed if any of its entries is."""
        return any(member.listed for member in self.members)

    @property
    def undeclared(self) -> bool:
        """A vertex is undeclared if all of its entries are."""
        return all(member.declared.kind == "not-supplied" for member in self.members)

    @property
    def imageless(self) -> bool:
        """Nothing to hash: a step into it cannot be performed."""
        return not self.shown.image_hash

    @property
    def device_model(self) -> str:
        """The hardware, the same for all members."""
        return self.shown.device_model


class Network:
    """Vertices by index, and the declared ways between them, whether or not their target is listed.

    What is found out about it is kept with it, and shared by all that ask about it.
    """

    def __init__(self, near: Neighbourhood) -> None:
        self.near = near
        self.vertices: list[Vertex] = []
        self.of: dict[str, int] = {}
        self._place_all(near)
        size = len(self.vertices)
        self.after: list[set[int]] = [set() for _ in range(size)]
        self.before: list[set[int]] = [set() for _ in range(size)]
        self._join(near.steps)
        self.shown = [vertex.shown.number for vertex in self.vertices]
        self.imageless = [int(vertex.imageless) for vertex in self.vertices]
        self.listed = [vertex.listed for vertex in self.vertices]
        self.undeclared = [vertex.undeclared for vertex in self.vertices]
        self.peers: dict[str, list[int]] = defaultdict(list)
        for place, vertex in enumerate(self.vertices):
            self.peers[vertex.device_model].append(place)
        self._keep(max(16, _CELLS // (size or 1)))

    def _keep(self, most: int) -> None:
        self.approach: Callable[[int, bool], Approach] = lru_cache(most)(self._approach)
        self.cycles: Callable[[bool], dict[int, int]] = lru_cache(2)(self._cycles)
        self.sources: Callable[[bool], frozenset[int]] = lru_cache(2)(self._sources)
        self.rows: Callable[[], dict[tuple[int, int], list[Step]]] = lru_cache(1)(self._rows)
        self.recorded: Callable[[], list[datetime]] = lru_cache(1)(self._recorded)
        self.with_held: Callable[[], Network] = lru_cache(1)(self._with_held)

    def _place_all(self, near: Neighbourhood) -> None:
        groups: dict[tuple[str, str, str], list[Listing]] = defaultdict(list)
        for number in sorted(near.entries):
            groups[near.entries[number].identity].append(near.entries[number])
        for members in groups.values():
            for member in members:
                self.of[member.number] = len(self.vertices)
            self.vertices.append(Vertex(tuple(members), _shown(members, ())))

    def _join(self, pairs: Iterable[Step]) -> None:
        place, after, before = self.of, self.after, self.before
        for base_number, target_number, *_ in pairs:
            base, target = place[base_number], place[target_number]
            if base != target:
                after[base].add(target)
                before[target].add(base)

    def asking(self, *asked: str) -> "Network":
        """The same network for a question about these entries: each vertex is shown as the entry asked for."""
        renamed = {self.of[number] for number in asked if number in self.of and self.shown[self.of[number]] != number}
        if not renamed:
            return self
        view = copy(self)
        view.vertices, view.shown = list(self.vertices), list(self.shown)
        for place in renamed:
            members = self.vertices[place].members
            view.vertices[place] = Vertex(members, _shown(members, asked))
            view.shown[place] = view.vertices[place].shown.number
        return view

    def row(self, base: int, target: int) -> Step:
        """The row that speaks for a step: that of the pair shown, else one declared, else the first."""
        pair = (self.shown[base], self.shown[target])
        return min(self.rows()[base, target], key=lambda s: (s[:2] != pair, s.by_twin, s.base, s.target))

    def enterable(self, through_removed: bool) -> list[bool]:
        """Which vertices a step may lead to: the listed ones, or all."""
        return [True] * len(self.vertices) if through_removed else self.listed

    def _approach(self, goal: int, through_removed: bool) -> Approach:
        """All ways to a goal."""
        enterable = self.enterable(through_removed)
        costs = costs_to(self.before, self.imageless, goal, enterable)
        return Approach(goal, self.after, self.imageless, enterable, costs)

    def _cycles(self, through_removed: bool) -> dict[int, int]:
        """For every vertex one that stands for all those with which it can each reach the other."""
        enterable = self.enterable(through_removed)
        return cycle_of(
            {
                place: [there for there in ways if enterable[there]] if enterable[place] else []
                for place, ways in enumerate(self.after)
            }
        )

    def _sources(self, through_removed: bool) -> frozenset[int]:
        """The vertices that have no base but, in a cycle, each other: declared ways begin at them."""
        cycle, enterable = self.cycles(through_removed), self.enterable(through_removed)
        entered = ((place, base) for place, bases in enumerate(self.before) if enterable[place] for base in bases)
        further = {cycle[place] for place, base in entered if cycle[base] != cycle[place]}
        return frozenset(place for place in range(len(self.vertices)) if cycle[place] not in further)

    def _rows(self) -> dict[tuple[int, int], list[Step]]:
        """The rows behind each way between two vertices."""
        found: dict[tuple[int, int], list[Step]] = defaultdict(list)
        for step in self.near.steps:
            found[self.of[step.base], self.of[step.target]].append(step)
        return found

    def _recorded(self) -> list[datetime]:
        """By vertex, the latest recorded instant among what its entries are, declare and have accepted."""
        found = [max(t for m in v.members for t in (m.recorded, m.declared.recorded)) for v in self.vertices]
        for step in self.near.steps:
            if step.acceptance:
                place = self.of[step.target]
                found[place] = max(found[place], self.near.accepted[step.acceptance])
        return found

    def _with_held(self) -> "Network":
        """The network as it would be if every held base were accepted."""
        return Network(self.near.accepting_all())


def _shown(members: Iterable[Listing], asked: tuple[str, ...]) -> Listing:
    """The entry asked for, else the lowest listed number, else the lowest."""
    return min(members, key=lambda m: (m.number not in asked, not m.listed, m.number))
