"""Finds the paths that missing declarations could make possible, for the outcome `unknown` (design 4).

A possible step is a declared step, or a step into an undeclared, enterable entry from any other entry of its device
model. The service never stores possible steps, because a device model of n entries has n² of them.
"""

from collections.abc import Iterator

from service.domain.memo import memoized
from service.rules.pathfinding.bitset import indices, union_of
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.vertex_graph import VertexGraph

_MAX_STATES = 1_000  # search states examined for each device model


def could_reach(network: Network, start: int, goal: int, enterable: int) -> bool:
    """Returns whether missing declarations could make a route from the vertex `start` to the goal. In this case the
    outcome is `unknown`.
    """
    return bool(possible_origins_of(network, goal, enterable) >> start & 1)


def possible_origins_of(network: Network, goal: int, enterable: int) -> int:
    """Returns the vertices from which missing declarations could make a route to the goal, including the goal."""
    return _levels_before(network, goal, enterable)[-1]


@memoized
def possible_targets_of(network: Network, start: int, enterable: int) -> int:
    """Returns the vertices to which missing declarations could make a route from the vertex `start`, including
    `start`.
    """
    return reachable_by_possible_steps(network, 1 << start, enterable)


def undeclared_on_possible_paths(network: Network, start: int, goal: int, enterable: int) -> int:
    """Returns, as a bit set, the vertices without a declaration that could lie on a loop-free path from start to goal.

    The caller asks the manufacturer for the declarations of these vertices. An undeclared vertex has no declared base,
    so a possible path enters it from another vertex of its device model. If this is the device model of the start, the
    path can enter it from the start itself. Its declaration could then be a step if and only if a path leads from it to
    the goal without the start.
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
    """Returns the candidates that lie on a possible loop-free path, in a device model other than that of the start.

    `peers` are all vertices of this device model. A path enters the device model by accepted steps. From the vertex at
    which it enters, it may go to each candidate at once. So a candidate is confirmed if and only if a path leads from
    it to the goal without the vertices that some path into the device model has visited.

    This is the problem of two vertex-disjoint paths, NP-hard in general (Fortune, Hopcroft and Wyllie, 1980), so the
    function limits the number of search states. A state is a vertex and the visited vertices that the rest of the path
    may still need; all other vertices cost nothing, since a walk over them can be shortened to a loop-free path. The
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
        if (
            not open_candidates
            or not reachable_by_possible_steps(network, 1 << vertex, enterable, visited | 1 << goal) & peers
        ):
            continue
        if peers >> vertex & 1:
            confirmed |= open_candidates
            continue
        needed = reachable_by_possible_steps(network, open_candidates, enterable, visited) & reaching_goal
        reached = reachable_by_possible_steps(network, 1 << vertex, enterable, visited | needed | peers | 1 << goal)
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
    """Returns all vertices to which one possible step leads from some vertex of `bases`."""
    targets = union_of(network.after, bases)
    for peers in network.peers.values():
        if peers & bases:
            targets |= peers & network.undeclared
    return targets


@memoized
def _levels_before(network: Network, goal: int, enterable: int) -> list[int]:
    """Returns all levels of `_reaching` for a goal without excluded vertices. The network caches them."""
    return list(_reaching(network, goal, enterable, 0))


def _reaching_without(network: Network, start: int, goal: int, enterable: int) -> int:
    """Returns the vertices from which a possible path leads to the goal without a visit to the start.

    Up to the level of the start, the searches with and without it are the same. If the search ends at this level, the
    function runs no second search.
    """
    levels = _levels_before(network, goal, enterable)
    until_start = next((level for level in levels if level >> start & 1), levels[-1])
    if until_start == levels[-1]:
        return until_start
    *_, reaching = _reaching(network, goal, enterable, 1 << start)
    return reaching


def reachable_by_possible_steps(network: VertexGraph, starts: int, enterable: int, excluded: int = 0) -> int:
    """Returns the vertices that possible steps (declared steps, and those that missing declarations could give) reach
    from `starts` without the excluded vertices, including `starts`.

    The first vertex that the search reaches in a device model opens all undeclared vertices of this device model.
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
    """Yields the vertices from which possible steps lead to the goal, including the goal, level by level.

    Each level has one step more than the level before and contains all vertices of the levels before.
    """
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
