"""The upgrade graph of some device models at one instant, prepared to give the pathway answers for all pairs of its
entries.

The place of an entry is its index in the sorted entry numbers. Entries that carry the same image (twins) are one
vertex, as design 4 says; the vertex has the place of the entry that represents the twins.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from functools import reduce
from operator import or_

from service.domain.memo import Memoized, memoized
from service.rules.facts.derive_edges import FactsAt
from service.rules.facts.grouped_facts import Facts
from service.rules.pathfinding.bitset import indices, reachable_from
from service.rules.pathfinding.possible_paths import reachable_by_possible_steps
from service.rules.pathfinding.shortest_path import Levels, ShortestPathsTo, costs_from
from service.rules.pathfinding.twins import representative_of
from service.rules.pathfinding.vertex_graph import VertexGraph

ABSENT = -1
"""Stands for the vertex of an entry that no list in force has."""


class ImpactSnapshot(VertexGraph, Memoized):
    """The upgrade graph of some entries at one instant: vertices, upgrade steps into listed vertices, and which
    vertices reach which.
    """

    def __init__(self, facts: Facts, numbers: Sequence[str], at: datetime) -> None:
        super().__init__(len(numbers))
        self.memo = {}
        self._facts = FactsAt(facts, at, numbers)
        self.numbers = numbers
        self.place = {number: nth for nth, number in enumerate(numbers)}
        self.revisions = [self._facts.revisions.get(number) for number in numbers]
        self._flags = [1 << nth for nth in range(len(numbers))]
        self.vertex = [ABSENT] * len(numbers)
        self.members = [0] * len(numbers)
        for (model, _, image), twins in self._facts.vertices.items():
            vertex = self.place[representative_of(twins).number]
            for twin in twins:
                self.vertex[self.place[twin.entry]] = vertex
                self.members[vertex] |= self._flags[self.place[twin.entry]]
            listed = any(twin.listed for twin in twins)
            self.add_vertex(vertex, model, imageless=not image, listed=listed, undeclared=self._undeclared(vertex))
        self._add_steps(indices(self.all))
        self.twins = [(vertex, mask) for vertex, mask in enumerate(self.members) if mask.bit_count() > 1]

    def redeclared(self, facts: Facts, entries: Iterable[str]) -> "ImpactSnapshot":
        """Returns a copy in which the entries given have the declarations and accepted bases that `facts` has for them.

        The attributes of all entries must be the same in `facts` as in this snapshot.
        """
        other = copy(self)
        other.memo = {}  # memoised results of the original do not hold for the copy
        other._facts = self._facts.redeclared(facts)
        other.after, other.before = list(self.after), list(self.before)
        changed = {vertex for entry in entries if (vertex := self.vertex[self.place[entry]]) != ABSENT}
        for vertex in changed:
            for base in indices(self.before[vertex]):
                other.after[base] ^= 1 << vertex
            other.before[vertex] = 0
            other.undeclared = other.undeclared & ~(1 << vertex) | other._undeclared(vertex) << vertex
        other._add_steps(changed)
        return other

    def _undeclared(self, vertex: int) -> bool:
        """Returns whether no entry of a vertex has a declaration in force."""
        declared = (self._facts.declaration(self.numbers[place]) for place in indices(self.members[vertex]))
        return all(declaration is None or declaration.kind == "not-supplied" for declaration in declared)

    def _add_steps(self, vertices: Iterable[int]) -> None:
        """Adds the declared steps into those of the given vertices that are listed."""
        for vertex in vertices:
            own = 1 << vertex
            if self.listed & own:
                bases = {self.vertex[base] for place in indices(self.members[vertex]) for base in self._bases(place)}
                bases.discard(vertex)
                self.before[vertex] = reduce(or_, map(self._flags.__getitem__, bases), 0)
                for base in bases:
                    self.after[base] |= own

    def _bases(self, place: int) -> list[int]:
        """Returns the places of the bases from which a declaration in force gives a step into the entry at `place`."""
        return [self.place[base] for base in self._facts.declared_bases(self.numbers[place]).steps]

    def steps_into(self, entry: str) -> set[tuple[str, str]]:
        """Returns the pairs (base, target) of entry numbers for which a declaration gives an upgrade step into the
        target given.
        """
        place = self.place[entry]
        vertex = self.vertex[place]
        if vertex == ABSENT or not self.listed >> vertex & 1:
            return set()
        return {(self.numbers[base], entry) for base in self._bases(place) if self.vertex[base] != vertex}

    def __eq__(self, other: object) -> bool:
        """Returns whether two upgrade graphs give the same pathway answers, because all data on which these depend are
        equal.
        """
        return isinstance(other, ImpactSnapshot) and self._compared_data() == other._compared_data()

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up

    @memoized
    def _compared_data(self) -> tuple[object, ...]:
        """Returns the data on which answers depend."""
        declared = [self.steps_into(number) for number in self.numbers]
        return self.numbers, self.vertices, self.after, self.undeclared & self.listed, declared

    @property
    def vertices(self) -> tuple[object, ...]:
        """Returns, for each vertex, the data on which a path search depends, except for the steps."""
        models = [revision and revision.device_model for revision in self.revisions]
        return models, self.vertex, self.members, self.imageless

    @memoized
    def possible_reach(self) -> list[tuple[int, int]]:
        """Returns two bit sets for each device model: the vertices that it could reach if missing declarations gave
        steps, and the vertices that reach it.

        A possible step leads into every listed entry without a declaration, from each other entry of its device model
        (design 4). So every vertex that reaches a device model possibly reaches all its undeclared entries, and all
        vertices that they reach.
        """
        open_to = self.undeclared & self.listed
        return [
            (reachable_by_possible_steps(self, peers & open_to, self.listed), reachable_from(self.before, peers, -1))
            for peers in self.peers.values()
        ]

    @memoized
    def shortest_paths_to(self, goal: int) -> ShortestPathsTo:
        """Returns the shortest paths from all vertices of the upgrade graph to the vertex `goal`."""
        return self.find_shortest_paths_to(goal, -1)

    @memoized
    def costs_from(self, start: int) -> Levels:
        """Returns the vertices that paths from the vertex `start` reach, grouped by the lowest cost of a path to
        them.
        """
        return costs_from(self.after, self.imageless, start, -1)

    @memoized
    def ancestors(self, goal: int) -> int:
        """Returns the bit set of the vertices from which declared steps lead to the vertex `goal`, including `goal`."""
        return reachable_from(self.before, 1 << goal, -1)

    @memoized
    def possible_ancestors(self, goal: int) -> int:
        """Returns the bit set of the vertices from which missing declarations could make a path to the vertex `goal`.

        The bit set may leave out vertices from which a declared path leads to `goal`: callers have those already.
        """
        return reduce(or_, (sources for reachable, sources in self.possible_reach() if reachable >> goal & 1), 0)

    def entries_of(self, vertices: int) -> int:
        """Returns, as a bit set of entry indexes, all entries of the vertices given. A vertex has all entries that
        carry one image.
        """
        for vertex, members in self.twins:
            if vertices >> vertex & 1:
                vertices |= members
        return vertices

    def vertex_view(self, place: int) -> tuple[object, ...]:
        """Returns those data of one entry (given by its index `place`) that can influence a path search."""
        return self.vertex[place], self.members[place], self.imageless >> place & 1, self.after[place]
