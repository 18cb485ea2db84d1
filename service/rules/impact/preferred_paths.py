"""The preferred paths from one vertex to all others, in one forward search (design 4, *Preference*).

A preferred path without its last step is itself a preferred path. All bases from which a vertex is entered at its
lowest cost have the same cost. So the tree stores only the base of the last step for each vertex; when the search
compares paths of the same cost, the order of the paths to their bases is known already. The module
`pathfinding.shortest_path` finds the same path for one pair, backwards.
"""

from collections import defaultdict

from service.rules.impact.impact_snapshot import ABSENT, ImpactSnapshot
from service.rules.pathfinding.bitset import indices

PathTree = dict[int, int]
"""Maps each reached vertex to the base of the last step of its preferred path; ABSENT if the base is the start."""


def preferred_path_tree(snapshot: ImpactSnapshot, start: int) -> PathTree:
    """The preferred paths from a vertex to every other vertex that it reaches. A vertex comes after its base."""
    tree: PathTree = {}
    seen = 1 << start
    level: dict[int, list[int]] = {0: [start]}
    while level:
        seen, level = _extend_level(snapshot, start, tree, seen, level)
    return tree


def _extend_level(
    snapshot: ImpactSnapshot, start: int, tree: PathTree, seen: int, level: dict[int, list[int]]
) -> tuple[int, dict[int, list[int]]]:
    """Extends the tree from the vertices of a level, without a further step that cannot be performed.

    A level maps a number of steps to vertices, in order of preference. Returns all vertices reached so far, and the
    next level: the vertices that one more step without an image enters.
    """
    next_level: dict[int, list[int]] = defaultdict(list)
    current: list[int] = []
    steps = min(level)
    while current or level:
        current = _merge(tree, current, level.pop(steps, []))
        following: list[int] = []
        for place in current:
            unseen = snapshot.after[place] & ~seen
            seen |= unseen
            base = ABSENT if place == start else place
            for target in indices(unseen & ~snapshot.imageless):
                tree[target] = base
                following.append(target)
            for target in indices(unseen & snapshot.imageless):
                tree[target] = base
                next_level[steps + 1].append(target)
        current, steps = following, steps + 1
    return seen, next_level


def _merge(tree: PathTree, vertices: list[int], others: list[int]) -> list[int]:
    """Merges two lists of vertices, each in the order of the paths to them."""
    if not vertices or not others:
        return vertices or others
    return sorted(vertices + others, key=lambda vertex: path_to(tree, vertex))


def path_to(tree: PathTree, vertex: int) -> tuple[int, ...]:
    """The vertices of the path to a reached vertex, without the start."""
    vertices = []
    while vertex != ABSENT:
        vertices.append(vertex)
        vertex = tree[vertex]
    return tuple(reversed(vertices))
