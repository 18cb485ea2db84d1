"""The neighbourhood as a graph of vertices: twins are one vertex (design 4)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from copy import copy
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from service.domain.memo import Memoized, SizedLRU, memoized
from service.rules.pathfinding.bitset import first_index, indices, union_of
from service.rules.pathfinding.components import closure, strongly_connected_components
from service.rules.pathfinding.shortest_path import ShortestPathsTo
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot, Step
from service.rules.pathfinding.twins import grouped, shown
from service.rules.pathfinding.vertex_graph import VertexGraph

_BITS = 500_000_000  # kept of the approaches in one network: a set of vertices for each level
_SET = 500  # bits that a set takes beside those of its vertices
_TOLD = 10_000  # pieces of answers kept of one network, a kilobyte or so each


class Vertex(NamedTuple):
    """One firmware on one device model, under all the entry numbers that name it."""

    members: tuple[EntryInForce, ...]
    shown: EntryInForce

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


class Network(VertexGraph, Memoized):
    """Vertices by index, and the declared ways between them, whether or not their target is listed.

    Their order is that of the entry numbers shown. Sets of them are numbers, a bit a vertex. What is found out about a
    network is kept with it, and shared by all that ask about it.
    """

    def __init__(self, near: Snapshot) -> None:
        self.snapshot = near
        self.renamed: frozenset[str] = frozenset()
        """The entries asked for, where another of their vertex would be shown."""
        self.vertices = _vertices(near)
        self.of = {member.number: place for place, vertex in enumerate(self.vertices) for member in vertex.members}
        super().__init__(len(self.vertices))
        self._join(near.steps)
        self.shown = [vertex.shown.number for vertex in self.vertices]
        for place, vertex in enumerate(self.vertices):
            self.add_vertex(place, vertex.device_model, vertex.imageless, vertex.listed, vertex.undeclared)
        self.memo = {}
        self._approaches = SizedLRU[tuple[int, bool], ShortestPathsTo](_BITS)
        self.cache = SizedLRU[Hashable, Any](_TOLD)  # pieces that many answers share; views share it too, see `answer`
        self.supposed: dict[tuple[int, int], int] = {}  # by start and what is enterable, see `missing`
        self.supposed_to: dict[tuple[int, int], list[int]] = {}  # by goal and what is enterable

    def _join(self, steps: Iterable[Step]) -> None:
        place, after, before = self.of, self.after, self.before
        bit = [1 << one for one in range(len(self.vertices))]
        for step in steps:
            base, target = place[step[0]], place[step[1]]
            if base != target:
                after[base] |= bit[target]
                before[target] |= bit[base]

    def for_question(self, *asked: str) -> "Network":
        """The same network for a question about these entries: each vertex is shown as the entry asked for."""
        renamed = frozenset(n for n in asked if n in self.of and self.shown[self.of[n]] != n)
        if not renamed:
            return self
        view = copy(self)
        view.renamed, view.vertices, view.shown = renamed, list(self.vertices), list(self.shown)
        for place in {self.of[number] for number in renamed}:
            members = self.vertices[place].members
            view.vertices[place] = Vertex(members, shown(members, asked))
            view.shown[place] = view.vertices[place].shown.number
        return view

    def row(self, base: int, target: int) -> Step:
        """The row that speaks for a step: that of the pair shown, else one declared, else the first."""
        rows = self._rows()
        asked = rows.get((self.shown[base], self.shown[target]))
        if asked:
            return asked
        members, others = (self.vertices[place].members for place in (base, target))
        behind = (rows.get((one.number, other.number)) for one in members for other in others)
        return min((row for row in behind if row), key=lambda row: (row.by_twin, row.base, row.target))

    def enterable(self, through_removed: bool) -> int:
        """The vertices that a step may lead to: the listed ones, or all."""
        return self.all if through_removed else self.listed

    def shortest_paths_to(self, goal: int, through_removed: bool) -> ShortestPathsTo:
        """All ways to a goal."""
        found = self._approaches.get((goal, through_removed))
        if found is None:
            found = self.approach_to(goal, self.enterable(through_removed), self.ancestors(through_removed)[goal])
            self._approaches.put([(goal, through_removed)], found, len(found.left) * (len(self.vertices) + _SET))
        return found

    @memoized
    def ancestors(self, through_removed: bool) -> list[int]:
        """For every vertex all from which it can be reached, itself included."""
        if through_removed and self.listed == self.all:
            return self.ancestors(False)
        enterable = self.enterable(through_removed)
        ways = [before if enterable >> place & 1 else 0 for place, before in enumerate(self.before)]
        return [1 << place | there for place, there in enumerate(closure(ways, self.groups(through_removed)))]

    @memoized
    def cycles(self, through_removed: bool) -> list[int]:
        """For every vertex one that stands for all those with which it can each reach the other."""
        found = [0] * len(self.vertices)
        for group in self.groups(through_removed):
            for place in indices(group):
                found[place] = first_index(group)
        return found

    @memoized
    def groups(self, through_removed: bool) -> list[int]:
        """The vertices, those with which each can reach the other in one set; none before one that leads to it."""
        enterable = self.enterable(through_removed)
        alone = [1 << place for place in indices(self.all & ~enterable)]
        return [*alone, *strongly_connected_components(self.after, self.before, enterable)]

    @memoized
    def sources(self, through_removed: bool) -> int:
        """The vertices that have no base but, in a cycle, each other: declared ways begin at them."""
        enterable, groups = self.enterable(through_removed), self.groups(through_removed)
        return sum(group for group in groups if not union_of(self.before, group & enterable) & ~group)

    @memoized
    def versions(self) -> dict[tuple[str, str], list[tuple[str, int]]]:
        """By device model and firmware version, the entries that have it, in order, each with its vertex."""
        found: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for number, place in sorted(self.of.items()):
            entry = self.snapshot.entries[number]
            found[entry.device_model, entry.firmware_version].append((number, place))
        return found

    @memoized
    def _rows(self) -> dict[tuple[str, str], Step]:
        """The rows by their pair of entries: at any time at most one of each is in force."""
        return dict(zip(map(itemgetter(0, 1), self.snapshot.steps), self.snapshot.steps, strict=True))

    @memoized
    def recorded(self) -> list[tuple[datetime, int]]:
        """The latest recorded instants of what vertices are, declare and have accepted, with them; the latest first."""
        found = [max(t for m in v.members for t in (m.recorded, m.declared.recorded)) for v in self.vertices]
        for step in self.snapshot.steps:
            if step.acceptance:
                place = self.of[step.target]
                found[place] = max(found[place], self.snapshot.accepted[step.acceptance])
        then: dict[datetime, int] = defaultdict(int)
        for place, when in enumerate(found):
            then[when] |= 1 << place
        return sorted(then.items(), reverse=True)

    @memoized
    def with_held(self) -> "Network":
        """The network as it would be if every held base were accepted."""
        return Network(self.snapshot.with_held_accepted())


def _vertices(near: Snapshot) -> list[Vertex]:
    groups = grouped((entry.identity, entry) for _, entry in sorted(near.entries.items()))
    return sorted((Vertex(twins, shown(twins)) for twins in groups.values()), key=lambda vertex: vertex.shown.number)
