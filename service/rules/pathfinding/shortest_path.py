"""Finding the preferred way, and all that can be reached (design 4: fewest steps that cannot be performed,
then fewest steps, then the entry numbers as text, step by step)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.rules.pathfinding.bitset import first_index, union_of

Cost = tuple[int, int]
"""(steps that cannot be performed, steps)"""

Levels = dict[Cost, int]
"""Sets of vertices by what a preferred way costs, in the order of cost."""


@dataclass(frozen=True)
class ShortestPathsTo:
    """All ways to one goal: sets of vertices by what is left to it, the goal included. Kept by the network.

    Vertices are numbered in the order of the entry numbers they are shown by, so that the first of a set is the
    preferred one. Those shown otherwise, since they are asked for, are both ends: they never compete.
    """

    goal: int
    after: Sequence[int]
    imageless: int
    enterable: int
    left: Levels
    ancestors: int
    """All vertices from which the goal can be reached, itself included."""

    def cost(self, start: int) -> Cost | None:
        """What is left from a vertex; None where there is no way. It need not be enterable: the meter runs it."""
        if not self.ancestors >> start & 1:
            return None
        return next(cost for cost, found in self.left.items() if found >> start & 1)

    def path(self, start: int) -> list[int] | None:
        """The preferred way from start as vertices, both ends included; None where there is none."""
        cost = self.cost(start)
        if cost is None:
            return None
        way = [start]
        while way[-1] != self.goal:
            there, cost = self._next(way[-1], cost)
            way.append(there)
        return way

    def _next(self, here: int, cost: Cost) -> tuple[int, Cost]:
        """Of the successors that keep the cost lowest, the first."""
        there = first_index(self.after[here] & self.open_to(cost))
        return there, (cost[0] - (self.imageless >> there & 1), cost[1] - 1)

    def open_to(self, cost: Cost) -> int:
        """The vertices that keep the cost of one from which so much is left."""
        flawed, steps = cost
        sound = self.left.get((flawed, steps - 1), 0) & ~self.imageless
        blank = self.left.get((flawed - 1, steps - 1), 0) & self.imageless
        return self.enterable & (sound | blank)


def costs_to(before: Sequence[int], imageless: int, goal: int, enterable: int, leading: int | None = None) -> Levels:
    """All vertices from which there is a way to the goal, by its cost. A step costs what entering its target costs.

    `leading`: those vertices, where they are known; once all are found nothing more is looked at.
    """

    def stepped(here: int) -> tuple[int, int]:
        return union_of(before, here & enterable & ~imageless), union_of(before, here & enterable & imageless)

    return _settled(goal, stepped, leading)


def costs_from(after: Sequence[int], imageless: int, start: int, enterable: int) -> Levels:
    """All vertices to which there is a way from the start, by its cost."""

    def stepped(here: int) -> tuple[int, int]:
        there = union_of(after, here) & enterable
        return there & ~imageless, there & imageless

    return _settled(start, stepped)


def _settled(origin: int, stepped: Callable[[int], tuple[int, int]], every: int | None = None) -> Levels:
    """Dijkstra's search, by whole levels of cost. A step leads on to a sound image, or to one that is blank."""
    waiting: Levels = {(0, 0): 1 << origin}
    found: Levels = {}
    seen = 0
    while waiting:
        cost = min(waiting)
        here = waiting.pop(cost) & ~seen
        if here:
            found[cost] = here
            seen |= here
            if seen == every:
                break
            for flawed, there in enumerate(stepped(here)):
                if there & ~seen:
                    further = cost[0] + flawed, cost[1] + 1
                    waiting[further] = waiting.get(further, 0) | there
    return found
