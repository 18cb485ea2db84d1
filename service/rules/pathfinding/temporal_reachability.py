"""The steps of a terrain over all time, to be walked at all times at once.

Time is cut where a step begins or ends; a set of such stretches is a number, a bit each.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from service.domain.clock import Span
from service.rules.pathfinding.snapshot import Step


@dataclass(frozen=True)
class TemporalReachability:
    """Steps, each with the stretch over which it holds, and all instants at which one of them begins or ends."""

    rows: Sequence[tuple[datetime, datetime, Step]]
    boundaries: list[datetime]

    @cached_property
    def after(self) -> dict[str, list[tuple[str, int]]]:
        """From each entry the targets with the stretches of their steps. Drawn once there is anything to walk."""
        bit = {edge: 1 << nth for nth, edge in enumerate(self.boundaries)}
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for start, end, step in self.rows:
            found[step.base].append((step.target, bit[end] - bit[start]))
        return dict(found)

    def reachable_spans(self, base: str, target: str, besides: datetime) -> list[Span]:
        """When there is a way from one entry to another, but for the stretch around an instant.

        Steps are drawn for twins too, so that a way between entries is a way between vertices.
        """
        begun = sum(edge <= besides for edge in self.boundaries)
        every = (1 << max(0, len(self.boundaries) - 1)) - 1
        elsewhen = every & ~(1 << begun >> 1)
        if not elsewhen:
            return []
        reached, queue = {base: elsewhen}, [base]
        while queue:
            here = queue.pop()
            for there, lasting in self.after.get(here, ()):
                fresh = reached[here] & lasting & ~reached.get(there, 0)
                if fresh:
                    reached[there] = reached.get(there, 0) | fresh
                    queue.append(there)
        return list(self._spans(reached.get(target, 0)))

    def _spans(self, stretches: int) -> Iterator[Span]:
        """The stretches of a set, those that follow each other joined."""
        start = None
        for nth, (edge, end) in enumerate(pairwise(self.boundaries)):
            if stretches >> nth & 1:
                start = start or edge
                if not stretches >> (nth + 1) & 1:
                    yield Span(start, end)
                    start = None


def temporal_reachability(
    steps: Iterable[tuple[datetime, datetime, Step]], through_removed: bool
) -> TemporalReachability:
    """The course of these steps, those into removed entries left out unless told otherwise."""
    rows = [row for row in steps if through_removed or row[2].listed]
    return TemporalReachability(rows, sorted({row[0] for row in rows} | {row[1] for row in rows}))
