"""Finds the k shortest loop-free pathways between two entries (design 4): Yen's algorithm with Lawler's partition.

A further path deviates from a known path: it shares a prefix with the known path and then takes a step that no known
path with this prefix takes. The search therefore divides the candidates into branches, one for each deviation, and
finds no path twice. It never lists all paths: in a dense device model most pairs have more than ten thousand.

The search ranks a branch by a lower bound, its cost if its paths might visit the prefix again, and examines a branch
only when it is first in the queue. The cheapest path from the deviation usually avoids the prefix and is the best path
of the branch. Otherwise the search examines the branch again without the vertices of the prefix. The work limit counts
edges examined, not seconds, so the same question always has the same result.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import accumulate

from service.errors import TooMuchWork
from service.rules.pathfinding.bitset import bitset_of, indices
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.shortest_path import Cost, costs_to

MAX_WORK = 2_000_000
"""The largest number of edges that the search for the alternatives of one question examines: about a second of work."""

Path = list[int]
Rank = tuple[Cost, int]


def find_alternative_paths(
    network: Network, path: Path, enterable: int, limit: int, work: int = MAX_WORK
) -> tuple[list[Path], bool]:
    """Returns up to `limit` loop-free paths that come after `path` in the order of preference, and whether more exist.

    `path` is the preferred path, as vertex numbers. Raises TooMuchWork if the search would examine more than `work`
    edges.
    """
    search = _Search(network, path[-1], enterable, work)
    queues = [_Deviations(search, path, 0)]
    paths: list[Path] = []
    while best := min(filter(_Deviations.resolve_first, queues), key=_Deviations.first, default=None):
        if len(paths) == limit:
            return paths, True
        position, deviation = best.pop()
        paths.append(deviation)
        queues.append(_Deviations(search, deviation, position + 1))
    return paths, False


class _Search:
    """The state that all branches of one search share: goal, enterable vertices, costs and remaining work."""

    def __init__(self, network: Network, goal: int, enterable: int, work: int) -> None:
        self.network, self.goal, self.enterable = network, goal, enterable
        self.remaining_work = self.work_limit = work
        self.costs_to_goal = self.costs_without(())

    def examine(self, vertices: Iterable[int], edges: Sequence[int]) -> None:
        """Subtracts the edges of the vertices given from the number of edges that the search may still examine. Raises
        TooMuchWork if none remain.
        """
        self.remaining_work -= sum(edges[vertex].bit_count() + 1 for vertex in vertices)
        if self.remaining_work < 0:
            raise TooMuchWork(
                f"The alternatives of this question need more than {self.work_limit:,} steps to be examined, which is "
                "the limit for one question. Ask for fewer alternatives, or for an entry on the way as the target. "
                "Without alternatives the service always answers."
            )

    def costs_without(self, excluded: Iterable[int]) -> dict[int, Cost]:
        """Returns the cost of the cheapest path to the goal that visits no excluded vertex, for every vertex that has
        such a path.
        """
        closed = bitset_of(excluded)
        levels = costs_to(self.network.before, self.network.imageless, self.goal, self.enterable & ~closed)
        costs = {vertex: cost for cost, level in levels.items() for vertex in indices(level & ~closed)}
        self.examine(costs, self.network.before)
        return costs

    def path_from(self, start: int, costs: dict[int, Cost]) -> Path:
        """Returns the preferred path from `start` to the goal of the search. The path has no loop, because every step
        lowers the cost that remains.
        """
        path = [start]
        while path[-1] != self.goal:
            best = self.best_step(path[-1], costs, frozenset())
            assert best
            path.append(best[1])
        return path

    def best_step(self, vertex: int, costs: dict[int, Cost], excluded: Set[int]) -> tuple[Cost, int] | None:
        """Returns the next vertex on the best path from a vertex to the goal, and the cost of this path; None if there
        is no path.
        """
        self.examine([vertex], self.network.after)
        imageless, shown = self.network.imageless, self.network.shown
        steps = (
            ((costs[target][0] + (imageless >> target & 1), costs[target][1] + 1), shown[target], target)
            for target in indices(self.network.after[vertex] & self.enterable)
            if target in costs and target not in excluded
        )
        best = min(steps, default=None)
        return (best[0], best[2]) if best else None


@dataclass(order=True)
class _Branch:
    """The paths that share a known path up to one position and then deviate from it with the same step.

    `position` is the position of the deviation, and `target` the end of the first step that deviates. `rank` is the
    rank of the path `best`, or a lower bound while `best` is None.
    """

    rank: Rank
    position: int = field(compare=False)
    target: int = field(compare=False)
    best: Path | None = field(default=None, compare=False)


class _Deviations:
    """All branches that deviate from one known path at or after a position, in a priority queue by rank.

    No two branches share a path, so the rank alone gives the order of preference.
    """

    def __init__(self, search: _Search, path: Path, first_position: int) -> None:
        self.search, self.path = search, path
        self.position_of = {vertex: position for position, vertex in enumerate(path)}
        imageless = (search.network.imageless >> vertex & 1 for vertex in path[1:])
        self.imageless_before = list(accumulate(imageless, initial=0))
        self.used_targets = [{vertex} for vertex in path[1:]]
        self.queue: list[_Branch] = []
        for position in range(first_position, len(path) - 1):
            self._add_branch(position)

    def _add_branch(self, position: int) -> None:
        """Queues the branch at a position with a lower bound: after its first step the path may visit the
        prefix again.
        """
        targets = indices(self.search.network.after[self.path[position]])
        prefix = {target for target in targets if self.position_of.get(target, position + 1) <= position}
        self._push(position, self.search.costs_to_goal, self.used_targets[position] | prefix)

    def _push(self, position: int, costs: dict[int, Cost], excluded: set[int], *, exact: bool = False) -> None:
        step = self.search.best_step(self.path[position], costs, excluded)
        if step:
            (imageless, steps), target = step
            best = self.path[: position + 1] + self.search.path_from(target, costs) if exact else None
            cost = (self.imageless_before[position] + imageless, position + steps)
            heappush(self.queue, _Branch((cost, self._tie_break(position, target)), position, target, best))

    def _tie_break(self, position: int, target: int) -> int:
        """Returns the rank of a deviation among paths of equal cost, which their entry numbers order step by step.

        Up to its deviation a path equals the known path. A deviation to a lower entry number comes before the known
        path, an earlier one first; a deviation to a higher number comes after the known path, a later one first.
        """
        shown, size = self.search.network.shown, len(self.path)
        return position - size if shown[target] < shown[self.path[position + 1]] else size - position

    def resolve_first(self) -> bool:
        """Finds the best path of the first set of candidate paths in the queue. Returns False if the queue is empty."""
        while self.queue and self.queue[0].best is None:
            branch = heappop(self.queue)
            suffix = self.search.path_from(branch.target, self.search.costs_to_goal)
            if all(self.position_of.get(vertex, branch.position + 1) > branch.position for vertex in suffix):
                branch.best = self.path[: branch.position + 1] + suffix
                heappush(self.queue, branch)
            else:
                costs = self.search.costs_without(self.path[: branch.position + 1])
                self._push(branch.position, costs, self.used_targets[branch.position], exact=True)
        return bool(self.queue)

    def first(self) -> tuple[Cost, list[str]]:
        """Returns the sort key of the best path in the queue: its cost, then its entry numbers."""
        branch = self.queue[0]
        return branch.rank[0], [self.search.network.shown[vertex] for vertex in branch.best or []]

    def pop(self) -> tuple[int, Path]:
        """Removes the best candidate path from the queue, and returns it as (position, path). From the step at
        `position` on, it differs from the path from which the candidates were derived.

        The remaining candidates that differ from the same position on, by another step, go back into the queue.
        """
        branch = heappop(self.queue)
        assert branch.best
        self.used_targets[branch.position].add(branch.best[branch.position + 1])
        self._add_branch(branch.position)
        return branch.position, branch.best
