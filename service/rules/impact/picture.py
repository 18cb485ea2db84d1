"""A neighbourhood at one instant, for every pair of its entries at once.

Entries are places in the order of their numbers. Twins are one vertex (design 4), which stands at the place of the
entry shown for it; a set of vertices is spread to all their entries where entries are asked for.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from service.rules.bits import bits, joined, places
from service.rules.derive import Facts, in_force, open_pairs
from service.rules.impact.ways import reach, transposed

ABSENT = -1


class Picture:
    """What is in force at an instant: vertices, the steps between them, what is reached, what could be."""

    def __init__(self, facts: Facts, numbers: Sequence[str], at: datetime) -> None:
        self.numbers = numbers
        self.revisions = [in_force(facts.revisions.get(number, ()), at) for number in numbers]
        self.vertex = [ABSENT] * len(numbers)
        self.members = [0] * len(numbers)
        self.after = [0] * len(numbers)
        self.imageless = self.undeclared = 0
        self.listed: set[int] = set()
        self._place(facts, at)
        self.declared = self._join(facts, at)
        self.twins = [(here, mask) for here, mask in enumerate(self.members) if mask.bit_count() > 1]

    def _place(self, facts: Facts, at: datetime) -> None:
        groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for place, revision in enumerate(self.revisions):
            if revision:
                groups[revision.twin_key].append(place)
        for (*_, image), group in groups.items():
            listed = [place for place in group if self._listed(place)]
            shown = min(listed or group)
            for place in group:
                self.vertex[place] = shown
            self.members[shown] = bits(group)
            self.imageless |= (not image) << shown
            if listed:
                self.listed.add(shown)
            if not any(self._said(facts, place, at) for place in group):
                self.undeclared |= 1 << shown

    def _listed(self, place: int) -> bool:
        revision = self.revisions[place]
        return revision is not None and revision.listed

    def _said(self, facts: Facts, place: int, at: datetime) -> bool:
        declaration = in_force(facts.declarations.get(self.numbers[place], ()), at)
        return declaration is not None and declaration.kind != "not-supplied"

    def _join(self, facts: Facts, at: datetime) -> set[tuple[str, str]]:
        """Joins vertices by steps into listed ones, and gives the declared pairs that do."""
        place, found = {number: nth for nth, number in enumerate(self.numbers)}, set()
        for revision in self.revisions:
            for target, base, *_ in open_pairs(facts, [revision] if revision else [], at):
                start, goal = self.vertex[place[base.entry]], self.vertex[place[target.entry]]
                if start != goal and goal in self.listed:
                    self.after[start] |= 1 << goal
                    found.add((base.entry, target.entry))
        return found

    def __eq__(self, other: object) -> bool:
        """Whether every answer is the same at both instants."""
        return isinstance(other, Picture) and self._all == other._all

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up

    @cached_property
    def _all(self) -> tuple[object, ...]:
        models = [revision and revision.device_model for revision in self.revisions]
        open_to = self.undeclared & bits(self.listed)
        return self.numbers, models, self.vertex, self.members, self.after, self.imageless, open_to, self.declared

    @cached_property
    def before(self) -> list[int]:
        """The bases of each vertex."""
        return transposed(self.after)

    @cached_property
    def reached(self) -> list[int]:
        """What each vertex reaches, itself included."""
        return reach(self.after, self.before)

    @cached_property
    def reaching(self) -> list[int]:
        """What reaches each vertex, itself included."""
        return reach(self.before, self.after)

    @cached_property
    def models(self) -> dict[str, int]:
        """The vertices of each device model."""
        found: dict[str, int] = defaultdict(int)
        for here, revision in enumerate(self.revisions):
            if revision and self.members[here]:
                found[revision.device_model] |= 1 << here
        return found

    @cached_property
    def _supposed(self) -> list[tuple[int, int]]:
        """For each device model: what could be reached from it were nothing undeclared, and what reaches it.

        The supposed ways are one into every undeclared entry that may be a target from each other one of its
        device model (design 4); once a device model is reached, all of these are, and whatever they lead to.
        """
        open_to = self.undeclared & bits(self.listed)
        return [(self._could(model, open_to), joined(self.reaching, model)) for model in self.models.values()]

    def _could(self, model: int, open_to: int) -> int:
        opened, found = model, joined(self.reached, model & open_to)
        waiting = [other for other in self.models.values() if other != model]
        while met := [other for other in waiting if other & found]:
            waiting = [other for other in waiting if other not in met]
            for other in met:
                opened |= other
                found |= joined(self.reached, other & open_to)
        return found

    @cached_property
    def onwards(self) -> list[int]:
        """For each entry all that it reaches, itself and its twins included; none where no list has it yet."""
        return self._entries(self.reached)

    @cached_property
    def towards(self) -> list[int]:
        """For each entry all that reach it, itself and its twins included."""
        return self._entries(self.reaching)

    @cached_property
    def perhaps(self) -> list[int]:
        """For each entry all that reach it, or could if all that is missing were declared."""
        found = list(self.reaching)
        for could, whence in self._supposed:
            for here in places(could):
                found[here] |= whence
        return self._entries(found)

    def _entries(self, of_vertices: list[int]) -> list[int]:
        return [0 if here == ABSENT else self._spread(of_vertices[here]) for here in self.vertex]

    def _spread(self, vertices: int) -> int:
        for here, members in self.twins:
            if vertices >> here & 1:
                vertices |= members
        return vertices

    def same(self, place: int) -> int:
        """An entry and its twins."""
        here = self.vertex[place]
        return 0 if here == ABSENT else self.members[here]

    def looks(self, place: int) -> tuple[object, ...]:
        """What a search sees of a vertex; of an entry that is none, only which one stands for it."""
        return self.vertex[place], self.members[place], self.imageless >> place & 1, self.after[place]
