"""Finding the preferred way, and all that can be reached (design 4: fewest steps that cannot be performed,
then fewest steps, then the entry numbers as text, step by step).

A cost is one number: steps that cannot be performed × (vertices + 1) + steps. No way that is preferred has more steps
than there are vertices, so the two never mix.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

NONE = -1
"""The cost of a vertex from which, or to which, there is no way."""

Ways = Sequence[set[int]]


def steps_of(cost: int, vertices: int) -> int:
    """The number of steps that a cost stands for."""
    return cost % (vertices + 1)


@dataclass(frozen=True)
class Approach:
    """All ways to one goal: what is left to it from each vertex, the goal included. Kept by the network."""

    goal: int
    after: Ways
    imageless: Sequence[int]
    enterable: Sequence[bool]
    costs: Sequence[int]

    def way(self, start: int, shown: Sequence[str]) -> list[int] | None:
        """The preferred way from start as vertices, both ends included; None where there is none.

        The start need not be enterable: it is what the meter runs.
        """
        if self.costs[start] == NONE:
            return None
        way = [start]
        while way[-1] != self.goal:
            way.append(self._next(way[-1], shown))
        return way

    def _next(self, here: int, shown: Sequence[str]) -> int:
        """Of the successors that keep the cost lowest, the one whose shown number comes first."""
        left, costs, dear = self.costs[here] - 1, self.costs, len(self.costs) + 1
        good = (
            there
            for there in self.after[here]
            if self.enterable[there] and costs[there] == left - dear * self.imageless[there]
        )
        return min(good, key=shown.__getitem__)

    @property
    def leading(self) -> list[int]:
        """All vertices from which the goal can be reached, itself included. Not kept: it is quickly found again."""
        return [place for place, cost in enumerate(self.costs) if cost != NONE]


def costs_to(before: Ways, imageless: Sequence[int], goal: int, enterable: Sequence[bool]) -> "array[int]":
    """What is left from each vertex to the goal; NONE where there is no way. A step costs what entering its target
    costs, so that a vertex which cannot be entered may still be a start."""
    return _settle(before, goal, _entering(imageless, enterable), backwards=True)


def costs_from(after: Ways, imageless: Sequence[int], start: int, enterable: Sequence[bool]) -> "array[int]":
    """What it costs to come from the start to each vertex; NONE where there is no way."""
    return _settle(after, start, _entering(imageless, enterable), backwards=False)


def _entering(imageless: Sequence[int], enterable: Sequence[bool]) -> list[int]:
    dear = len(imageless) + 1
    return [1 + dear * flawed if open_ else NONE for flawed, open_ in zip(imageless, enterable, strict=True)]


def _settle(ways: Ways, origin: int, entering: Sequence[int], *, backwards: bool) -> "array[int]":
    """Dijkstra's search. The queue holds cost and vertex in one number: comparing tuples costs three times as much."""
    size = len(ways)
    settled, best = [NONE] * size, [NONE] * size
    queue = [origin]
    best[origin] = 0
    while queue:
        cost, here = divmod(heappop(queue), size)
        if settled[here] != NONE:
            continue
        settled[here] = cost
        if backwards and entering[here] == NONE:
            continue
        for there in ways[here]:
            step = entering[here if backwards else there]
            if step != NONE and (best[there] == NONE or cost + step < best[there]):
                best[there] = cost + step
                heappush(queue, best[there] * size + there)
    return array("q", settled)
