"""The preferred ways from one vertex to all others, in one search forwards (design 4, *Preference*).

The steps before the last of a preferred way are themselves a preferred way, and all bases from which a vertex is
entered at its lowest cost have one cost. So a vertex needs to know but its base on the way, and where ways of one
cost are compared, those of their bases have been. `route.best` finds the same for one pair, backwards.
"""

from collections import defaultdict

from service.rules.impact.impact_snapshot import ABSENT, ImpactSnapshot
from service.rules.pathfinding.bitset import indices

PathTree = dict[int, int]
"""Vertex → the base from which the preferred way enters it; ABSENT where that is the start itself."""


def preferred_path_tree(picture: ImpactSnapshot, start: int) -> PathTree:
    """The preferred ways from a vertex to every other that it reaches, each vertex after its base."""
    found: PathTree = {}
    seen = 1 << start
    level: dict[int, list[int]] = {0: [start]}
    while level:
        seen, level = _flawless(picture, start, found, seen, level)
    return found


def _flawless(
    picture: ImpactSnapshot, start: int, found: PathTree, seen: int, level: dict[int, list[int]]
) -> tuple[int, dict[int, list[int]]]:
    """All that is reached from the vertices of a level (steps → vertices, in order of preference) without one more
    step that cannot be performed; and the next level: what such a step enters."""
    flawed: dict[int, list[int]] = defaultdict(list)
    here: list[int] = []
    steps = min(level)
    while here or level:
        here = _merged(found, here, level.pop(steps, []))
        following: list[int] = []
        for place in here:
            fresh = picture.after[place] & ~seen
            seen |= fresh
            base = ABSENT if place == start else place
            for there in indices(fresh & ~picture.imageless):
                found[there] = base
                following.append(there)
            for there in indices(fresh & picture.imageless):
                found[there] = base
                flawed[steps + 1].append(there)
        here, steps = following, steps + 1
    return seen, flawed


def _merged(found: PathTree, one: list[int], other: list[int]) -> list[int]:
    """Two lists of vertices, each in the order of the ways to them, as one."""
    if not one or not other:
        return one or other
    return sorted(one + other, key=lambda place: path_to(found, place))


def path_to(found: PathTree, place: int) -> tuple[int, ...]:
    """The vertices of the way to one that is reached, the start left out."""
    steps = []
    while place != ABSENT:
        steps.append(place)
        place = found[place]
    return tuple(reversed(steps))
