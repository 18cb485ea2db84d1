"""Shortest paths in the order of preference, and the vertices that can be reached (design 4).

A path is preferred that has the fewest steps into entries without an image hash, then the fewest steps, then the
lowest entry numbers, compared as text step by step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.rules.pathfinding.bitset import first_index, union_of

Cost = tuple[int, int]
"""(steps into entries without an image hash, steps)"""

Levels = dict[Cost, int]
"""Bit sets of vertices by the cost of their preferred path, in ascending order of cost."""


@dataclass(frozen=True)
class ShortestPathsTo:
    """The preferred paths from all vertices to one goal. `left` has the vertices by their cost to the goal.

    Vertices are numbered in the order of the entry numbers that represent them, so the lowest index in a bit set is
    the preferred vertex. A question can make another twin represent its base and target; these two are the ends of
    the path, so their order never matters.
    """

    goal: int
    after: Sequence[int]
    imageless: int
    enterable: int
    left: Levels
    ancestors: int
    """All vertices from which the goal can be reached, including the goal."""

    def cost(self, start: int) -> Cost | None:
        """The cost from a vertex to the goal, or None. The start need not be enterable: the meter already runs it."""
        if not self.ancestors >> start & 1:
            return None
        return next(cost for cost, level in self.left.items() if level >> start & 1)

    def path(self, start: int) -> list[int] | None:
        """The preferred path as vertices from `start` to the goal, or None if the goal cannot be reached."""
        cost = self.cost(start)
        if cost is None:
            return None
        path = [start]
        while path[-1] != self.goal:
            vertex, cost = self._next(path[-1], cost)
            path.append(vertex)
        return path

    def _next(self, vertex: int, cost: Cost) -> tuple[int, Cost]:
        """The first successor on a path of the lowest cost, and the cost from there."""
        successor = first_index(self.after[vertex] & self.open_to(cost))
        return successor, (cost[0] - (self.imageless >> successor & 1), cost[1] - 1)

    def open_to(self, cost: Cost) -> int:
        """The successors that lie on a path of the lowest cost, for a vertex at this cost from the goal."""
        imageless, steps = cost
        into_image = self.left.get((imageless, steps - 1), 0) & ~self.imageless
        into_imageless = self.left.get((imageless - 1, steps - 1), 0) & self.imageless
        return self.enterable & (into_image | into_imageless)


def costs_to(before: Sequence[int], imageless: int, goal: int, enterable: int, ancestors: int | None = None) -> Levels:
    """All vertices from which the goal can be reached, by cost. The target of a step determines the cost of the step.

    `ancestors`: these vertices, if the caller knows them; the search then stops as soon as all have a cost.
    """

    def predecessors(level: int) -> tuple[int, int]:
        return union_of(before, level & enterable & ~imageless), union_of(before, level & enterable & imageless)

    return _dijkstra(goal, predecessors, ancestors)


def costs_from(after: Sequence[int], imageless: int, start: int, enterable: int) -> Levels:
    """All vertices that can be reached from the start, by cost."""

    def successors(level: int) -> tuple[int, int]:
        targets = union_of(after, level) & enterable
        return targets & ~imageless, targets & imageless

    return _dijkstra(start, successors)


def _dijkstra(origin: int, expand: Callable[[int], tuple[int, int]], expected: int | None = None) -> Levels:
    """Dijkstra's algorithm over levels of equal cost. `expand` gives neighbours with an image, and without one."""
    frontier: Levels = {(0, 0): 1 << origin}
    settled: Levels = {}
    visited = 0
    while frontier:
        cost = min(frontier)
        level = frontier.pop(cost) & ~visited
        if level:
            settled[cost] = level
            visited |= level
            if visited == expected:
                break
            for imageless, neighbours in enumerate(expand(level)):
                if neighbours & ~visited:
                    next_cost = cost[0] + imageless, cost[1] + 1
                    frontier[next_cost] = frontier.get(next_cost, 0) | neighbours
    return settled
