"""The graph that the path searches use: numbered vertices, bit sets of vertices, and the steps between vertices."""

from collections import defaultdict
from functools import reduce
from operator import or_

from service.rules.pathfinding.shortest_path import ShortestPathsTo, costs_to


class VertexGraph:
    """A directed graph of numbered vertices with the properties that searches for upgrade paths need.

    `after[n]` is the bit set of the successors of vertex n, `before[n]` that of its predecessors. The bit sets `all`,
    `imageless`, `listed` and `undeclared` have the vertices with this property.
    """

    def __init__(self, size: int) -> None:
        self.after, self.before = [0] * size, [0] * size
        self.all = self.imageless = self.listed = self.undeclared = 0
        self.peers: dict[str, int] = defaultdict(int)
        """The vertices of each device model, as a bit set by the id of the device model."""

    def add_vertex(self, index: int, device_model: str, imageless: bool, listed: bool, undeclared: bool) -> None:
        """Adds the vertex with the number given to the bit set of each property that it has. The number must be
        unused.
        """
        bit = 1 << index
        self.all |= bit
        self.peers[device_model] |= bit
        self.imageless |= imageless << index
        self.listed |= listed << index
        self.undeclared |= undeclared << index

    def find_shortest_paths_to(self, goal: int, enterable: int, ancestors: int | None = None) -> ShortestPathsTo:
        """Returns the shortest paths from all vertices to a goal. Each step of a path enters a vertex in `enterable`.

        `ancestors` are the vertices that can reach the goal, if the caller knows them.
        """
        costs = costs_to(self.before, self.imageless, goal, enterable, ancestors)
        known = reduce(or_, costs.values()) if ancestors is None else ancestors
        return ShortestPathsTo(goal, self.after, self.imageless, enterable, costs, known)
