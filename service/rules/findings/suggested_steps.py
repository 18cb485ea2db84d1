"""Finds the undeclared upgrade step within a device model that would give a route to most pairs of entries."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from service.rules.findings.reachability import EdgeBudget, Reachability
from service.rules.pathfinding.bitset import indices, union_of

SuggestedStep = tuple[int, int]
"""The places (indices in the component) of the base and the target of a step."""


def best_steps(
    reach: Reachability, own: int, askable: int, earlier: Sequence[int], work: EdgeBudget
) -> tuple[int, list[SuggestedStep]]:
    """Returns the largest number of pairs of entries to which one new upgrade step would give a route, and all steps
    that do.

    The list is empty if no step gives a route to two pairs or more. Base and target must belong to the device model
    `own` (a bit set). The target must be in `askable`, must have been listed later than the base (`earlier` has the
    vertices listed before each), and must not lead to the base, because the service never suggests a way back. A base
    further along a path, or a target further back, adds at least as many routes. So the search examines only the
    outermost steps, in the order of an upper bound on the routes that they add.
    """
    steps = (
        (_starts(reach, *step).bit_count() * _ends(reach, *step).bit_count(), step)
        for step in _outermost_steps(reach, own, askable, earlier, work)
    )
    most, best = 0, list[SuggestedStep]()
    for bound, step in sorted(steps, key=itemgetter(0), reverse=True):
        if bound < max(most, 2):
            break
        gain = _gain(reach, *step, work)
        if gain > most:
            most, best = gain, [step]
        elif gain == most:
            best.append(step)
    return most, best


def _outermost_steps(
    reach: Reachability, own: int, askable: int, earlier: Sequence[int], work: EdgeBudget
) -> Iterator[SuggestedStep]:
    """Yields the allowed steps that begin at the furthest possible base and end at the earliest possible target."""
    onto, leads = reach.descendants, reach.ancestors
    only_behind = [reaching & ~reached for reaching, reached in zip(leads, onto, strict=True)]
    for target in indices(own & askable):
        bases = own & earlier[target] & ~(1 << target | onto[target] | leads[target])
        further_back = leads[target] & own & askable & ~onto[target]
        work.spend(bases.bit_count())
        for base in indices(bases & ~union_of(only_behind, bases)):
            if not further_back & ~(leads[base] | 1 << base | earlier[base]):
                yield base, target


def _starts(reach: Reachability, base: int, target: int) -> int:
    """Returns the base and the vertices that reach it, without the vertices that reach the target already."""
    return (1 << base | reach.ancestors[base]) & ~(1 << target | reach.ancestors[target])


def _ends(reach: Reachability, base: int, target: int) -> int:
    """Returns the target and the vertices that it reaches, without the vertices that the base reaches already."""
    return (1 << target | reach.descendants[target]) & ~(1 << base | reach.descendants[base])


def _gain(reach: Reachability, base: int, target: int, work: EdgeBudget) -> int:
    """Returns the number of ordered pairs that a step would give a route, counted from the end with fewer vertices."""
    starts, ends, reached = _starts(reach, base, target), _ends(reach, base, target), reach.descendants
    if ends.bit_count() < starts.bit_count():
        starts, ends, reached = ends, starts, reach.ancestors
    work.spend(starts.bit_count() + 1)
    return sum((ends & ~(reached[vertex] | 1 << vertex)).bit_count() for vertex in indices(starts))
