"""A neighbourhood at one instant, for every pair of its entries at once.

Entries are places in the order of their numbers. Twins are one vertex (design 4), which stands at the place of the
entry shown for it; a set of vertices is spread to all their entries where entries are asked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from functools import cached_property, reduce
from operator import or_

from service.rules.facts.derive_edges import Facts, acceptance_in_effect, hardware_kind, row_in_force
from service.rules.pathfinding.bitset import bitset_of, indices, reachable_from
from service.rules.pathfinding.shortest_path import Levels, ShortestPathsTo, costs_from, costs_to

ABSENT = -1

HardwareKind = tuple[str, str, str]


class ImpactSnapshot:
    """What is in force at an instant: vertices, the steps between them, what is reached, what could be."""

    def __init__(self, facts: Facts, numbers: Sequence[str], at: datetime) -> None:
        self._facts, self._at = facts, at
        self.numbers = numbers
        self.place = {number: nth for nth, number in enumerate(numbers)}
        self.revisions = [row_in_force(facts.revisions.get(number, ()), at) for number in numbers]
        self._flags = [1 << nth for nth in range(len(numbers))]
        self._kinds = [hardware_kind(revision) if revision else None for revision in self.revisions]
        self._alike: dict[HardwareKind, dict[str, int]] = defaultdict(dict)
        for nth, mine in enumerate(self._kinds):
            if mine:
                self._alike[mine][numbers[nth]] = nth
        self._accepting = {target for _, target in facts.acceptances}
        self.vertex = [ABSENT] * len(numbers)
        self.members = [0] * len(numbers)
        self.imageless = self.listed = self.undeclared = 0
        self._group()
        self._declare(self.known)
        self.after, self.before = [0] * len(numbers), [0] * len(numbers)
        self._join(self.known)
        self.twins = [(here, mask) for here, mask in enumerate(self.members) if mask.bit_count() > 1]

    def redeclared(self, facts: Facts, entries: Iterable[str]) -> "ImpactSnapshot":
        """The same where something else is declared or accepted for some entries, and nothing else is different."""
        other = copy(self)
        for name in (
            "_left",
            "_spent",
            "_reaching",
            "supposed",
            "_all",
        ):  # what was found out about the first is not of this one
            other.__dict__.pop(name, None)
        other._facts, other._accepting = facts, {target for _, target in facts.acceptances}
        other.after, other.before = list(self.after), list(self.before)
        changed = {vertex for entry in entries if (vertex := self.vertex[self.place[entry]]) != ABSENT}
        for vertex in changed:
            for base in indices(self.before[vertex]):
                other.after[base] ^= 1 << vertex
            other.before[vertex] = 0
        other._declare(changed)
        other._join(changed)
        return other

    @property
    def known(self) -> list[int]:
        """All vertices."""
        return [here for here, members in enumerate(self.members) if members]

    def _group(self) -> None:
        groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for place, revision in enumerate(self.revisions):
            if revision:
                groups[revision.twin_key].append(place)
        for (*_, image), group in groups.items():
            listed = [place for place in group if self._listed(place)]
            shown = min(listed or group)
            for place in group:
                self.vertex[place] = shown
            self.members[shown] = bitset_of(group)
            self.imageless |= (not image) << shown
            self.listed |= bool(listed) << shown

    def _listed(self, place: int) -> bool:
        revision = self.revisions[place]
        return revision is not None and revision.listed

    def _declare(self, vertices: Iterable[int]) -> None:
        for vertex in vertices:
            said = any(self._said(place) for place in indices(self.members[vertex]))
            self.undeclared = self.undeclared & ~(1 << vertex) | (not said) << vertex

    def _said(self, place: int) -> bool:
        declaration = row_in_force(self._facts.declarations.get(self.numbers[place], ()), self._at)
        return declaration is not None and declaration.kind != "not-supplied"

    def _join(self, vertices: Iterable[int]) -> None:
        """Draws the steps into these vertices, where they are listed."""
        for vertex in vertices:
            own = 1 << vertex
            there = {self.vertex[base] for place in indices(self.members[vertex]) for base in self._bases(place)}
            if self.listed & own:
                there.discard(vertex)
                self.before[vertex] = reduce(or_, map(self._flags.__getitem__, there), 0)
                for base in there:
                    self.after[base] |= own

    def _bases(self, place: int) -> set[int]:
        """The bases from which a declaration in force gives a step into an entry."""
        target = self.numbers[place]
        declaration = row_in_force(self._facts.declarations.get(target, ()), self._at)
        mine = self._kinds[place]
        if declaration is None or mine is None:
            return set()
        alike = self._alike[mine]
        found = {alike[number] for number in declaration.bases if number in alike}
        if target in self._accepting:
            others = (self.place[number] for number in declaration.bases if number in self.place)
            found.update(base for base in others if self._accepted(base, place))
        return found

    def _accepted(self, base: int, target: int) -> bool:
        pair = self.revisions[base], self.revisions[target]
        return bool(pair[0] and pair[1] and acceptance_in_effect(self._facts, pair[0], pair[1], self._at))

    def steps_into(self, entry: str) -> set[tuple[str, str]]:
        """The pairs declared that give a step into an entry."""
        place = self.place[entry]
        vertex = self.vertex[place]
        if vertex == ABSENT or not self.listed >> vertex & 1:
            return set()
        return {(self.numbers[base], entry) for base in self._bases(place) if self.vertex[base] != vertex}

    def __eq__(self, other: object) -> bool:
        """Whether every answer is the same at both instants."""
        return isinstance(other, ImpactSnapshot) and self._all == other._all

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up

    @cached_property
    def _all(self) -> tuple[object, ...]:
        declared = [self.steps_into(number) for number in self.numbers]
        return self.numbers, self.vertices, self.after, self.undeclared & self.listed, declared

    @property
    def vertices(self) -> tuple[object, ...]:
        """What a search sees of vertices, but for their steps."""
        models = [revision and revision.device_model for revision in self.revisions]
        return models, self.vertex, self.members, self.imageless

    @property
    def models(self) -> dict[str, int]:
        """The vertices of each device model."""
        found: dict[str, int] = defaultdict(int)
        for here in self.known:
            revision = self.revisions[here]
            found[revision.device_model if revision else ""] |= 1 << here
        return found

    @cached_property
    def possible_reach(self) -> list[tuple[int, int]]:
        """For each device model: what could be reached from it were nothing undeclared, and what reaches it.

        The supposed ways are one into every undeclared entry that may be a target from each other one of its
        device model (design 4); once a device model is reached, all of these are, and whatever they lead to.
        """
        models = self.models
        return [(self._could(model, models), reachable_from(self.before, model, -1)) for model in models.values()]

    def _could(self, model: int, models: dict[str, int]) -> int:
        open_to = self.undeclared & self.listed
        found = reachable_from(self.after, model & open_to, -1)
        waiting = [other for other in models.values() if other != model]
        while met := [other for other in waiting if other & found]:
            waiting = [other for other in waiting if other not in met]
            for other in met:
                found |= reachable_from(self.after, other & open_to, -1)
        return found

    @cached_property
    def _left(self) -> dict[int, ShortestPathsTo]:
        return {}

    def shortest_paths_to(self, goal: int) -> ShortestPathsTo:
        """All ways to a vertex."""
        found = self._left.get(goal)
        if found is None:
            left = costs_to(self.before, self.imageless, goal, -1)
            leading = reduce(or_, left.values())
            found = self._left[goal] = ShortestPathsTo(goal, self.after, self.imageless, -1, left, leading)
            self._reaching[goal] = leading
        return found

    def costs_from(self, start: int) -> Levels:
        """All that is reached from a vertex, by what it costs."""
        found = self._spent.get(start)
        if found is None:
            found = self._spent[start] = costs_from(self.after, self.imageless, start, -1)
        return found

    @cached_property
    def _spent(self) -> dict[int, Levels]:
        return {}

    def ancestors(self, goal: int) -> int:
        """What reaches a vertex, itself included."""
        found = self._reaching.get(goal)
        if found is None:
            found = self._reaching[goal] = reachable_from(self.before, 1 << goal, -1)
        return found

    @cached_property
    def _reaching(self) -> dict[int, int]:
        return {}

    def possible_ancestors(self, goal: int) -> int:
        """What reaches a vertex, or could if all that is missing were declared."""
        found = self.ancestors(goal)
        for could, whence in self.possible_reach:
            if could >> goal & 1:
                found |= whence
        return found

    def entries_of(self, vertices: int) -> int:
        """The entries of vertices."""
        for here, members in self.twins:
            if vertices >> here & 1:
                vertices |= members
        return vertices

    def vertex_view(self, place: int) -> tuple[object, ...]:
        """What a search sees of a vertex; of an entry that is none, only which one stands for it."""
        return self.vertex[place], self.members[place], self.imageless >> place & 1, self.after[place]
