"""Finds the preferred path from each vertex to the nearest clear vertex (known not to match the search).

The preferred path has the fewest steps that cannot be performed, as every pathway; then (only if exposed entries are to
be avoided) the fewest exposed entries; then the fewest steps; then the lowest entry numbers as text, step by step.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

from service.rules.pathfinding.bitset import first_index, indices
from service.rules.pathfinding.network import Network

MigrationCost = tuple[int, int, int]
"""(steps that cannot be performed, exposed entries entered if these are to be avoided, steps)"""


@dataclass(frozen=True)
class MigrationPaths:
    """The preferred upgrade paths to clear vertices (known not to match a ZigBee search): the lowest cost from each
    vertex (`costs`), and the clear vertices at this cost (`nearest`).

    `exposed`, `enterable` and the values of `nearest` are bit sets of vertices.
    """

    network: Network
    exposed: int
    enterable: int
    avoid: bool
    costs: dict[int, MigrationCost]
    nearest: dict[int, int]

    def path(self, start: int) -> list[int]:
        """Returns the preferred path from the vertex `start` to a clear vertex (known not to match the search),
        including both ends.
        """
        path = [start]
        while self.costs[path[-1]] != (0, 0, 0):
            path.append(first_index(self._next_vertices(path[-1])))
        return path

    def _next_vertices(self, vertex: int) -> int:
        """Returns the successors of a vertex that lie on a path of the lowest cost, as a bit set."""
        successors = 0
        for target in indices(self.network.after[vertex] & self.enterable):
            step = step_cost(self.network, self.exposed, self.avoid, target)
            if target in self.costs and _add_costs(self.costs[target], step) == self.costs[vertex]:
                successors |= 1 << target
        return successors


def find_migration_paths(network: Network, exposed: int, clear: int, enterable: int, avoid: bool) -> MigrationPaths:
    """Returns the preferred paths to clear vertices (known not to match a ZigBee search) that steps may enter, from all
    vertices that reach one. Steps need not be allowed to enter the start.
    """
    costs: dict[int, MigrationCost] = {}
    queue = [((0, 0, 0), goal) for goal in indices(clear & enterable)]
    while queue:
        cost, vertex = heappop(queue)
        if vertex not in costs:
            costs[vertex] = cost
            base_cost = _add_costs(cost, step_cost(network, exposed, avoid, vertex))
            for base in indices(network.before[vertex]) if enterable >> vertex & 1 else ():
                heappush(queue, (base_cost, base))
    paths = MigrationPaths(network, exposed, enterable, avoid, costs, {})
    for start in sorted(costs, key=lambda start: costs[start]):
        next_vertices = () if costs[start] == (0, 0, 0) else indices(paths._next_vertices(start))
        paths.nearest[start] = 1 << start if costs[start] == (0, 0, 0) else 0
        for vertex in next_vertices:
            paths.nearest[start] |= paths.nearest[vertex]
    return paths


def step_cost(network: Network, exposed: int, avoid: bool, vertex: int) -> MigrationCost:
    """Returns the cost of one upgrade step into a vertex, to be compared in this order: 1 if the vertex has no image;
    with `avoid`, 1 if it matches the ZigBee search; 1 for the step.
    """
    return network.imageless >> vertex & 1, int(avoid and bool(exposed >> vertex & 1)), 1


def _add_costs(cost: MigrationCost, other: MigrationCost) -> MigrationCost:
    """Returns the sum of two costs."""
    return cost[0] + other[0], cost[1] + other[1], cost[2] + other[2]
