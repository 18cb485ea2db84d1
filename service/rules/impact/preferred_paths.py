"""Finds the preferred paths from one vertex to all others in one forward search (design 4, *Preference*).

A preferred path without its last step is itself a preferred path. All bases from which a vertex is entered at its
lowest cost have the same cost. So the tree stores only the base of the last step for each vertex; when the search
compares paths of the same cost, the order of the paths to their bases is known already. The module
`pathfinding.shortest_path` finds the same path for one pair, with a search backwards from the target.
"""

from collections import defaultdict

from service.rules.impact.impact_snapshot import ABSENT, ImpactSnapshot
from service.rules.pathfinding.bitset import indices

PathTree = dict[int, int]
"""Maps each reached vertex to the base of the last step of its preferred path; to ABSENT if this base is the start."""


def preferred_path_tree(snapshot: ImpactSnapshot, start: int) -> PathTree:
    """Returns the preferred paths from one vertex to all vertices that it reaches, as a tree: each vertex with the base
    of its last step. A vertex comes after its base.
    """
    tree: PathTree = {}
    seen = 1 << start
    level: dict[int, list[int]] = {0: [start]}
    while level:
        seen, level = _extend_level(snapshot, start, tree, seen, level)
    return tree


def _extend_level(
    snapshot: ImpactSnapshot, start: int, tree: PathTree, seen: int, level: dict[int, list[int]]
) -> tuple[int, dict[int, list[int]]]:
    """Extends the tree by the vertices reached without another step into an entry that has no image.

    A level maps a number of steps to the vertices reached by so many steps, in order of preference. Returns the bit set
    of all vertices reached so far, and the next level: the vertices that one more step without an image enters.
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
            tree.update(dict.fromkeys(indices(unseen), base))
            following += indices(unseen & ~snapshot.imageless)
            if imageless := unseen & snapshot.imageless:
                next_level[steps + 1] += indices(imageless)
        current, steps = following, steps + 1
    return seen, next_level


def _merge(tree: PathTree, vertices: list[int], others: list[int]) -> list[int]:
    """Merges two lists of vertices, each sorted by the preference of the paths to them."""
    if not vertices or not others:
        return vertices or others
    return sorted(vertices + others, key=lambda vertex: path_to(tree, vertex))


def path_to(tree: PathTree, vertex: int) -> tuple[int, ...]:
    """Returns the path to one vertex from a tree of preferred paths, as vertices without the start."""
    vertices = []
    while vertex != ABSENT:
        vertices.append(vertex)
        vertex = tree[vertex]
    return tuple(reversed(vertices))
