"""What declarations that are still missing could do (design 4, the outcome `unknown`).

The supposed ways are the declared ones, and one into every undeclared entry that may be a target from each
other entry of its device model. They are walked, never built: a device model of n entries has n² of them.
"""

from collections.abc import Iterator

from service.rules.bits import joined, places
from service.rules.network import Network

_MOST_WALKED = 1_000


def could_reach(network: Network, start: int, goal: int, enterable: int) -> bool:
    """Whether some missing declaration could make a route: then nobody can say no."""
    return bool(_could_lead(network, goal, enterable)[-1] >> start & 1)


def could_be_reached(network: Network, start: int, enterable: int) -> int:
    """All vertices to which some missing declaration could make a route, and the start."""
    found = network.supposed.get((start, enterable))
    if found is None:
        found = network.supposed[start, enterable] = _onwards(network, 1 << start, enterable, 0)
    return found


def to_ask(network: Network, start: int, goal: int, enterable: int) -> int:
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
    """
    found = 0
    for passed in _ways_into(network, start, goal, enterable, peers):
        *_, free = _towards(network, goal, enterable, passed)
        found |= asked & free
        if found == asked:
            break
    return found


def _ways_into(network: Network, start: int, goal: int, enterable: int, peers: int) -> Iterator[int]:
    """The ways to the first vertex of a device model, as far as a way from there to the goal could meet them again.

    But for that vertex this is nothing, unless accepted steps lead to and fro between device models: then every
    way is walked, up to a bound, since what is asked is the problem of two disjoint ways. Beyond the bound a way that
    meets nothing is told: asking a manufacturer once too often does no harm.
    """
    outside = _onwards(network, 1 << start, enterable, peers | 1 << goal)
    first_met = joined(network.after, outside) & peers & enterable & ~(1 << goal)
    ahead = _onwards(network, first_met, enterable, 0)
    if outside & ahead & _could_lead(network, goal, enterable)[-1]:
        yield from _walked(network, start, goal, enterable, peers)
    else:
        yield from (1 << place for place in places(first_met))


def _walked(network: Network, start: int, goal: int, enterable: int, peers: int) -> Iterator[int]:
    waiting = [(start, 1 << start)]
    for _ in range(_MOST_WALKED):
        if not waiting:
            return
        here, way = waiting.pop()
        there = network.after[here] | network.peers[network.vertices[here].device_model] & network.undeclared
        for place in places(there & enterable & ~way & ~(1 << goal)):
            if peers >> place & 1:
                yield way | 1 << place
            else:
                waiting.append((place, way | 1 << place))
    if waiting:
        yield 0


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


def _onwards(network: Network, starts: int, enterable: int, without: int) -> int:
    """All that could be reached from some, themselves included. A device model is opened by its first entry."""
    shut = dict(network.peers)
    seen = fresh = starts
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
