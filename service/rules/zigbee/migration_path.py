"""The way off it: from every vertex the preferred way to one that is known not to have it, over the public network.

Preferred is, as in any pathway, the fewest steps that cannot be performed, then (where exposed stops are to be avoided)
the fewest of these, then the fewest steps, then the entry numbers as text, step by step.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

from service.rules.pathfinding.bitset import first_index, indices
from service.rules.pathfinding.network import Network

MigrationCost = tuple[int, int, int]
"""(steps that cannot be performed, exposed stops that are avoided, steps)"""


@dataclass(frozen=True)
class MigrationPaths:
    """Where each vertex can get to, at what cost, and which of those known not to have it are as near."""

    network: Network
    exposed: int
    enterable: int
    avoid: bool
    costs: dict[int, MigrationCost]
    nearest: dict[int, int]

    def path(self, start: int) -> list[int]:
        """The preferred way as vertices, both ends included."""
        way = [start]
        while self.costs[way[-1]] != (0, 0, 0):
            way.append(first_index(self._onwards(way[-1])))
        return way

    def _onwards(self, here: int) -> int:
        """The successors that keep the cost lowest."""
        found = 0
        for there in indices(self.network.after[here] & self.enterable):
            if there in self.costs and _sum(self.costs[there], self._entering(there)) == self.costs[here]:
                found |= 1 << there
        return found

    def _entering(self, there: int) -> MigrationCost:
        return step_cost(self.network, self.exposed, self.avoid, there)


def find_migration_paths(network: Network, exposed: int, clear: int, enterable: int, avoid: bool) -> MigrationPaths:
    """All vertices from which there is a way to one that is clear and listed. What starts need not be listed."""
    costs: dict[int, MigrationCost] = {}
    waiting = [((0, 0, 0), goal) for goal in indices(clear & enterable)]
    while waiting:
        cost, there = heappop(waiting)
        if there in costs:
            continue
        costs[there] = cost
        if enterable >> there & 1:
            step = step_cost(network, exposed, avoid, there)
            for base in indices(network.before[there]):
                heappush(waiting, (_sum(cost, step), base))
    found = MigrationPaths(network, exposed, enterable, avoid, costs, {})
    for here in sorted(costs, key=lambda place: costs[place]):
        onwards = () if costs[here] == (0, 0, 0) else indices(found._onwards(here))
        found.nearest[here] = 1 << here if costs[here] == (0, 0, 0) else 0
        for there in onwards:
            found.nearest[here] |= found.nearest[there]
    return found


def step_cost(network: Network, exposed: int, avoid: bool, there: int) -> MigrationCost:
    """What a step into a vertex costs."""
    return network.imageless >> there & 1, int(avoid and bool(exposed >> there & 1)), 1


def _sum(one: MigrationCost, other: MigrationCost) -> MigrationCost:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
