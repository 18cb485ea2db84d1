"""The graph that searches look at: vertices at places, sets of them as numbers with a bit a vertex, and steps."""

from collections import defaultdict
from functools import reduce
from operator import or_

from service.rules.pathfinding.shortest_path import ShortestPathsTo, costs_to


class VertexGraph:
    """Vertices with what a search must know of them, and the steps between them. Twins are one vertex.

    `after` and `before` have, for each place, the vertices that a step leads to, and from which a step leads to it.
    """

    def __init__(self, places: int) -> None:
        self.after, self.before = [0] * places, [0] * places
        self.all = self.imageless = self.listed = self.undeclared = 0
        self.peers: dict[str, int] = defaultdict(int)
        """The vertices of each device model."""

    def add_vertex(self, place: int, device_model: str, imageless: bool, listed: bool, undeclared: bool) -> None:
        """Puts a vertex at a place at which there is none."""
        own = 1 << place
        self.all |= own
        self.peers[device_model] |= own
        if imageless:
            self.imageless |= own
        if listed:
            self.listed |= own
        if undeclared:
            self.undeclared |= own

    def approach_to(self, goal: int, enterable: int, leading: int | None = None) -> ShortestPathsTo:
        """All ways to a goal. `leading`: the vertices from which there is one, where they are known."""
        left = costs_to(self.before, self.imageless, goal, enterable, leading)
        known = reduce(or_, left.values()) if leading is None else leading
        return ShortestPathsTo(goal, self.after, self.imageless, enterable, left, known)
