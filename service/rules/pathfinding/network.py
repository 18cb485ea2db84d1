"""The upgrade graph of one snapshot: its vertices are firmware images, its edges are upgrade steps (design 4)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from copy import copy
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from service.domain.memo import Memoized, SizedLRU, memoized
from service.rules.pathfinding.bitset import first_index, indices, union_of
from service.rules.pathfinding.connected_components import strongly_connected_components, transitive_closure
from service.rules.pathfinding.shortest_path import ShortestPathsTo
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot, Step
from service.rules.pathfinding.twins import group_by_key, representative_of
from service.rules.pathfinding.vertex_graph import VertexGraph

_MAX_BITS = 500_000_000  # cache limit for the shortest paths in one network: a bit set of vertices for each cost level
_SET_OVERHEAD = 500  # bits of memory for each bit set in addition to one for each vertex
_MAX_CACHED_PARTS = 10_000  # cache limit for parts of answers of one network, about a kilobyte each


class Vertex(NamedTuple):
    """One firmware image on one device model, with all entries that carry the image. `shown` is the entry that
    represents them.
    """

    members: tuple[EntryInForce, ...]
    shown: EntryInForce

    @property
    def listed(self) -> bool:
        """Returns whether any entry of the vertex (firmware image) has the status Current."""
        return any(member.listed for member in self.members)

    @property
    def undeclared(self) -> bool:
        """Returns whether no entry of the vertex (firmware image) has a declared Firmware Upgrade Path."""
        return all(member.declared.kind == "not-supplied" for member in self.members)

    @property
    def imageless(self) -> bool:
        """Returns whether the list has no image hash for the vertex. A meter cannot perform an upgrade to such a
        vertex.
        """
        return not self.shown.image_hash

    @property
    def device_model(self) -> str:
        """Returns the id of the device model that all entries of the vertex share."""
        return self.shown.device_model


class Network(VertexGraph, Memoized):
    """The upgrade graph at one instant: its vertices (firmware images) and all steps between them, including steps into
    removed entries.

    The network numbers its vertices in the order of the entry numbers that represent them. It caches the results of
    searches, and all questions about the network share these results.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.renamed: frozenset[str] = frozenset()
        """The entries of the question that represent their vertices in place of the usual twin."""
        self.vertices = _vertices(snapshot)
        self.index_of = {
            member.number: index for index, vertex in enumerate(self.vertices) for member in vertex.members
        }
        super().__init__(len(self.vertices))
        self._join(snapshot.steps)
        self.shown = [vertex.shown.number for vertex in self.vertices]
        for index, vertex in enumerate(self.vertices):
            self.add_vertex(index, vertex.device_model, vertex.imageless, vertex.listed, vertex.undeclared)
        self.memo = {}
        self._approaches = SizedLRU[tuple[int, bool], ShortestPathsTo](_MAX_BITS)
        self.cache = SizedLRU[Hashable, Any](_MAX_CACHED_PARTS)
        """The parts that many answers share. The copies that `for_question` makes share this cache too."""

    def _join(self, steps: Iterable[Step]) -> None:
        index_of, after, before = self.index_of, self.after, self.before
        bit = [1 << index for index in range(len(self.vertices))]
        for step in steps:
            base, target = index_of[step[0]], index_of[step[1]]
            if base != target:
                after[base] |= bit[target]
                before[target] |= bit[base]

    def for_question(self, *numbers: str) -> "Network":
        """Returns a copy of the upgrade graph in which the entries with the numbers given represent their vertices.

        Returns the graph itself if these entries represent their vertices already. The copy shares all caches.
        """
        renamed = frozenset(
            number for number in numbers if number in self.index_of and self.shown[self.index_of[number]] != number
        )
        if not renamed:
            return self
        view = copy(self)
        view.renamed, view.vertices, view.shown = renamed, list(self.vertices), list(self.shown)
        for index in {self.index_of[number] for number in renamed}:
            members = self.vertices[index].members
            view.vertices[index] = Vertex(members, representative_of(members, numbers))
            view.shown[index] = view.vertices[index].shown.number
        return view

    def step_between(self, base: int, target: int) -> Step:
        """Returns the stored upgrade step between two vertices. If there are several, prefers the step of the entries
        that represent the vertices, then a declared step, then the lowest entry numbers.
        """
        rows = self._rows()
        shown_row = rows.get((self.shown[base], self.shown[target]))
        if shown_row:
            return shown_row
        members, others = (self.vertices[index].members for index in (base, target))
        candidates = (rows.get((own.number, other.number)) for own in members for other in others)
        return min((row for row in candidates if row), key=lambda row: (row.by_twin, row.base, row.target))

    def is_declared_step(self, base: str, target: str) -> bool:
        """Returns whether the declaration of the entry `target` itself names the entry `base`, and gives a step. A
        named base that awaits acceptance gives none, although a step by a twin may join the same entries.
        """
        row = self._rows().get((base, target))
        return row is not None and not row.by_twin

    def enterable(self, through_removed: bool) -> int:
        """Returns the vertices that upgrade steps may enter, as a bit set: the listed ones, or all if `through_removed`
        is true.
        """
        return self.all if through_removed else self.listed

    def shortest_paths_to(self, goal: int, through_removed: bool) -> ShortestPathsTo:
        """Returns the preferred paths from all vertices of the upgrade graph to the vertex `goal`."""
        paths = self._approaches.get((goal, through_removed))
        if paths is None:
            paths = self.find_shortest_paths_to(
                goal, self.enterable(through_removed), self.ancestors(through_removed)[goal]
            )
            self._approaches.put(
                [(goal, through_removed)], paths, len(paths.levels) * (len(self.vertices) + _SET_OVERHEAD)
            )
        return paths

    @memoized
    def ancestors(self, through_removed: bool) -> list[int]:
        """Returns, for every vertex, the bit set of the vertices from which a path leads to it, including the vertex
        itself.
        """
        if through_removed and self.listed == self.all:
            return self.ancestors(False)
        enterable = self.enterable(through_removed)
        predecessors = [before if enterable >> index & 1 else 0 for index, before in enumerate(self.before)]
        return [
            1 << index | others
            for index, others in enumerate(transitive_closure(predecessors, self.components(through_removed)))
        ]

    @memoized
    def component_numbers(self, through_removed: bool) -> list[int]:
        """Returns, for every vertex, the lowest vertex number in its strongly connected component of the upgrade
        graph.
        """
        representatives = [0] * len(self.vertices)
        for group in self.components(through_removed):
            for index in indices(group):
                representatives[index] = first_index(group)
        return representatives

    @memoized
    def components(self, through_removed: bool) -> list[int]:
        """Returns the strongly connected components of the upgrade graph as bit sets, in topological order."""
        enterable = self.enterable(through_removed)
        not_enterable = [1 << index for index in indices(self.all & ~enterable)]
        return [*not_enterable, *strongly_connected_components(self.after, self.before, enterable)]

    @memoized
    def sources(self, through_removed: bool) -> int:
        """Returns the vertices at which upgrade paths begin: the strongly connected components into which no step leads
        from another component.
        """
        enterable, groups = self.enterable(through_removed), self.components(through_removed)
        return sum(group for group in groups if not union_of(self.before, group & enterable) & ~group)

    @memoized
    def versions(self) -> dict[tuple[str, str], tuple[tuple[str, int], ...]]:
        """Returns, for each device model and firmware version, the entry numbers that have both, in ascending order,
        each with its vertex.
        """
        entries, vertices = self.snapshot.entries, sorted(self.index_of.items())
        return group_by_key((entries[number].identity[:2], (number, index)) for number, index in vertices)

    @memoized
    def _rows(self) -> dict[tuple[str, str], Step]:
        """Returns the stored steps by base and target. At any instant at most one step of a pair of entries is in
        force.
        """
        return dict(zip(map(itemgetter(0, 1), self.snapshot.steps), self.snapshot.steps, strict=True))

    @memoized
    def latest_recorded(self) -> list[tuple[datetime, int]]:
        """Returns the instants at which the service last recorded a fact about a vertex, the latest first, each with
        the bit set of its vertices.

        The facts of a vertex are the list content, the declarations and the accepted bases of its entries.
        """
        latest = [
            max(instant for member in vertex.members for instant in (member.recorded, member.declared.recorded))
            for vertex in self.vertices
        ]
        for step in self.snapshot.steps:
            if step.acceptance:
                index = self.index_of[step.target]
                latest[index] = max(latest[index], self.snapshot.accepted[step.acceptance])
        vertices_at: dict[datetime, int] = defaultdict(int)
        for index, instant in enumerate(latest):
            vertices_at[instant] |= 1 << index
        return sorted(vertices_at.items(), reverse=True)

    @memoized
    def with_held_accepted(self) -> "Network":
        """Returns the upgrade graph that would result if somebody accepted every declared base that gives no step
        without acceptance.
        """
        return Network(self.snapshot.with_held_accepted())


def _vertices(snapshot: Snapshot) -> list[Vertex]:
    groups = group_by_key((entry.identity, entry) for _, entry in sorted(snapshot.entries.items()))
    return sorted(
        (Vertex(twins, representative_of(twins)) for twins in groups.values()), key=lambda vertex: vertex.shown.number
    )
