"""The graph that the searches use: numbered vertices, bit sets of vertices, and the steps between vertices."""

from collections import defaultdict
from functools import reduce
from operator import or_

from service.rules.pathfinding.shortest_path import ShortestPathsTo, costs_to


class VertexGraph:
    """Vertices with the properties that searches need, and the steps between them. Twins are one vertex.

    `after[n]` is the bit set of the successors of vertex n, `before[n]` that of its predecessors.
    """

    def __init__(self, size: int) -> None:
        self.after, self.before = [0] * size, [0] * size
        self.all = self.imageless = self.listed = self.undeclared = 0
        self.peers: dict[str, int] = defaultdict(int)
        """The vertices of each device model."""

    def add_vertex(self, index: int, device_model: str, imageless: bool, listed: bool, undeclared: bool) -> None:
        """Adds the vertex with this index, which must be unused."""
        bit = 1 << index
        self.all |= bit
        self.peers[device_model] |= bit
        if imageless:
            self.imageless |= bit
        if listed:
            self.listed |= bit
        if undeclared:
            self.undeclared |= bit

    def approach_to(self, goal: int, enterable: int, ancestors: int | None = None) -> ShortestPathsTo:
        """The shortest paths to a goal. `ancestors`: the vertices that can reach the goal, if the caller knows them."""
        costs = costs_to(self.before, self.imageless, goal, enterable, ancestors)
        known = reduce(or_, costs.values()) if ancestors is None else ancestors
        return ShortestPathsTo(goal, self.after, self.imageless, enterable, costs, known)
