"""Which answers change where nothing but steps does: told goal by goal, without a search from every start.

Of all ways as good the preferred one is the first in the order of the numbers, step by step. So the preferred ways to
one goal make a tree: from each vertex the next is the first of those that keep the cost lowest. Ways that take no step
withdrawn or added are preferred before and after: those of before are there still, those of after were there already,
and of two one is always preferred. So an answer changes where the way before takes a step withdrawn, or the way after
one that was added; and these are the starts behind such a step in the tree of the goal.
"""

from collections.abc import Iterator

from service.rules.impact.impact_snapshot import ImpactSnapshot
from service.rules.pathfinding.bitset import bitset_of, first_index, indices, reachable_from
from service.rules.pathfinding.shortest_path import ShortestPathsTo

BasesByTarget = dict[int, int]
"""Vertex → the bases of the steps into it that are not in the other picture."""


def changed_steps(before: ImpactSnapshot, after: ImpactSnapshot) -> tuple[BasesByTarget, BasesByTarget]:
    """The steps that are withdrawn, and those that are added."""
    both = list(enumerate(zip(before.before, after.before, strict=True)))
    withdrawn = {target: old & ~new for target, (old, new) in both if old & ~new}
    return withdrawn, {target: new & ~old for target, (old, new) in both if new & ~old}


def affected_starts(picture: ImpactSnapshot, steps: BasesByTarget) -> Iterator[tuple[int, int]]:
    """Goals, each with all vertices whose preferred way to it takes one of these steps."""
    for goal in indices(_goals(picture, steps)):
        found = _behind(picture.shortest_paths_to(goal), picture, steps)
        if found:
            yield goal, found


def _goals(picture: ImpactSnapshot, steps: BasesByTarget) -> int:
    """Goals to which a preferred way may take one of these steps.

    Where the bases lead to few other vertices before those of the steps, they are searched forwards from all of these,
    which tells exactly; else it is all that lies behind the steps.
    """
    behind = reachable_from(picture.after, bitset_of(steps), -1)
    taken = [(base, target) for target, bases in steps.items() for base in indices(bases)]
    searches = bitset_of(other for step in taken for other in (*step, *indices(_before(picture, *step))))
    if searches.bit_count() > behind.bit_count():
        return behind
    found = 0
    for base, target in taken:
        own = _by(picture, base, target)
        for other in indices(_before(picture, base, target)):
            own &= ~_by(picture, base, other)
        found |= own
    return found


def _before(picture: ImpactSnapshot, base: int, target: int) -> int:
    """The vertices that are preferred to one, of those that its base leads to."""
    return picture.after[base] & (1 << target) - 1


def _by(picture: ImpactSnapshot, base: int, there: int) -> int:
    """All to which a way from a base costs least over a vertex that it leads to."""
    spent, flawed, found = picture.costs_from(base), picture.imageless >> there & 1, 0
    for (blank, steps), reached_then in picture.costs_from(there).items():
        found |= reached_then & spent.get((blank + flawed, steps + 1), 0)
    return found


def _behind(approach: ShortestPathsTo, picture: ImpactSnapshot, steps: BasesByTarget) -> int:
    found = 0
    for target, bases in steps.items():
        found |= _taking(approach, picture, target, bases)
    fresh = found
    while fresh:
        further = 0
        for base in indices(fresh):
            further |= _taking(approach, picture, base, picture.before[base] & ~found)
        fresh = further & ~found
        found |= fresh
    return found


def _taking(approach: ShortestPathsTo, picture: ImpactSnapshot, target: int, bases: int) -> int:
    """Those of the bases of a vertex from which the preferred way goes on to it."""
    cost = approach.cost(target)
    if cost is None:
        return 0
    flawed, done = cost
    before = flawed + (picture.imageless >> target & 1), done + 1
    near = bases & approach.left.get(before, 0)
    if not near:
        return 0
    open_to = approach.open_to(before)
    found = 0
    for base in indices(near):
        if first_index(picture.after[base] & open_to) == target:
            found |= 1 << base
    return found


def possibly_unknown(before: ImpactSnapshot, after: ImpactSnapshot) -> int:
    """The vertices of which it may be told otherwise who could reach them: those behind which others stand now, and
    those to which a missing declaration could make a way, or could have."""
    moved = (target for some in changed_steps(before, after) for target in some)
    into = bitset_of(target for target in moved if before.ancestors(target) != after.ancestors(target))
    found = reachable_from(before.after, into, -1) | reachable_from(after.after, into, -1)
    for (old, whence), (new, whence_then) in zip(before.possible_reach(), after.possible_reach(), strict=True):
        found |= old ^ new if whence == whence_then else old | new
    return found
