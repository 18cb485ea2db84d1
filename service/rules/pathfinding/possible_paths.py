"""What declarations that are still missing could do (design 4, the outcome `unknown`).

The supposed ways are the declared ones, and one into every undeclared entry that may be a target from each
other entry of its device model. They are walked, never built: a device model of n entries has n² of them.
"""

from collections.abc import Iterator

from service.rules.pathfinding.bitset import indices, union_of
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.vertex_graph import VertexGraph

_MOST_LOOKED = 1_000  # parts of ways, for each device model


def could_reach(network: Network, start: int, goal: int, enterable: int) -> bool:
    """Whether some missing declaration could make a route: then nobody can say no."""
    return bool(_could_lead(network, goal, enterable)[-1] >> start & 1)


def possibly_reachable(network: Network, start: int, enterable: int) -> int:
    """All vertices to which some missing declaration could make a route, and the start."""
    found = network.supposed.get((start, enterable))
    if found is None:
        found = network.supposed[start, enterable] = possible(network, 1 << start, enterable)
    return found


def vertices_to_ask(network: Network, start: int, goal: int, enterable: int) -> int:
    """The undeclared vertices whose declaration could be a step of such a route, which has no loops.

    What is undeclared has no declared base, so it is entered from another of its device model; where that is the
    start's own, from the start itself. Then its declaration could be such a step if and only if the goal can be reached
    from it without passing the start.
    """
    asked = _besides(network, start, goal, enterable) & ~(1 << start) & network.undeclared & enterable
    own = network.peers[network.vertices[start].device_model]
    named = asked & own
    for peers in network.peers.values() if asked & ~own else ():
        if peers & asked & ~own:
            named |= _beyond(network, start, goal, enterable, peers, asked & peers)
    return named


def _beyond(network: Network, start: int, goal: int, enterable: int, peers: int, asked: int) -> int:
    """Those asked about of a device model which is not the start's own, and is come to by accepted steps.

    Wherever a way enters it, it may go on to each of them at once. So each is one of those to be named if and only if
    the goal can be reached from it without what some way into its device model passes.

    That is the problem of two disjoint ways, NP-hard in general (Fortune, Hopcroft and Wyllie, 1980), so the looks are
    bounded. Of the way in only those vertices count that the way on may still need: all others are passed at no cost,
    and a walk over them can be shortened to a way without loops. A way in that leaves none of those sought a way on, or
    leads nowhere, is given up. Where nothing is needed twice, a single look is enough. Up to the bound the answer is
    exact. Beyond it those left are named: asking a manufacturer once too often does no harm.
    """
    found = 0
    seen: set[tuple[int, int]] = set()
    waiting = [(start, 1 << start)]
    for _ in range(_MOST_LOOKED):
        if not waiting:
            return found
        here, passed = waiting.pop()
        *_, free = _towards(network, goal, enterable, passed)
        sought = asked & free & ~found
        if not sought or not possible(network, 1 << here, enterable, passed | 1 << goal) & peers:
            continue
        if peers >> here & 1:
            found |= sought
            continue
        needed = possible(network, sought, enterable, passed) & free
        reached = possible(network, 1 << here, enterable, passed | needed | peers | 1 << goal)
        there = _next(network, reached) & enterable & ~passed & ~(1 << goal)
        if there & peers & ~needed:
            found |= sought
            continue
        for place in indices(there & (needed | peers)):
            state = place, passed | 1 << place
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return asked if waiting else found


def _next(network: Network, reached: int) -> int:
    """All that one step from some of these could lead to."""
    there = union_of(network.after, reached)
    for peers in network.peers.values():
        if peers & reached:
            there |= peers & network.undeclared
    return there


def _could_lead(network: Network, goal: int, enterable: int) -> list[int]:
    """All from which the goal could be reached, level by level: what was found up to each of them."""
    found = network.supposed_to.get((goal, enterable))
    if found is None:
        found = network.supposed_to[goal, enterable] = list(_towards(network, goal, enterable, 0))
    return found


def _besides(network: Network, start: int, goal: int, enterable: int) -> int:
    """All from which the goal could be reached without passing the start.

    Up to the level of the start the search is the same without it. Where nothing was found beyond, that is all.
    """
    levels = _could_lead(network, goal, enterable)
    own = next((found for found in levels if found >> start & 1), levels[-1])
    if own == levels[-1]:
        return own
    *_, found = _towards(network, goal, enterable, 1 << start)
    return found


def possible(network: VertexGraph, starts: int, enterable: int, without: int = 0) -> int:
    """All that could be reached from some, themselves included. A device model is opened by its first entry."""
    shut = dict(network.peers)
    seen = fresh = starts
    while fresh:
        there = union_of(network.after, fresh)
        for model in [model for model, peers in shut.items() if peers & fresh]:
            there |= shut.pop(model) & network.undeclared
        fresh = there & enterable & ~seen & ~without
        seen |= fresh
    return seen


def _towards(network: VertexGraph, goal: int, enterable: int, without: int) -> Iterator[int]:
    """All from which the goal could be reached, itself included: what was found up to each level."""
    shut = dict(network.peers)
    seen = fresh = 1 << goal
    while fresh:
        yield seen
        if seen == network.all:
            break
        entered = fresh & enterable
        there = union_of(network.before, entered)
        for model in [model for model, peers in shut.items() if peers & entered & network.undeclared]:
            there |= shut.pop(model)
        fresh = there & ~seen & ~without
        seen |= fresh
