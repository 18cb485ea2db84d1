"""Finds the answers that change if a change alters only steps, target by target, without a search from every start.

Of paths with equal cost, the preferred path is the first in the order of the entry numbers, step by step. So the
preferred paths to one goal form a tree: from each vertex, the next vertex is the first that keeps the cost lowest. A
preferred path that uses no withdrawn step still exists after the change; a preferred path that uses no added step
existed before. So an answer changes exactly if the path before uses a withdrawn step, or the path after uses an added
step. The starts of these paths lie behind such a step in the tree of the goal.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import reduce
from operator import or_

from service.domain.work import check_work
from service.rules.impact.impact_snapshot import ImpactSnapshot
from service.rules.pathfinding.bitset import bitset_of, first_index, indices, reachable_from, union_of
from service.rules.pathfinding.shortest_path import ShortestPathsTo

BasesByTarget = dict[int, int]
"""Some steps of the graph: maps the target vertex of the steps to the bit set of their base vertices."""


def changed_steps(before: ImpactSnapshot, after: ImpactSnapshot) -> tuple[BasesByTarget, BasesByTarget]:
    """Returns the upgrade steps that exist only before a change, and the steps that exist only after it."""
    rows = list(enumerate(zip(before.before, after.before, strict=True)))
    withdrawn = {target: old & ~new for target, (old, new) in rows if old & ~new}
    return withdrawn, {target: new & ~old for target, (old, new) in rows if new & ~old}


def affected_starts(snapshot: ImpactSnapshot, steps: BasesByTarget) -> Iterator[tuple[int, int]]:
    """Yields each goal with the bit set of the vertices whose preferred path to this goal uses one of the steps
    given.
    """
    for goal in indices(_goals(snapshot, steps)):
        check_work()
        starts = _starts_using(snapshot.shortest_paths_to(goal), snapshot, steps)
        if starts:
            yield goal, starts


def _goals(snapshot: ImpactSnapshot, steps: BasesByTarget) -> int:
    """Returns, as a bit set, the goals to which a preferred path may use one of the given steps.

    If the bases have few successors that precede the targets of the steps, forward searches give the exact goals.
    Otherwise the result is everything reachable through the steps, because the searches would cost more.
    """
    reachable = reachable_from(snapshot.after, bitset_of(steps), -1)
    targets_by_base = _targets_by_base(steps).items()
    searches = reduce(or_, (1 << base | _compared(snapshot, base, targets) for base, targets in targets_by_base), 0)
    if searches.bit_count() > reachable.bit_count():
        return reachable
    return reduce(or_, (_goals_from(snapshot, base, targets) for base, targets in targets_by_base), 0)


def _targets_by_base(steps: BasesByTarget) -> dict[int, int]:
    """Returns the same steps the other way round: maps the base of the steps to the bit set of their targets."""
    targets_by_base: dict[int, int] = defaultdict(int)
    for target, bases in steps.items():
        for base in indices(bases):
            targets_by_base[base] |= 1 << target
    return targets_by_base


def _compared(snapshot: ImpactSnapshot, base: int, targets: int) -> int:
    """Returns the given successors of `base`, and its successors that are preferred to one of them.

    A successor with a lower number is preferred, because its entry number is lower.
    """
    return snapshot.after[base] & (1 << targets.bit_length()) - 1


def _goals_from(snapshot: ImpactSnapshot, base: int, targets: int) -> int:
    """Returns the goals to which the preferred path from `base` begins with the step to one of `targets`."""
    goals = seen = 0
    for successor in indices(_compared(snapshot, base, targets)):
        through = _goals_through(snapshot, base, successor)
        if targets >> successor & 1:
            goals |= through & ~seen
        seen |= through
    return goals


def _goals_through(snapshot: ImpactSnapshot, base: int, successor: int) -> int:
    """Returns the goals to which a path of lowest cost from `base` begins with the step to `successor`."""
    costs, imageless, goals = snapshot.costs_from(base), snapshot.imageless >> successor & 1, 0
    for (blank_steps, steps), vertices in snapshot.costs_from(successor).items():
        goals |= vertices & costs.get((blank_steps + imageless, steps + 1), 0)
    return goals


def _starts_using(paths: ShortestPathsTo, snapshot: ImpactSnapshot, steps: BasesByTarget) -> int:
    """Returns the vertices whose preferred path to the goal of `paths` uses one of the given steps.

    The search examines a vertex after the next vertex of its path, because that one has a lower cost.
    """
    starts, leading = 0, reduce(or_, steps.values(), 0)
    _, *levels = paths.levels.items()  # the first level is the goal
    for cost, level in levels:
        if candidates := level & leading:
            next_ones = paths.next_on_shortest_path(cost)
            found = 0
            for base in indices(candidates):
                target = first_index(snapshot.after[base] & next_ones)
                if starts >> target & 1 or steps.get(target, 0) >> base & 1:
                    found |= 1 << base
            starts |= found
            leading |= union_of(snapshot.before, found)
    return starts


def possibly_unknown(before: ImpactSnapshot, after: ImpactSnapshot) -> int:
    """Returns the targets for which a change of steps may turn an outcome from `none` to `unknown` (a missing
    declaration could make a route), or back.

    The result has each vertex whose ancestors changed, every vertex that such a vertex reaches, and the vertices that a
    possible step (which a missing declaration could give) reaches before or after the change.
    """
    targets = (target for steps in changed_steps(before, after) for target in steps)
    changed = bitset_of(target for target in targets if before.ancestors(target) != after.ancestors(target))
    vertices = reachable_from(before.after, changed, -1) | reachable_from(after.after, changed, -1)
    for (old, old_sources), (new, new_sources) in zip(before.possible_reach(), after.possible_reach(), strict=True):
        vertices |= old ^ new if old_sources == new_sources else old | new
    return vertices
