"""What declarations that are still missing could do (design 4, the outcome `unknown`).

The supposed ways are the declared ones, and one into every undeclared entry that may be a target from each
other entry of its device model. They are walked, never built: a device model of n entries has n² of them.
"""

from service.rules.network import Network


def could_reach(network: Network, start: int, goal: int, enterable: list[bool]) -> bool:
    """Whether some missing declaration could make a route: then nobody can say no."""
    return goal in _onwards(network, start, enterable, frozenset())


def to_ask(network: Network, start: int, goal: int, enterable: list[bool]) -> list[int]:
    """The undeclared vertices whose declaration could be a step of such a route.

    One is named if an entry of its device model can be reached without passing the goal, and the goal can be
    reached from it without passing the start. It need not be left out of the first search: what is undeclared has no
    declared base, so it is entered from another of its device model. Where accepted steps join device models, both
    halves together may need one entry twice; then it is named all the same: to be exact is the problem of two
    disjoint ways, and asking once too often does no harm.
    """
    towards = _towards(network, goal, enterable, frozenset({start}))
    asked = (p for p in sorted(towards - {start}) if network.undeclared[p] and enterable[p])
    models = {network.vertices[p].device_model for p in _onwards(network, start, enterable, frozenset({goal}))}
    return [place for place in asked if network.vertices[place].device_model in models]


def _onwards(network: Network, start: int, enterable: list[bool], without: frozenset[int]) -> set[int]:
    """All that could be reached from start, itself included. A device model is opened by its first entry."""
    opened: set[str] = set()
    seen, queue = {start}, [start]
    while queue:
        here = queue.pop()
        model = network.vertices[here].device_model
        there = {n for n in network.after[here] if enterable[n]}
        if model not in opened:
            opened.add(model)
            there |= {n for n in network.peers[model] if network.undeclared[n] and enterable[n]}
        fresh = there - seen - without
        seen |= fresh
        queue.extend(fresh)
    return seen


def _towards(network: Network, goal: int, enterable: list[bool], without: frozenset[int]) -> set[int]:
    """All from which the goal could be reached, itself included."""
    opened: set[str] = set()
    seen, queue = {goal}, [goal]
    while queue:
        here = queue.pop()
        if not enterable[here]:
            continue
        there = set(network.before[here])
        model = network.vertices[here].device_model
        if network.undeclared[here] and model not in opened:
            opened.add(model)
            there |= set(network.peers[model])
        fresh = there - seen - without
        seen |= fresh
        queue.extend(fresh)
    return seen
