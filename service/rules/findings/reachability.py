"""Reachability among some hundreds of vertices as bit sets: one `or` joins a thousand vertices at a time."""

from collections.abc import Sequence
from functools import cached_property

from service.rules.pathfinding.bitset import bitset_of, first_index, indices, transpose, union_of
from service.rules.pathfinding.components import closure, strongly_connected_components

MAX_WORK = 20_000_000
"""The work limit of one rule, in edges examined: about ten seconds."""


class WorkLimitExceeded(Exception):
    """A computation exceeds its work limit."""


class WorkBudget:
    """The work that a computation has left, in edges examined."""

    def __init__(self, most: int = MAX_WORK) -> None:
        self.left = most

    def spend(self, looks: int) -> None:
        """Subtracts work. Raises WorkLimitExceeded if nothing is left."""
        self.left -= looks
        if self.left < 0:
            raise WorkLimitExceeded


class Reachability:
    """A graph on the vertices 0, 1, 2, …, with a bit set for each vertex.

    `after` and `before` are the successors and predecessors; `onto` are the vertices that the vertex reaches in one
    step or more, `leads` the vertices that reach it.
    """

    def __init__(self, after: Sequence[int]) -> None:
        self.after = after
        self.before = transpose(after)
        self.parts = strongly_connected_components(self.after, self.before, (1 << len(after)) - 1)[::-1]
        """The strongly connected components. Each component comes after all components that it leads to."""
        self.part_of = {vertex: nth for nth, part in enumerate(self.parts) for vertex in indices(part)}
        self.onto = closure(self.after, self.parts)
        self.leads = closure(self.before, self.parts[::-1])

    @cached_property
    def heads(self) -> list[int]:
        """The successors of each vertex that no other successor reaches: usually a few, which reach all the others."""
        return [successors & ~union_of(self.onto, successors) for successors in self.after]

    @cached_property
    def _component_predecessors(self) -> tuple[list[int], list[int]]:
        """For each component, the components with a step into it, and all components that reach it, as bit sets."""
        before = [
            bitset_of(self.part_of[vertex] for vertex in indices(union_of(self.before, part) & ~part))
            for part in self.parts
        ]
        leads = [0] * len(before)
        for nth in reversed(range(len(before))):
            leads[nth] = before[nth] | union_of(leads, before[nth])
        return before, leads

    def routes_lost(self, gone: int, work: WorkBudget) -> int:
        """The number of ordered pairs of other vertices that have a route, but none without the vertex `gone`.

        The search goes backwards from the vertex, and only as far as components lose anything: if a component loses
        nothing, no component that reaches it loses anything either.
        """
        before, leads = self._component_predecessors
        lost_routes, own = _LostRoutes(self, gone), self.part_of[gone]
        waiting = 1 << own | before[own]
        while waiting:
            nth = first_index(waiting)
            waiting ^= 1 << nth
            if nth == own:
                work.spend(self.parts[nth].bit_count())
                for group in reversed(
                    strongly_connected_components(self.after, self.before, self.parts[nth] & ~(1 << gone))
                ):
                    lost_routes.judge(group, work)
            elif lost_routes.judge(self.parts[nth], work):
                waiting |= before[nth]
            else:
                lost_routes.safe |= 1 << nth | leads[nth]
            waiting &= ~lost_routes.safe
        return lost_routes.pairs


class _LostRoutes:
    """The routes lost without one vertex. Components are judged in order: each after all that it leads to."""

    def __init__(self, reach: Reachability, gone: int) -> None:
        self._reach, self._gone = reach, 1 << gone
        self._lost_from: dict[int, int] = {}
        self._losing = 0
        self.safe = 0
        """The components that lose nothing, as a bit set."""
        self.pairs = 0

    def judge(self, group: int, work: WorkBudget) -> bool:
        """Whether a strongly connected group loses anything. The vertices that it leads to are judged already."""
        reach, outside = self._reach, ~(group | self._gone)
        successors = union_of(reach.after, group) & outside
        work.spend(successors.bit_count() + 1)
        unaffected = successors & ~self._losing
        heads = union_of(reach.heads, group) & unaffected
        reached_by_heads = union_of(reach.onto, heads)
        still_reached = successors | reached_by_heads | union_of(reach.onto, unaffected & ~heads & ~reached_by_heads)
        for successor in indices(successors & self._losing):
            still_reached |= reach.onto[successor] & ~self._lost_from[successor]
        lost = reach.onto[first_index(group)] & outside & ~still_reached
        for vertex in indices(group) if lost else ():
            self._lost_from[vertex] = lost
        self._losing |= group if lost else 0
        self.pairs += lost.bit_count() * group.bit_count()
        return bool(lost)
