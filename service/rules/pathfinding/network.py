"""A snapshot as a graph of vertices, in which twins are one vertex (design 4)."""

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

_MAX_BITS = 500_000_000  # cache limit for the shortest paths in one network: a bit set of vertices for each cost level
_SET_OVERHEAD = 500  # bits of memory for each bit set in addition to one for each vertex
_MAX_CACHED_PARTS = 10_000  # cache limit for parts of answers of one network, about a kilobyte each


class Vertex(NamedTuple):
    """One firmware on one device model, with all its entries. `shown` is the entry that represents them."""

    members: tuple[EntryInForce, ...]
    shown: EntryInForce

    @property
    def listed(self) -> bool:
        """Whether any entry of the vertex is listed."""
        return any(member.listed for member in self.members)

    @property
    def undeclared(self) -> bool:
        """Whether no entry of the vertex has a declaration."""
        return all(member.declared.kind == "not-supplied" for member in self.members)

    @property
    def imageless(self) -> bool:
        """Whether the image hash is blank: then a step into this vertex cannot be performed."""
        return not self.shown.image_hash

    @property
    def device_model(self) -> str:
        """The device model, the same for all members."""
        return self.shown.device_model


class Network(VertexGraph, Memoized):
    """The vertices of a snapshot and all steps between them, including those into removed entries.

    Vertices are numbered in the order of the entry numbers that represent them. Results of searches are cached in the
    network, and all questions about the network share them.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.renamed: frozenset[str] = frozenset()
        """The entries of the question that represent their vertices in place of the usual twin."""
        self.vertices = _vertices(snapshot)
        self.of = {member.number: index for index, vertex in enumerate(self.vertices) for member in vertex.members}
        super().__init__(len(self.vertices))
        self._join(snapshot.steps)
        self.shown = [vertex.shown.number for vertex in self.vertices]
        for index, vertex in enumerate(self.vertices):
            self.add_vertex(index, vertex.device_model, vertex.imageless, vertex.listed, vertex.undeclared)
        self.memo = {}
        self._approaches = SizedLRU[tuple[int, bool], ShortestPathsTo](_MAX_BITS)
        self.cache = SizedLRU[Hashable, Any](_MAX_CACHED_PARTS)
        """Parts that many answers share. The copies made by `for_question` share the cache too."""
        self.possible_targets: dict[tuple[int, int], int] = {}  # by start and enterable vertices, see `possible_paths`
        self.possible_levels: dict[
            tuple[int, int], list[int]
        ] = {}  # by goal and enterable vertices, see `possible_paths`

    def _join(self, steps: Iterable[Step]) -> None:
        index_of, after, before = self.of, self.after, self.before
        bit = [1 << index for index in range(len(self.vertices))]
        for step in steps:
            base, target = index_of[step[0]], index_of[step[1]]
            if base != target:
                after[base] |= bit[target]
                before[target] |= bit[base]

    def for_question(self, *numbers: str) -> "Network":
        """This network, with the entries of the question representing their vertices."""
        renamed = frozenset(number for number in numbers if number in self.of and self.shown[self.of[number]] != number)
        if not renamed:
            return self
        view = copy(self)
        view.renamed, view.vertices, view.shown = renamed, list(self.vertices), list(self.shown)
        for index in {self.of[number] for number in renamed}:
            members = self.vertices[index].members
            view.vertices[index] = Vertex(members, shown(members, numbers))
            view.shown[index] = view.vertices[index].shown.number
        return view

    def row(self, base: int, target: int) -> Step:
        """The derived row of a step: that of the two shown entries, else a declared row, else the lowest row."""
        rows = self._rows()
        shown_row = rows.get((self.shown[base], self.shown[target]))
        if shown_row:
            return shown_row
        members, others = (self.vertices[index].members for index in (base, target))
        candidates = (rows.get((own.number, other.number)) for own in members for other in others)
        return min((row for row in candidates if row), key=lambda row: (row.by_twin, row.base, row.target))

    def enterable(self, through_removed: bool) -> int:
        """The vertices that steps may enter: the listed ones, or all if `through_removed` is true."""
        return self.all if through_removed else self.listed

    def shortest_paths_to(self, goal: int, through_removed: bool) -> ShortestPathsTo:
        """The preferred paths from all vertices to a goal."""
        paths = self._approaches.get((goal, through_removed))
        if paths is None:
            paths = self.approach_to(goal, self.enterable(through_removed), self.ancestors(through_removed)[goal])
            self._approaches.put(
                [(goal, through_removed)], paths, len(paths.left) * (len(self.vertices) + _SET_OVERHEAD)
            )
        return paths

    @memoized
    def ancestors(self, through_removed: bool) -> list[int]:
        """For every vertex, the vertices from which it can be reached, including itself."""
        if through_removed and self.listed == self.all:
            return self.ancestors(False)
        enterable = self.enterable(through_removed)
        predecessors = [before if enterable >> index & 1 else 0 for index, before in enumerate(self.before)]
        return [1 << index | others for index, others in enumerate(closure(predecessors, self.groups(through_removed)))]

    @memoized
    def cycles(self, through_removed: bool) -> list[int]:
        """For every vertex, the lowest index in its strongly connected component."""
        representatives = [0] * len(self.vertices)
        for group in self.groups(through_removed):
            for index in indices(group):
                representatives[index] = first_index(group)
        return representatives

    @memoized
    def groups(self, through_removed: bool) -> list[int]:
        """The strongly connected components as bit sets, in topological order."""
        enterable = self.enterable(through_removed)
        not_enterable = [1 << index for index in indices(self.all & ~enterable)]
        return [*not_enterable, *strongly_connected_components(self.after, self.before, enterable)]

    @memoized
    def sources(self, through_removed: bool) -> int:
        """The vertices at which paths begin: the components into which no step leads from another component."""
        enterable, groups = self.enterable(through_removed), self.groups(through_removed)
        return sum(group for group in groups if not union_of(self.before, group & enterable) & ~group)

    @memoized
    def versions(self) -> dict[tuple[str, str], list[tuple[str, int]]]:
        """The entries by (device model, firmware version), in ascending order, each with the index of its vertex."""
        entries_of: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for number, index in sorted(self.of.items()):
            entry = self.snapshot.entries[number]
            entries_of[entry.device_model, entry.firmware_version].append((number, index))
        return entries_of

    @memoized
    def _rows(self) -> dict[tuple[str, str], Step]:
        """The rows by (base, target): at any instant at most one row of a pair is in force."""
        return dict(zip(map(itemgetter(0, 1), self.snapshot.steps), self.snapshot.steps, strict=True))

    @memoized
    def recorded(self) -> list[tuple[datetime, int]]:
        """The vertices by the latest recorded instant of their facts, the latest instant first.

        The facts of a vertex are the list content, the declarations and the acceptances of its entries.
        """
        latest = [
            max(instant for member in vertex.members for instant in (member.recorded, member.declared.recorded))
            for vertex in self.vertices
        ]
        for step in self.snapshot.steps:
            if step.acceptance:
                index = self.of[step.target]
                latest[index] = max(latest[index], self.snapshot.accepted[step.acceptance])
        vertices_at: dict[datetime, int] = defaultdict(int)
        for index, instant in enumerate(latest):
            vertices_at[instant] |= 1 << index
        return sorted(vertices_at.items(), reverse=True)

    @memoized
    def with_held(self) -> "Network":
        """The network that would result if every held base were accepted by name."""
        return Network(self.snapshot.with_held_accepted())


def _vertices(snapshot: Snapshot) -> list[Vertex]:
    groups = grouped((entry.identity, entry) for _, entry in sorted(snapshot.entries.items()))
    return sorted((Vertex(twins, shown(twins)) for twins in groups.values()), key=lambda vertex: vertex.shown.number)
