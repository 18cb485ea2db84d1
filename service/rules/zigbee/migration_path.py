"""The way off it: from every vertex the preferred way to one that is known not to have it, over the public network.

Preferred is, as in any pathway, the fewest steps that cannot be performed, then (where exposed stops are to be avoided)
the fewest of these, then the fewest steps, then the entry numbers as text, step by step.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

from service.rules.pathfinding.bitset import first, places
from service.rules.pathfinding.network import Network

Cost = tuple[int, int, int]
"""(steps that cannot be performed, exposed stops that are avoided, steps)"""


@dataclass(frozen=True)
class Leaving:
    """Where each vertex can get to, at what cost, and which of those known not to have it are as near."""

    network: Network
    exposed: int
    enterable: int
    avoid: bool
    costs: dict[int, Cost]
    nearest: dict[int, int]

    def way(self, start: int) -> list[int]:
        """The preferred way as vertices, both ends included."""
        way = [start]
        while self.costs[way[-1]] != (0, 0, 0):
            way.append(first(self._onwards(way[-1])))
        return way

    def _onwards(self, here: int) -> int:
        """The successors that keep the cost lowest."""
        found = 0
        for there in places(self.network.after[here] & self.enterable):
            if there in self.costs and _sum(self.costs[there], self._entering(there)) == self.costs[here]:
                found |= 1 << there
        return found

    def _entering(self, there: int) -> Cost:
        return entering(self.network, self.exposed, self.avoid, there)


def leaving(network: Network, exposed: int, clear: int, enterable: int, avoid: bool) -> Leaving:
    """All vertices from which there is a way to one that is clear and listed. What starts need not be listed."""
    costs: dict[int, Cost] = {}
    waiting = [((0, 0, 0), goal) for goal in places(clear & enterable)]
    while waiting:
        cost, there = heappop(waiting)
        if there in costs:
            continue
        costs[there] = cost
        if enterable >> there & 1:
            step = entering(network, exposed, avoid, there)
            for base in places(network.before[there]):
                heappush(waiting, (_sum(cost, step), base))
    found = Leaving(network, exposed, enterable, avoid, costs, {})
    for here in sorted(costs, key=lambda place: costs[place]):
        onwards = () if costs[here] == (0, 0, 0) else places(found._onwards(here))
        found.nearest[here] = 1 << here if costs[here] == (0, 0, 0) else 0
        for there in onwards:
            found.nearest[here] |= found.nearest[there]
    return found


def entering(network: Network, exposed: int, avoid: bool, there: int) -> Cost:
    """What a step into a vertex costs."""
    return network.imageless >> there & 1, int(avoid and bool(exposed >> there & 1)), 1


def _sum(one: Cost, other: Cost) -> Cost:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]
