"""What declarations that are still missing could do (design 4, the outcome `unknown`).

The supposed ways are the declared ones, and one into every undeclared entry that may be a target from each
other entry of its device model. They are walked, never built: a device model of n entries has n² of them.
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from service.rules.bits import joined
from service.rules.network import Network


def could_reach(network: Network, start: int, goal: int, enterable: int) -> bool:
    """Whether some missing declaration could make a route: then nobody can say no."""
    return bool(_could_lead(network, goal, enterable)[-1] >> start & 1)


def could_be_reached(network: Network, start: int, enterable: int) -> int:
    """All vertices to which some missing declaration could make a route, and the start."""
    found = network.supposed.get((start, enterable))
    if found is None:
        found = network.supposed[start, enterable] = _onwards(network, start, enterable, 0)
    return found


def to_ask(network: Network, start: int, goal: int, enterable: int) -> int:
    """The undeclared vertices whose declaration could be a step of such a route.

    One is named if an entry of its device model can be reached without passing the goal, and the goal can be
    reached from it without passing the start. It need not be left out of the first search: what is undeclared has no
    declared base, so it is entered from another of its device model. Where accepted steps join device models, both
    halves together may need one entry twice; then it is named all the same: to be exact is the problem of two
    disjoint ways, and asking once too often does no harm.
    """
    begin, end = 1 << start, 1 << goal
    asked = _besides(network, start, goal, enterable) & ~begin & network.undeclared & enterable
    if not asked & ~network.peers[network.vertices[start].device_model]:
        return asked  # all of the start's own device model, which the start itself opens
    opened = _onwards(network, start, enterable, end)
    near = (peers for peers in network.peers.values() if peers & opened)
    return asked & reduce(or_, near, 0)


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


def _onwards(network: Network, start: int, enterable: int, without: int) -> int:
    """All that could be reached from start, itself included. A device model is opened by its first entry."""
    shut = dict(network.peers)
    seen = fresh = 1 << start
    while fresh:
        there = joined(network.after, fresh)
        for model in [model for model, peers in shut.items() if peers & fresh]:
            there |= shut.pop(model) & network.undeclared
        fresh = there & enterable & ~seen & ~without
        seen |= fresh
    return seen


def _towards(network: Network, goal: int, enterable: int, without: int) -> Iterator[int]:
    """All from which the goal could be reached, itself included: what was found up to each level."""
    shut = dict(network.peers)
    seen = fresh = 1 << goal
    while fresh:
        yield seen
        if seen == network.all:
            break
        entered = fresh & enterable
        there = joined(network.before, entered)
        for model in [model for model, peers in shut.items() if peers & entered & network.undeclared]:
            there |= shut.pop(model)
        fresh = there & ~seen & ~without
        seen |= fresh
