"""Who reaches whom among some hundreds of vertices, as sets of bits: one `or` joins a thousand of them at a time."""

from collections.abc import Sequence
from functools import cached_property

from service.rules.pathfinding.bitset import bitset_of, first_index, indices, transpose, union_of
from service.rules.pathfinding.components import closure, strongly_connected_components

MAX_WORK = 20_000_000
"""Looks at a step after which a sum is given up rather than waited for: some ten seconds."""


class WorkLimitExceeded(Exception):
    """A sum would cost more than it may."""


class WorkBudget:
    """What a sum has cost, in looks at a step."""

    def __init__(self, most: int = MAX_WORK) -> None:
        self.left = most

    def spend(self, looks: int) -> None:
        """Raises TooMuch once more is spent than there was."""
        self.left -= looks
        if self.left < 0:
            raise WorkLimitExceeded


class Reachability:
    """A graph on 0, 1, 2, …: the vertices that each leads to in one step (`after`), and is led to from (`before`);
    and what each reaches in one step or more (`onto`), and is reached by (`leads`)."""

    def __init__(self, after: Sequence[int]) -> None:
        self.after = after
        self.before = transpose(after)
        self.parts = strongly_connected_components(self.after, self.before, (1 << len(after)) - 1)[::-1]
        """The strongly connected components; each comes after all that it leads to."""
        self.part_of = {here: nth for nth, part in enumerate(self.parts) for here in indices(part)}
        self.onto = closure(self.after, self.parts)
        self.leads = closure(self.before, self.parts[::-1])

    @cached_property
    def heads(self) -> list[int]:
        """Of what each vertex leads to, what nothing else of it leads to: mostly a few, that lead to the rest."""
        return [near & ~union_of(self.onto, near) for near in self.after]

    @cached_property
    def _around(self) -> tuple[list[int], list[int]]:
        """For every part, the numbers of the parts from which a step leads into it, and of all that lead to it."""
        before = [
            bitset_of(self.part_of[here] for here in indices(union_of(self.before, part) & ~part))
            for part in self.parts
        ]
        leads = [0] * len(before)
        for nth in reversed(range(len(before))):
            leads[nth] = before[nth] | union_of(leads, before[nth])
        return before, leads

    def routes_lost(self, gone: int, work: WorkBudget) -> int:
        """The ordered pairs of other vertices that have a route, and have none without this vertex.

        Only what reaches less is looked at: from the vertex backwards, as far as anything is lost. What leads to a
        part that leads to the vertex and loses nothing loses nothing either.
        """
        before, leads = self._around
        losing, own = _Losing(self, gone), self.part_of[gone]
        waiting = 1 << own | before[own]
        while waiting:
            nth = first_index(waiting)
            waiting ^= 1 << nth
            if nth == own:
                work.spend(self.parts[nth].bit_count())
                for group in reversed(
                    strongly_connected_components(self.after, self.before, self.parts[nth] & ~(1 << gone))
                ):
                    losing.judged(group, work)
            elif losing.judged(self.parts[nth], work):
                waiting |= before[nth]
            else:
                losing.safe |= 1 << nth | leads[nth]
            waiting &= ~losing.safe
        return losing.pairs


class _Losing:
    """What is reached no more once a vertex is gone, judged one component after all that it leads to."""

    def __init__(self, reach: Reachability, gone: int) -> None:
        self._reach, self._gone = reach, 1 << gone
        self._less: dict[int, int] = {}
        self._losing = 0
        self.safe = 0
        """The numbers of parts that lose nothing."""
        self.pairs = 0

    def judged(self, group: int, work: WorkBudget) -> bool:
        """Whether vertices that can each reach the other lose anything. What they lead to has been judged."""
        reach, outside = self._reach, ~(group | self._gone)
        near = union_of(reach.after, group) & outside
        work.spend(near.bit_count() + 1)
        sound = near & ~self._losing
        heads = union_of(reach.heads, group) & sound
        beyond = union_of(reach.onto, heads)
        still = near | beyond | union_of(reach.onto, sound & ~heads & ~beyond)
        for there in indices(near & self._losing):
            still |= reach.onto[there] & ~self._less[there]
        lost = reach.onto[first_index(group)] & outside & ~still
        for here in indices(group) if lost else ():
            self._less[here] = lost
        self._losing |= group if lost else 0
        self.pairs += lost.bit_count() * group.bit_count()
        return bool(lost)
