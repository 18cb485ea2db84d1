"""Finding the preferred way, and all that can be reached (design 4: fewest steps that cannot be performed,
then fewest steps, then the entry numbers as text, step by step)."""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

from service.rules.network import Network

Cost = tuple[int, int]
"""(steps that cannot be performed, steps)"""


def best(network: Network, start: int, goal: int, enterable: list[bool]) -> list[int] | None:
    """The preferred way from start to goal as vertices, both ends included; None where there is none.

    The start need not be enterable: it is what the meter runs.
    """
    costs = _settle(network.before, network.imageless, goal, start, enterable, backwards=True)
    if start not in costs:
        return None
    way = [start]
    while way[-1] != goal:
        way.append(_next(network, way[-1], costs, enterable))
    return way


def _next(network: Network, here: int, costs: dict[int, Cost], enterable: list[bool]) -> int:
    """Of the successors that keep the cost lowest, the one whose shown number comes first."""
    flawed, steps = costs[here]
    good = (
        there
        for there in network.after[here]
        if enterable[there] and costs.get(there) == (flawed - network.imageless[there], steps - 1)
    )
    return min(good, key=network.shown.__getitem__)


def fewest(network: Network, start: int, goal: int, enterable: list[bool]) -> int | None:
    """The fewest steps of any way, performed or not; None where there is none."""
    flawless = [0] * len(network.vertices)
    costs = _settle(network.before, flawless, goal, start, enterable, backwards=True)
    return costs[start][1] if start in costs else None


def distances(network: Network, start: int, enterable: list[bool]) -> dict[int, int]:
    """Steps of the preferred way to every vertex that can be reached, the start left out."""
    costs = _settle(network.after, network.imageless, start, None, enterable, backwards=False)
    return {place: steps for place, (_, steps) in costs.items() if place != start}


def origins(network: Network, goal: int, enterable: list[bool]) -> dict[int, int]:
    """Steps of the preferred way from every vertex that can reach the goal, the goal left out."""
    costs = _settle(network.before, network.imageless, goal, None, enterable, backwards=True)
    return {place: steps for place, (_, steps) in costs.items() if place != goal}


def _settle(
    ways: list[set[int]],
    imageless: list[int],
    origin: int,
    until: int | None,
    enterable: list[bool],
    *,
    backwards: bool,
) -> dict[int, Cost]:
    """Dijkstra over (flawed, steps), ended when `until` is settled; a step costs what entering its target costs."""
    best_known: dict[int, Cost] = {origin: (0, 0)}
    settled: dict[int, Cost] = {}
    queue: list[tuple[int, int, int]] = [(0, 0, origin)]
    while queue:
        flawed, steps, here = heappop(queue)
        if here in settled:
            continue
        settled[here] = (flawed, steps)
        if here == until:
            break
        if backwards and not enterable[here]:
            continue
        for there in ways[here]:
            if there in settled or not (backwards or enterable[there]):
                continue
            cost = (flawed + imageless[here if backwards else there], steps + 1)
            if there not in best_known or cost < best_known[there]:
                best_known[there] = cost
                heappush(queue, (*cost, there))
    return settled


def onwards(network: Network, start: int, enterable: list[bool]) -> set[int]:
    """All vertices that can be reached from start, itself included."""
    return _flood(network.after, start, lambda there: enterable[there], lambda here: True)


def leading_to(network: Network, goal: int, enterable: list[bool]) -> set[int]:
    """All vertices from which the goal can be reached, itself included."""
    return _flood(network.before, goal, lambda there: True, lambda here: enterable[here])


def _flood(ways: list[set[int]], start: int, enters: Callable[[int], bool], leaves: Callable[[int], bool]) -> set[int]:
    seen, queue = {start}, deque([start])
    while queue:
        here = queue.popleft()
        for there in ways[here] if leaves(here) else ():
            if there not in seen and enters(there):
                seen.add(there)
                queue.append(there)
    return seen
