"""When else there is a route from one entry to another (design 4, `not-at-this-time`)."""

from datetime import datetime, timedelta

from service.domain.clock import Span
from service.rules.facts.intervals import subtract_span
from service.rules.pathfinding.snapshot import EntryInForce
from service.rules.pathfinding.temporal_graph import TemporalGraph, Timed


def nearest_route_interval(
    terrain: TemporalGraph, base: str, target: str, at: datetime, through_removed: bool
) -> Span | None:
    """The whole stretch with a route that lies nearest to an instant without one; the earlier of two as near."""
    spans = terrain.reachability(through_removed).reachable_spans(base, target, at) if base != target else []
    there = _without_twins(terrain, base, target, spans) if spans else []
    return min(there, key=lambda span: (_away(span, at), span.start), default=None)


def nearest_instant(span: Span, at: datetime) -> datetime:
    """The instant of a stretch that lies nearest to one outside of it."""
    return span.start if at < span.start else span.end - timedelta(microseconds=1)


def _away(span: Span, at: datetime) -> timedelta:
    return span.start - at if at < span.start else at - span.end


def _without_twins(terrain: TemporalGraph, base: str, target: str, spans: list[Span]) -> list[Span]:
    """While two entries are twins there is no route from the one to the other: whoever has the one has the other."""
    for mine in _of(terrain, base):
        for other in _of(terrain, target):
            both = Span(mine.start, mine.end).intersection(Span(other.start, other.end))
            if both and mine.value.identity == other.value.identity:
                spans = [rest for span in spans for rest in subtract_span(span, both)]
    return spans


def _of(terrain: TemporalGraph, entry: str) -> list[Timed[EntryInForce]]:
    return [row for row in terrain.listings if row.value.number == entry]
