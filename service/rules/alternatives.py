"""Further pathways in the order of preference (design 4): Yen's deviations, each found by a guided search.

Shortest ways are never enumerated: in a dense device model most pairs have more than ten thousand of them.
"""

from collections.abc import Iterator
from heapq import heappop, heappush

from service.rules.network import Network
from service.rules.route import Cost, costs_to

Way = tuple[int, ...]
Key = tuple[int, int, tuple[str, ...]]


def ways(network: Network, start: int, goal: int, enterable: list[bool], most: int) -> list[Way]:
    """Up to `most` loop-free ways from start to goal, the preferred first."""
    search = _Search(network, goal, enterable)
    found: list[Way] = []
    waiting: list[tuple[Key, Way]] = []
    first = search.best((start,), frozenset())
    if first:
        heappush(waiting, (search.key(first), first))
    while waiting and len(found) < most:
        _, way = heappop(waiting)
        if way not in found:
            found.append(way)
            for other in search.deviations(way, found):
                heappush(waiting, (search.key(other), other))
    return found


class _Search:
    def __init__(self, network: Network, goal: int, enterable: list[bool]) -> None:
        self.network = network
        self.goal = goal
        self.enterable = enterable
        self.left = costs_to(network, goal, enterable)

    def key(self, way: Way) -> Key:
        flawed = sum(self.network.imageless[place] for place in way[1:])
        return flawed, len(way), tuple(self.network.shown[place] for place in way)

    def deviations(self, way: Way, found: list[Way]) -> Iterator[Way]:
        """From each place on the way, the best continuation that no way found so far has taken."""
        for end in range(1, len(way)):
            root = way[:end]
            taken = frozenset(other[end] for other in found if other[:end] == root and len(other) > end)
            if other := self.best(root, taken):
                yield other

    def best(self, root: Way, taken: frozenset[int]) -> Way | None:
        """The preferred way that begins with the root and does not go on to what is taken.

        Guided by the cost that is left without any of these conditions, which is never too high. The queue is in
        the order of cost, then of the numbers so far: so the first way to arrive is the preferred one.
        """
        if root[-1] not in self.left:
            return None
        closed = set(root[:-1])
        queue: list[tuple[Cost, tuple[str, ...], Cost, Way]] = [(self.left[root[-1]], (), (0, 0), root)]
        while queue:
            _, numbers, spent, way = heappop(queue)
            here = way[-1]
            if here == self.goal:
                return way
            if here in closed:
                continue
            closed.add(here)
            barred = taken if len(way) == len(root) else frozenset()
            for there in self.network.after[here]:
                if there in self.left and self.enterable[there] and there not in closed and there not in barred:
                    self._push(queue, numbers, spent, way, there)
        return None

    def _push(
        self,
        queue: list[tuple[Cost, tuple[str, ...], Cost, Way]],
        numbers: tuple[str, ...],
        spent: Cost,
        way: Way,
        there: int,
    ) -> None:
        now = (spent[0] + self.network.imageless[there], spent[1] + 1)
        left = self.left[there]
        whole = (now[0] + left[0], now[1] + left[1])
        heappush(queue, (whole, (*numbers, self.network.shown[there]), now, (*way, there)))
