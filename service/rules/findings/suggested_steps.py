"""The step that is missing most: of all that could be declared within a device model, the one that adds most routes."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from service.rules.findings.reachability import Reachability, WorkBudget
from service.rules.pathfinding.bitset import indices, union_of

SuggestedStep = tuple[int, int]


def best_steps(
    reach: Reachability, own: int, askable: int, earlier: Sequence[int], work: WorkBudget
) -> tuple[int, list[SuggestedStep]]:
    """The most routes that one step more could add, and every step that adds so many; none for one route alone.

    Both ends are of the device model, the target may be asked about, came after the base and does not lead to it: a
    way back is never asked for. A step from further on, or to further back, adds more: only the outermost are counted,
    those that could add most first.
    """
    steps = ((_bound(reach, *step), step) for step in _outermost(reach, own, askable, earlier, work))
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


def _outermost(
    reach: Reachability, own: int, askable: int, earlier: Sequence[int], work: WorkBudget
) -> Iterator[SuggestedStep]:
    onto, leads = reach.onto, reach.leads
    behind = [lead & ~there for lead, there in zip(leads, onto, strict=True)]
    for target in indices(own & askable):
        bases = own & earlier[target] & ~(1 << target | onto[target] | leads[target])
        further_back = leads[target] & own & askable & ~onto[target]
        work.spend(bases.bit_count())
        for base in indices(bases & ~union_of(behind, bases)):
            if not further_back & ~(leads[base] | 1 << base | earlier[base]):
                yield base, target


def _starts(reach: Reachability, base: int, target: int) -> int:
    """The base and what leads to it, but for what leads to the target already."""
    return (1 << base | reach.leads[base]) & ~(1 << target | reach.leads[target])


def _ends(reach: Reachability, base: int, target: int) -> int:
    """The target and what it leads to, but for what the base leads to already."""
    return (1 << target | reach.onto[target]) & ~(1 << base | reach.onto[base])


def _bound(reach: Reachability, base: int, target: int) -> int:
    """No more pairs than these can be without a route, and have one by the step."""
    return _starts(reach, base, target).bit_count() * _ends(reach, base, target).bit_count()


def _gain(reach: Reachability, base: int, target: int, work: WorkBudget) -> int:
    """The ordered pairs that would have a route and have none, counted from the end that has fewer of them."""
    starts, ends, reached = _starts(reach, base, target), _ends(reach, base, target), reach.onto
    if ends.bit_count() < starts.bit_count():
        starts, ends, reached = ends, starts, reach.leads
    work.spend(starts.bit_count() + 1)
    return sum((ends & ~(reached[here] | 1 << here)).bit_count() for here in indices(starts))
