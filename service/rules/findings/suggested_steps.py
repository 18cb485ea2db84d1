"""Suggests the missing step that adds most routes, of all steps that could be declared within a device model."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from service.rules.findings.reachability import Reachability, WorkBudget
from service.rules.pathfinding.bitset import indices, union_of

SuggestedStep = tuple[int, int]
"""The places of base and target."""


def best_steps(
    reach: Reachability, own: int, askable: int, earlier: Sequence[int], work: WorkBudget
) -> tuple[int, list[SuggestedStep]]:
    """The largest number of routes that one additional step would add, and all steps that add so many.

    No step is returned if no step adds two routes or more. Base and target belong to the device model (`own`); the
    target is in `askable`, was listed later than the base (`earlier`) and does not lead to the base: the service never
    suggests a way back. A base further along a path, or a target further back, adds at least as many routes. So
    the search examines only the outermost steps, in the order of the bound on their gain.
    """
    steps = ((_bound(reach, *step), step) for step in _outermost_steps(reach, own, askable, earlier, work))
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
    reach: Reachability, own: int, askable: int, earlier: Sequence[int], work: WorkBudget
) -> Iterator[SuggestedStep]:
    onto, leads = reach.onto, reach.leads
    only_behind = [reaching & ~reached for reaching, reached in zip(leads, onto, strict=True)]
    for target in indices(own & askable):
        bases = own & earlier[target] & ~(1 << target | onto[target] | leads[target])
        further_back = leads[target] & own & askable & ~onto[target]
        work.spend(bases.bit_count())
        for base in indices(bases & ~union_of(only_behind, bases)):
            if not further_back & ~(leads[base] | 1 << base | earlier[base]):
                yield base, target


def _starts(reach: Reachability, base: int, target: int) -> int:
    """The base and the vertices that reach it, without the vertices that reach the target already."""
    return (1 << base | reach.leads[base]) & ~(1 << target | reach.leads[target])


def _ends(reach: Reachability, base: int, target: int) -> int:
    """The target and the vertices that it reaches, without the vertices that the base reaches already."""
    return (1 << target | reach.onto[target]) & ~(1 << base | reach.onto[base])


def _bound(reach: Reachability, base: int, target: int) -> int:
    """An upper bound on the number of pairs that gain a route by the step."""
    return _starts(reach, base, target).bit_count() * _ends(reach, base, target).bit_count()


def _gain(reach: Reachability, base: int, target: int, work: WorkBudget) -> int:
    """The number of ordered pairs that gain a route by the step, counted from the end with fewer vertices."""
    starts, ends, reached = _starts(reach, base, target), _ends(reach, base, target), reach.onto
    if ends.bit_count() < starts.bit_count():
        starts, ends, reached = ends, starts, reach.leads
    work.spend(starts.bit_count() + 1)
    return sum((ends & ~(reached[vertex] | 1 << vertex)).bit_count() for vertex in indices(starts))
