"""Computes when one entry can reach another, for all effective time in one search.

The instants at which steps begin or end divide time into intervals. A set of intervals is a bit set.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from service.domain.clock import Span
from service.domain.memo import cached_property
from service.rules.pathfinding.snapshot import Step


@dataclass(frozen=True)
class TemporalReachability:
    """Computes in which intervals of time upgrade steps lead from one entry to another.

    `rows` has each upgrade step with the start and the end of its time. `boundaries` has all these starts and ends,
    sorted: no step begins or ends between two of them.
    """

    rows: Sequence[tuple[datetime, datetime, Step]]
    boundaries: list[datetime]

    @cached_property
    def after(self) -> dict[str, list[tuple[str, int]]]:
        """Returns, for each entry, the targets of its upgrade steps, each with the bit set of the intervals of time in
        which the step is in force.
        """
        bit = {boundary: 1 << index for index, boundary in enumerate(self.boundaries)}
        successors: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for start, end, step in self.rows:
            successors[step.base].append((step.target, bit[end] - bit[start]))
        return dict(successors)

    def reachable_spans(self, base: str, target: str, excluded: datetime) -> list[Span]:
        """Returns the intervals of time in which a path leads from `base` to `target`, except for the interval around
        the instant `excluded`.

        The steps include those between twins (entries with the same image), so a path between entries is also a path
        between vertices.
        """
        index = sum(boundary <= excluded for boundary in self.boundaries)
        all_intervals = (1 << max(0, len(self.boundaries) - 1)) - 1
        intervals = all_intervals & ~(1 << index >> 1)
        if not intervals:
            return []
        reached, queue = {base: intervals}, [base]
        while queue:
            entry = queue.pop()
            for successor, validity in self.after.get(entry, ()):
                added = reached[entry] & validity & ~reached.get(successor, 0)
                if added:
                    reached[successor] = reached.get(successor, 0) | added
                    queue.append(successor)
        return list(self._spans(reached.get(target, 0)))

    def _spans(self, intervals: int) -> Iterator[Span]:
        """Yields the spans of a set of intervals, with adjacent intervals joined."""
        start = None
        for index, (begin, end) in enumerate(pairwise(self.boundaries)):
            if intervals >> index & 1:
                start = start or begin
                if not intervals >> (index + 1) & 1:
                    yield Span(start, end)
                    start = None


def temporal_reachability(
    steps: Iterable[tuple[datetime, datetime, Step]], through_removed: bool
) -> TemporalReachability:
    """Builds the object that says when one entry can reach another, from upgrade steps and their intervals. Without
    `through_removed` it omits steps into removed entries.
    """
    rows = [row for row in steps if through_removed or row[2].listed]
    return TemporalReachability(rows, sorted({row[0] for row in rows} | {row[1] for row in rows}))
