"""Finds the answers that change if a change alters only steps, target by target, without a search from every start.

Of paths with equal cost, the preferred path is the first in the order of the entry numbers, step by step. So the
preferred paths to one goal form a tree: from each vertex, the next vertex is the first that keeps the cost lowest. A
preferred path that uses no withdrawn step still exists after the change; a preferred path that uses no added step
existed before. So an answer changes exactly if the path before uses a withdrawn step, or the path after uses an added
step. The starts of these paths lie behind such a step in the tree of the goal.
"""

from collections.abc import Iterator

from service.domain.work import check_work
from service.rules.impact.impact_snapshot import ImpactSnapshot
from service.rules.pathfinding.bitset import bitset_of, first_index, indices, reachable_from
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
    pairs = [(base, target) for target, bases in steps.items() for base in indices(bases)]
    searches = bitset_of(other for pair in pairs for other in (*pair, *indices(_preferred_successors(snapshot, *pair))))
    if searches.bit_count() > reachable.bit_count():
        return reachable
    goals = 0
    for base, target in pairs:
        step_goals = _goals_through(snapshot, base, target)
        for other in indices(_preferred_successors(snapshot, base, target)):
            step_goals &= ~_goals_through(snapshot, base, other)
        goals |= step_goals
    return goals


def _preferred_successors(snapshot: ImpactSnapshot, base: int, target: int) -> int:
    """Returns the successors of `base` that are preferred to `target`, because their entry numbers are lower."""
    return snapshot.after[base] & (1 << target) - 1


def _goals_through(snapshot: ImpactSnapshot, base: int, successor: int) -> int:
    """Returns the goals to which a path of lowest cost from `base` begins with the step to `successor`."""
    costs, imageless, goals = snapshot.costs_from(base), snapshot.imageless >> successor & 1, 0
    for (blank_steps, steps), vertices in snapshot.costs_from(successor).items():
        goals |= vertices & costs.get((blank_steps + imageless, steps + 1), 0)
    return goals


def _starts_using(paths: ShortestPathsTo, snapshot: ImpactSnapshot, steps: BasesByTarget) -> int:
    """Returns the vertices whose preferred path to the goal of `paths` uses one of the given steps."""
    starts = 0
    while steps:
        added = 0
        for target, bases in steps.items():
            added |= _continuing_to(paths, snapshot, target, bases & ~starts)
        starts |= added
        steps = {target: snapshot.before[target] for target in indices(added)}
    return starts


def _continuing_to(paths: ShortestPathsTo, snapshot: ImpactSnapshot, target: int, bases: int) -> int:
    """Returns those of the given bases whose preferred path begins with the step into `target`."""
    cost = paths.cost(target)
    if cost is None:
        return 0
    blank_steps, steps = cost
    base_cost = blank_steps + (snapshot.imageless >> target & 1), steps + 1
    candidates = bases & paths.levels.get(base_cost, 0)
    if not candidates:
        return 0
    open_to, after = paths.next_on_shortest_path(base_cost), snapshot.after
    return bitset_of(base for base in indices(candidates) if first_index(after[base] & open_to) == target)


def possibly_unknown(before: ImpactSnapshot, after: ImpactSnapshot) -> int:
    """Returns the targets for which a change of steps may turn an outcome from `none` to `unknown` (a missing
    declaration could make a route), or back.

    These are the vertices whose ancestors changed together with all vertices that they reach, and the vertices that a
    possible step reaches before or after the change.
    """
    targets = (target for steps in changed_steps(before, after) for target in steps)
    changed = bitset_of(target for target in targets if before.ancestors(target) != after.ancestors(target))
    vertices = reachable_from(before.after, changed, -1) | reachable_from(after.after, changed, -1)
    for (old, old_sources), (new, new_sources) in zip(before.possible_reach(), after.possible_reach(), strict=True):
        vertices |= old ^ new if old_sources == new_sources else old | new
    return vertices
