"""Finds the shortest upgrade paths in the order of preference, and the vertices that a path reaches (design 4).

The preferred path has the fewest steps into entries without an image hash, then the fewest steps, then the lowest entry
numbers, compared as text step by step.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.rules.pathfinding.bitset import first_index, indices, union_of

Cost = tuple[int, int]
"""The cost of a path: its number of steps into entries without an image hash, then its number of steps."""

NO_VERTEX = -1
"""Stands for the next vertex where no path leads on."""

Levels = dict[Cost, int]
"""Bit sets of vertices by the cost of their preferred path, in ascending order of cost."""


@dataclass(frozen=True)
class ShortestPathsTo:
    """The preferred paths from all vertices to one goal. `levels` has the vertices by the cost of their path to the
    goal.

    The vertices are numbered in the order of the entry numbers that represent them, so the lowest number in a bit set
    is the preferred vertex. A question can make another entry with the same image represent its base or its target;
    base and target are the ends of the path, so their order never matters.
    """

    goal: int
    after: Sequence[int]
    imageless: int
    enterable: int
    levels: Levels
    ancestors: int
    """All vertices from which a path leads to the goal, including the goal."""

    def cost(self, start: int) -> Cost | None:
        """Returns the cost of the preferred path from the vertex `start` to the goal, or None if there is no path.

        Steps need not be allowed to enter the start, because the meter runs its firmware already.
        """
        if not self.ancestors >> start & 1:
            return None
        return next(cost for cost, level in self.levels.items() if level >> start & 1)

    def path(self, start: int) -> list[int] | None:
        """Returns the preferred path from the vertex `start` to the goal as vertex numbers, or None if there is no
        path.
        """
        cost = self.cost(start)
        if cost is None:
            return None
        path = [start]
        while path[-1] != self.goal:
            vertex, cost = self._next(path[-1], cost)
            path.append(vertex)
        return path

    def _next(self, vertex: int, cost: Cost) -> tuple[int, Cost]:
        """Returns the first successor of a vertex on a path of the lowest cost, and the cost from the successor to the
        goal.
        """
        successor = first_index(self.after[vertex] & self.next_on_shortest_path(cost))
        return successor, (cost[0] - (self.imageless >> successor & 1), cost[1] - 1)

    def next_vertices(self, starts: int) -> "array[int]":
        """Returns the next vertex of each vertex on the preferred paths from `starts` to the goal.

        The array has NO_VERTEX for the goal, for a start without a path, and for all vertices on none of these paths.
        This method examines a vertex once, however many of the paths lead through it.
        """
        following = array("i", [NO_VERTEX]) * len(self.after)
        on_paths = starts
        _, *levels = self.levels.items()  # the first level is the goal
        for cost, level in reversed(levels):  # the vertices furthest from the goal come first
            candidates = self.next_on_shortest_path(cost)
            for vertex in indices(level & on_paths):
                following[vertex] = successor = first_index(self.after[vertex] & candidates)
                on_paths |= 1 << successor
        return following

    def next_on_shortest_path(self, cost: Cost) -> int:
        """Returns all vertices that can come next on a path of the lowest cost to the goal, after a vertex whose own
        lowest cost is given.
        """
        imageless, steps = cost
        into_image = self.levels.get((imageless, steps - 1), 0) & ~self.imageless
        into_imageless = self.levels.get((imageless - 1, steps - 1), 0) & self.imageless
        return self.enterable & (into_image | into_imageless)


def costs_to(before: Sequence[int], imageless: int, goal: int, enterable: int, ancestors: int | None = None) -> Levels:
    """Returns all vertices from which a path leads to the goal, grouped by the lowest cost of such a path. The target
    of a step determines its cost.

    `ancestors` are these vertices, if the caller knows them; the search then stops as soon as it has the cost of each.
    """

    def predecessors(level: int) -> tuple[int, int]:
        return union_of(before, level & enterable & ~imageless), union_of(before, level & enterable & imageless)

    return _dijkstra(goal, predecessors, ancestors)


def costs_from(after: Sequence[int], imageless: int, start: int, enterable: int) -> Levels:
    """Returns all vertices to which a path from the start leads, grouped by the lowest cost of such a path."""

    def successors(level: int) -> tuple[int, int]:
        targets = union_of(after, level) & enterable
        return targets & ~imageless, targets & imageless

    return _dijkstra(start, successors)


def _dijkstra(origin: int, expand: Callable[[int], tuple[int, int]], expected: int | None = None) -> Levels:
    """Runs Dijkstra's algorithm over levels of equal cost. Returns the vertices by their cost from `origin`.

    `expand` returns the neighbours of a level: first those with an image, then those without one. The search stops
    early when it has visited all vertices in `expected`.
    """
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
