"""Migration paths: the preferred path from every vertex to the nearest clear vertex, over the public network.

The preferred path has the fewest steps that cannot be performed, as in any pathway; then (only if exposed stops are to
be avoided) the fewest exposed stops; then the fewest steps; then the lowest entry numbers as text, step by step.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

from service.rules.pathfinding.bitset import first_index, indices
from service.rules.pathfinding.network import Network

MigrationCost = tuple[int, int, int]
"""(steps that cannot be performed, exposed stops if these are to be avoided, steps)"""


@dataclass(frozen=True)
class MigrationPaths:
    """The lowest cost from each vertex to a clear vertex, and the bit set of the clear vertices at this cost."""

    network: Network
    exposed: int
    enterable: int
    avoid: bool
    costs: dict[int, MigrationCost]
    nearest: dict[int, int]

    def path(self, start: int) -> list[int]:
        """The preferred path as vertices, both ends included."""
        path = [start]
        while self.costs[path[-1]] != (0, 0, 0):
            path.append(first_index(self._next_vertices(path[-1])))
        return path

    def _next_vertices(self, vertex: int) -> int:
        """The successors that keep the cost lowest."""
        successors = 0
        for target in indices(self.network.after[vertex] & self.enterable):
            step = step_cost(self.network, self.exposed, self.avoid, target)
            if target in self.costs and _add_costs(self.costs[target], step) == self.costs[vertex]:
                successors |= 1 << target
        return successors


def find_migration_paths(network: Network, exposed: int, clear: int, enterable: int, avoid: bool) -> MigrationPaths:
    """The migration paths of all vertices that reach a clear and enterable vertex. The start need not be enterable."""
    costs: dict[int, MigrationCost] = {}
    queue = [((0, 0, 0), goal) for goal in indices(clear & enterable)]
    while queue:
        cost, vertex = heappop(queue)
        if vertex in costs:
            continue
        costs[vertex] = cost
        if enterable >> vertex & 1:
            entering = step_cost(network, exposed, avoid, vertex)
            for base in indices(network.before[vertex]):
                heappush(queue, (_add_costs(cost, entering), base))
    paths = MigrationPaths(network, exposed, enterable, avoid, costs, {})
    for start in sorted(costs, key=lambda start: costs[start]):
        next_vertices = () if costs[start] == (0, 0, 0) else indices(paths._next_vertices(start))
        paths.nearest[start] = 1 << start if costs[start] == (0, 0, 0) else 0
        for vertex in next_vertices:
            paths.nearest[start] |= paths.nearest[vertex]
    return paths


def step_cost(network: Network, exposed: int, avoid: bool, vertex: int) -> MigrationCost:
    """The cost of a step into a vertex."""
    return network.imageless >> vertex & 1, int(avoid and bool(exposed >> vertex & 1)), 1


def _add_costs(cost: MigrationCost, other: MigrationCost) -> MigrationCost:
    return cost[0] + other[0], cost[1] + other[1], cost[2] + other[2]
