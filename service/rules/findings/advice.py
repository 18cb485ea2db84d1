"""The step that is missing most: of all that could be declared within a device model, the one that adds most routes."""

from collections.abc import Iterator, Sequence

from service.rules.bits import places
from service.rules.findings.reach import Reach, Work

Step = tuple[int, int]


def best_steps(reach: Reach, own: int, askable: int, earlier: Sequence[int], work: Work) -> tuple[int, list[Step]]:
    """The most routes that one step more could add, and every step that adds so many; none for one route alone.

    Both ends are of the device model, the target may be asked about, came after the base and does not lead to it: a
    way back is never asked for. A step from further on, or to further back, adds more: only the outermost are counted.
    """
    most, best = 0, list[Step]()
    for base, target in _outermost(reach, own, askable, earlier, work):
        bound = (1 + reach.leads[base].bit_count()) * (1 + reach.onto[target].bit_count())
        if bound < max(most, 2):
            continue
        gain = _gain(reach, base, target, work)
        if gain > most:
            most, best = gain, [(base, target)]
        elif gain == most:
            best.append((base, target))
    return most, best


def _outermost(reach: Reach, own: int, askable: int, earlier: Sequence[int], work: Work) -> Iterator[Step]:
    onto, leads = reach.onto, reach.leads
    for target in places(own & askable):
        bases = own & earlier[target] & ~(1 << target | onto[target] | leads[target])
        work.spend(bases.bit_count())
        for base in places(bases):
            further_on = onto[base] & bases & ~leads[base]
            further_back = leads[target] & own & askable & ~(leads[base] | 1 << base | onto[target] | earlier[base])
            if not further_on and not further_back:
                yield base, target


def _gain(reach: Reach, base: int, target: int, work: Work) -> int:
    """The ordered pairs that would have a route and have none."""
    there = 1 << target | reach.onto[target]
    work.spend(reach.leads[base].bit_count() + 1)
    return sum((there & ~(reach.onto[here] | 1 << here)).bit_count() for here in places(1 << base | reach.leads[base]))
