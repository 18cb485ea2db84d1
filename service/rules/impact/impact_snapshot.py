"""A neighbourhood at one instant, for every pair of its entries at once.

Entries are places in the order of their numbers. Twins are one vertex (design 4), which stands at the place of the
entry shown for it; a set of vertices is spread to all their entries where entries are asked for.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from functools import reduce
from operator import or_

from service.domain.memo import Memoized, memoized
from service.rules.facts.derive_edges import Facts, FactsAt
from service.rules.pathfinding.bitset import indices, reachable_from
from service.rules.pathfinding.possible_paths import possible
from service.rules.pathfinding.shortest_path import Levels, ShortestPathsTo, costs_from
from service.rules.pathfinding.twins import shown
from service.rules.pathfinding.vertex_graph import VertexGraph

ABSENT = -1


class ImpactSnapshot(VertexGraph, Memoized):
    """What is in force at an instant: vertices, the steps into listed ones, what is reached, what could be."""

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
            vertex = self.place[shown(twins).number]
            for twin in twins:
                self.vertex[self.place[twin.entry]] = vertex
                self.members[vertex] |= self._flags[self.place[twin.entry]]
            listed = any(twin.listed for twin in twins)
            self.add_vertex(vertex, model, imageless=not image, listed=listed, undeclared=self._undeclared(vertex))
        self._join(indices(self.all))
        self.twins = [(here, mask) for here, mask in enumerate(self.members) if mask.bit_count() > 1]

    def redeclared(self, facts: Facts, entries: Iterable[str]) -> "ImpactSnapshot":
        """The same where something else is declared or accepted for some entries, and nothing else is different."""
        other = copy(self)
        other.memo = {}  # what is found out about the first is not true of the other
        other._facts = self._facts.redeclared(facts)
        other.after, other.before = list(self.after), list(self.before)
        changed = {vertex for entry in entries if (vertex := self.vertex[self.place[entry]]) != ABSENT}
        for vertex in changed:
            for base in indices(self.before[vertex]):
                other.after[base] ^= 1 << vertex
            other.before[vertex] = 0
            other.undeclared = other.undeclared & ~(1 << vertex) | other._undeclared(vertex) << vertex
        other._join(changed)
        return other

    def _undeclared(self, vertex: int) -> bool:
        """Whether nothing is declared for any of a vertex's entries."""
        declared = (self._facts.declaration(self.numbers[place]) for place in indices(self.members[vertex]))
        return all(declaration is None or declaration.kind == "not-supplied" for declaration in declared)

    def _join(self, vertices: Iterable[int]) -> None:
        """Draws the steps into these vertices, where they are listed."""
        for vertex in vertices:
            own = 1 << vertex
            if self.listed & own:
                there = {self.vertex[base] for place in indices(self.members[vertex]) for base in self._bases(place)}
                there.discard(vertex)
                self.before[vertex] = reduce(or_, map(self._flags.__getitem__, there), 0)
                for base in there:
                    self.after[base] |= own

    def _bases(self, place: int) -> list[int]:
        """The bases from which a declaration in force gives a step into an entry."""
        return [self.place[base] for base in self._facts.named_bases(self.numbers[place]).steps]

    def steps_into(self, entry: str) -> set[tuple[str, str]]:
        """The pairs declared that give a step into an entry."""
        place = self.place[entry]
        vertex = self.vertex[place]
        if vertex == ABSENT or not self.listed >> vertex & 1:
            return set()
        return {(self.numbers[base], entry) for base in self._bases(place) if self.vertex[base] != vertex}

    def __eq__(self, other: object) -> bool:
        """Whether every answer is the same at both instants."""
        return isinstance(other, ImpactSnapshot) and self._all() == other._all()

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up

    @memoized
    def _all(self) -> tuple[object, ...]:
        declared = [self.steps_into(number) for number in self.numbers]
        return self.numbers, self.vertices, self.after, self.undeclared & self.listed, declared

    @property
    def vertices(self) -> tuple[object, ...]:
        """What a search sees of vertices, but for their steps."""
        models = [revision and revision.device_model for revision in self.revisions]
        return models, self.vertex, self.members, self.imageless

    @memoized
    def possible_reach(self) -> list[tuple[int, int]]:
        """For each device model: what could be reached from it were nothing undeclared, and what reaches it.

        The supposed ways are one into every undeclared entry that may be a target from each other one of its
        device model (design 4); once a device model is reached, all of these are, and whatever they lead to.
        """
        open_to = self.undeclared & self.listed
        return [
            (possible(self, peers & open_to, self.listed), reachable_from(self.before, peers, -1))
            for peers in self.peers.values()
        ]

    @memoized
    def shortest_paths_to(self, goal: int) -> ShortestPathsTo:
        """All ways to a vertex."""
        return self.approach_to(goal, -1)

    @memoized
    def costs_from(self, start: int) -> Levels:
        """All that is reached from a vertex, by what it costs."""
        return costs_from(self.after, self.imageless, start, -1)

    @memoized
    def ancestors(self, goal: int) -> int:
        """What reaches a vertex, itself included."""
        return reachable_from(self.before, 1 << goal, -1)

    def possible_ancestors(self, goal: int) -> int:
        """What could reach a vertex if all that is missing were declared; not all of what reaches it as it is."""
        return reduce(or_, (whence for could, whence in self.possible_reach() if could >> goal & 1), 0)

    def entries_of(self, vertices: int) -> int:
        """The entries of vertices."""
        for here, members in self.twins:
            if vertices >> here & 1:
                vertices |= members
        return vertices

    def vertex_view(self, place: int) -> tuple[object, ...]:
        """What a search sees of a vertex; of an entry that is none, only which one stands for it."""
        return self.vertex[place], self.members[place], self.imageless >> place & 1, self.after[place]
