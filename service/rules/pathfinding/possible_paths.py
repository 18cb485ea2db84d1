"""Paths that missing declarations could make possible (design 4, the outcome `unknown`).

A possible step is a declared step, or a step into an undeclared, enterable entry from any other entry of its device
model. The possible steps are never stored, because a device model of n entries has n² of them.
"""

from collections.abc import Iterator

from service.rules.pathfinding.bitset import indices, union_of
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.vertex_graph import VertexGraph

_MAX_STATES = 1_000  # search states examined for each device model


def could_reach(network: Network, start: int, goal: int, enterable: int) -> bool:
    """Whether some missing declaration could make a route: then the outcome is `unknown`, not `none`."""
    return bool(_levels_before(network, goal, enterable)[-1] >> start & 1)


def possibly_reachable(network: Network, start: int, enterable: int) -> int:
    """The vertices to which some missing declaration could make a route, including the start."""
    reached = network.possible_targets.get((start, enterable))
    if reached is None:
        reached = network.possible_targets[start, enterable] = possible(network, 1 << start, enterable)
    return reached


def vertices_to_ask(network: Network, start: int, goal: int, enterable: int) -> int:
    """The undeclared vertices whose declaration could be a step of a possible loop-free path from start to goal.

    An undeclared vertex has no declared base, so a possible path enters it from another vertex of its device model. If
    this is the device model of the start, the path can enter it from the start itself. Its declaration could then be a
    step if and only if the goal can be reached from it without visiting the start.
    """
    candidates = _reaching_without(network, start, goal, enterable) & ~(1 << start) & network.undeclared & enterable
    own = network.peers[network.vertices[start].device_model]
    confirmed = candidates & own
    for peers in network.peers.values() if candidates & ~own else ():
        if peers & candidates & ~own:
            confirmed |= _confirmed_in_other_model(network, start, goal, enterable, peers, candidates & peers)
    return confirmed


def _confirmed_in_other_model(
    network: Network, start: int, goal: int, enterable: int, peers: int, candidates: int
) -> int:
    """The candidates that lie on a possible loop-free path, in a device model (`peers`) other than that of the start.

    A path enters the device model by accepted steps. From the vertex at which it enters, it may go to each candidate
    at once. So a candidate is confirmed if and only if the goal can be reached from it without the vertices that some
    path into the device model has visited.

    That is the problem of two vertex-disjoint paths, NP-hard in general (Fortune, Hopcroft and Wyllie, 1980), so the
    number of search states is limited. A state is a vertex and the visited vertices that the rest of the path may
    still need; all other vertices cost nothing, since a walk over them can be shortened to a loop-free path. The
    search drops a state from which no candidate can reach the goal, or which cannot reach the device model. If no
    vertex is needed twice, one state is enough. Within the limit the result is exact. Beyond the limit the result has
    all candidates: asking a manufacturer once too often does no harm.
    """
    confirmed = 0
    seen: set[tuple[int, int]] = set()
    stack = [(start, 1 << start)]
    for _ in range(_MAX_STATES):
        if not stack:
            return confirmed
        vertex, visited = stack.pop()
        *_, reaching_goal = _reaching(network, goal, enterable, visited)
        open_candidates = candidates & reaching_goal & ~confirmed
        if not open_candidates or not possible(network, 1 << vertex, enterable, visited | 1 << goal) & peers:
            continue
        if peers >> vertex & 1:
            confirmed |= open_candidates
            continue
        needed = possible(network, open_candidates, enterable, visited) & reaching_goal
        reached = possible(network, 1 << vertex, enterable, visited | needed | peers | 1 << goal)
        targets = _possible_targets(network, reached) & enterable & ~visited & ~(1 << goal)
        if targets & peers & ~needed:
            confirmed |= open_candidates
            continue
        for target in indices(targets & (needed | peers)):
            state = target, visited | 1 << target
            if state not in seen:
                seen.add(state)
                stack.append(state)
    return candidates if stack else confirmed


def _possible_targets(network: Network, bases: int) -> int:
    """All vertices to which one possible step leads from some of the bases."""
    targets = union_of(network.after, bases)
    for peers in network.peers.values():
        if peers & bases:
            targets |= peers & network.undeclared
    return targets


def _levels_before(network: Network, goal: int, enterable: int) -> list[int]:
    """`_reaching` without excluded vertices, cached in the network."""
    levels = network.possible_levels.get((goal, enterable))
    if levels is None:
        levels = network.possible_levels[goal, enterable] = list(_reaching(network, goal, enterable, 0))
    return levels


def _reaching_without(network: Network, start: int, goal: int, enterable: int) -> int:
    """The vertices from which the goal could be reached without visiting the start.

    Up to the level of the start, both searches are the same. If the search ends at this level, no second is needed.
    """
    levels = _levels_before(network, goal, enterable)
    until_start = next((level for level in levels if level >> start & 1), levels[-1])
    if until_start == levels[-1]:
        return until_start
    *_, reaching = _reaching(network, goal, enterable, 1 << start)
    return reaching


def possible(network: VertexGraph, starts: int, enterable: int, excluded: int = 0) -> int:
    """The vertices that could be reached from `starts` without excluded vertices, including `starts`.

    The first vertex reached in a device model opens all undeclared vertices of this device model.
    """
    unopened = dict(network.peers)
    reached = frontier = starts
    while frontier:
        targets = union_of(network.after, frontier)
        for model in [model for model, peers in unopened.items() if peers & frontier]:
            targets |= unopened.pop(model) & network.undeclared
        frontier = targets & enterable & ~reached & ~excluded
        reached |= frontier
    return reached


def _reaching(network: VertexGraph, goal: int, enterable: int, excluded: int) -> Iterator[int]:
    """The vertices from which the goal could be reached, including the goal: level by level, each with all before."""
    unopened = dict(network.peers)
    reaching = frontier = 1 << goal
    while frontier:
        yield reaching
        if reaching == network.all:
            break
        entered = frontier & enterable
        bases = union_of(network.before, entered)
        for model in [model for model, peers in unopened.items() if peers & entered & network.undeclared]:
            bases |= unopened.pop(model)
        frontier = bases & ~reaching & ~excluded
        reaching |= frontier
