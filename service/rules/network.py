"""The neighbourhood as a graph of vertices: twins are one vertex (design 4)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from service.rules.neighbourhood import Listing, Neighbourhood, Step


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
    """Vertices by index, and the declared ways between them, whether or not their target is listed."""

    def __init__(self, near: Neighbourhood, asked: Iterable[str] = ()) -> None:
        self.near = near
        self.vertices: list[Vertex] = []
        self.of: dict[str, int] = {}
        self._place_all(near, frozenset(asked))
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

    def _place_all(self, near: Neighbourhood, asked: frozenset[str]) -> None:
        groups: dict[tuple[str, str, str], list[Listing]] = defaultdict(list)
        for number in sorted(near.entries):
            groups[near.entries[number].identity].append(near.entries[number])
        for members in groups.values():
            for member in members:
                self.of[member.number] = len(self.vertices)
            self.vertices.append(Vertex(tuple(members), _shown(members, asked)))

    def _join(self, steps: list[Step]) -> None:
        place, after, before = self.of, self.after, self.before
        for base_number, target_number, *_ in steps:
            base, target = place[base_number], place[target_number]
            if base != target:
                after[base].add(target)
                before[target].add(base)

    def row(self, base: int, target: int) -> Step:
        """The row that speaks for a step: that of the pair shown, else one declared, else the first."""
        pair = (self.shown[base], self.shown[target])
        return min(self._between(base, target), key=lambda s: (s[:2] != pair, s.by_twin, s.base, s.target))

    def _between(self, base: int, target: int) -> list[Step]:
        """Looked up for the few steps that are shown; an index of all would cost more than the search."""
        bases, targets = ({m.number for m in self.vertices[place].members} for place in (base, target))
        return [step for step in self.near.steps if step[1] in targets and step[0] in bases]

    def enterable(self, through_removed: bool) -> list[bool]:
        """Which vertices a step may lead to: the listed ones, or all."""
        return [True] * len(self.vertices) if through_removed else self.listed


def _shown(members: list[Listing], asked: frozenset[str]) -> Listing:
    """The entry asked for, else the lowest listed number, else the lowest."""
    return min(members, key=lambda m: (m.number not in asked, not m.listed, m.number))
