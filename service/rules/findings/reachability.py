"""Computes which vertices of a directed graph reach which others, with bit sets (sets of vertices as one integer)."""

from collections.abc import Sequence

from service.domain.memo import cached_property
from service.domain.work import check_work
from service.rules.pathfinding.bitset import bitset_of, first_index, indices, transpose, union_of
from service.rules.pathfinding.connected_components import strongly_connected_components, transitive_closure

MAX_WORK = 20_000_000
"""The work limit of one rule for one component, in edges examined: about ten seconds."""


class WorkLimitExceeded(Exception):
    """Error: a computation examines more edges of the graph than its work limit allows."""


class EdgeBudget:
    """The number of edges of a graph that a computation may still examine."""

    def __init__(self, most: int = MAX_WORK) -> None:
        self.left = most

    def spend(self, edges: int) -> None:
        """Subtracts examined edges from the number that a computation may still examine. Raises WorkLimitExceeded if
        none remain, and the errors of `check_work`.
        """
        check_work()
        self.left -= edges
        if self.left < 0:
            raise WorkLimitExceeded


class Reachability:
    """Computes which vertices of a directed graph on 0, 1, 2, … reach which others, as one bit set for each vertex.

    `after` and `before` are the successors and predecessors of a vertex. `descendants` are the vertices that it reaches
    by one edge or more, and `ancestors` the vertices that reach it.
    """

    def __init__(self, after: Sequence[int]) -> None:
        self.after = after
        self.before = transpose(after)
        self.components = strongly_connected_components(self.after, self.before, (1 << len(after)) - 1)[::-1]
        """The strongly connected components. Each component comes after all components that it leads to."""
        self.component_of = {vertex: nth for nth, part in enumerate(self.components) for vertex in indices(part)}
        self.descendants = transitive_closure(self.after, self.components)
        self.ancestors = transitive_closure(self.before, self.components[::-1])

    @cached_property
    def heads(self) -> list[int]:
        """Returns, for each vertex, those of its successors that none of its other successors reaches. Usually they are
        few.
        """
        return [successors & ~union_of(self.descendants, successors) for successors in self.after]

    @cached_property
    def _component_predecessors(self) -> tuple[list[int], list[int]]:
        """Returns, for each strongly connected component, those with an edge into it, and all that reach it."""
        before = [
            bitset_of(self.component_of[vertex] for vertex in indices(union_of(self.before, part) & ~part))
            for part in self.components
        ]
        leads = [0] * len(before)
        for nth in reversed(range(len(before))):
            leads[nth] = before[nth] | union_of(leads, before[nth])
        return before, leads

    def routes_lost(self, gone: int, work: EdgeBudget) -> int:
        """Returns how many ordered pairs of other vertices would have no route without the vertex `gone`.

        The search goes backwards from the vertex, and only as far as components lose a route: if a component loses
        none, no component that reaches it loses one either.
        """
        before, leads = self._component_predecessors
        lost_routes, own = _LostRouteCounter(self, gone), self.component_of[gone]
        waiting = 1 << own | before[own]
        while waiting:
            nth = first_index(waiting)
            waiting ^= 1 << nth
            if nth == own:
                work.spend(self.components[nth].bit_count())
                for group in reversed(
                    strongly_connected_components(self.after, self.before, self.components[nth] & ~(1 << gone))
                ):
                    lost_routes.add_group(group, work)
            elif lost_routes.add_group(self.components[nth], work):
                waiting |= before[nth]
            else:
                lost_routes.safe |= 1 << nth | leads[nth]
            waiting &= ~lost_routes.safe
        return lost_routes.pairs


class _LostRouteCounter:
    """Counts the routes lost without one vertex. A component comes after all components that it leads to."""

    def __init__(self, reach: Reachability, gone: int) -> None:
        self._reach, self._gone = reach, 1 << gone
        self._lost_from: dict[int, int] = {}
        self._losing = 0
        self.safe = 0
        """The components that lose no route, as a bit set."""
        self.pairs = 0

    def add_group(self, group: int, work: EdgeBudget) -> bool:
        """Counts the routes that the vertices of a strongly connected component would lose if a certain vertex were
        gone. Returns whether there are any.
        """
        reach, outside = self._reach, ~(group | self._gone)
        successors = union_of(reach.after, group) & outside
        work.spend(successors.bit_count() + 1)
        unaffected = successors & ~self._losing
        heads = union_of(reach.heads, group) & unaffected
        reached_by_heads = union_of(reach.descendants, heads)
        still_reached = (
            successors | reached_by_heads | union_of(reach.descendants, unaffected & ~heads & ~reached_by_heads)
        )
        for successor in indices(successors & self._losing):
            still_reached |= reach.descendants[successor] & ~self._lost_from[successor]
        lost = reach.descendants[first_index(group)] & outside & ~still_reached
        for vertex in indices(group) if lost else ():
            self._lost_from[vertex] = lost
        self._losing |= group if lost else 0
        self.pairs += lost.bit_count() * group.bit_count()
        return bool(lost)
