"""When else there is a route: the times at which one entry can be reached from another (design 4, `not-at-this-time`).

Steps are drawn for twins too, so that a way between entries is a way between vertices. All times are walked at once:
what can be reached is a number, of which each bit stands for a stretch in which no step begins or ends.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from service.model.clock import Span
from service.rules.neighbourhood import Listing
from service.rules.terrain import Lasting, Terrain
from service.rules.timeline import outside


def nearest_route(terrain: Terrain, base: str, target: str, at: datetime, through_removed: bool) -> Span | None:
    """The whole stretch with a route that lies nearest to an instant without one; the earlier of two as near."""
    there = _without_twins(terrain, base, target, _reached(terrain, base, target, through_removed))
    return min(there, key=lambda span: (_away(span, at), span.start), default=None)


def inside(span: Span, at: datetime) -> datetime:
    """The instant of a stretch that lies nearest to one outside of it."""
    return span.start if at < span.start else span.end - timedelta(microseconds=1)


def _away(span: Span, at: datetime) -> timedelta:
    return span.start - at if at < span.start else at - span.end


def _reached(terrain: Terrain, base: str, target: str, through_removed: bool) -> list[Span]:
    rows = [row for row in terrain.steps if through_removed or row.thing.listed]
    edges = sorted({edge for row in rows for edge in row[:2]})
    bit = {edge: nth for nth, edge in enumerate(edges)}
    after: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for start, end, step in rows:
        after[step.base].append((step.target, (1 << bit[end]) - (1 << bit[start])))
    reached = {base: (1 << len(edges)) - 1}
    queue = [base]
    while queue:
        here = queue.pop()
        for there, lasting in after[here]:
            fresh = reached[here] & lasting & ~reached.get(there, 0)
            if fresh:
                reached[there] = reached.get(there, 0) | fresh
                queue.append(there)
    return list(_spans(edges, reached.get(target, 0)))


def _spans(edges: list[datetime], bits: int) -> Iterator[Span]:
    """The stretches whose bits are set, those that follow each other joined."""
    start = None
    for nth, (edge, end) in enumerate(pairwise(edges)):
        if bits >> nth & 1:
            start = start or edge
            if not bits >> (nth + 1) & 1:
                yield Span(start, end)
                start = None


def _without_twins(terrain: Terrain, base: str, target: str, spans: list[Span]) -> list[Span]:
    """While two entries are twins there is no route from the one to the other: whoever has the one has the other."""
    for mine in _of(terrain, base):
        for other in _of(terrain, target):
            both = Span(mine.start, mine.end).meet(Span(other.start, other.end))
            if both and mine.thing.identity == other.thing.identity:
                spans = [rest for span in spans for rest in outside(span, both)]
    return spans


def _of(terrain: Terrain, entry: str) -> list[Lasting[Listing]]:
    return [row for row in terrain.listings if row.thing.number == entry]
