"""Finds the nearest time at which a route between two entries exists, if none exists at the time in question (design
4).
"""

from datetime import datetime, timedelta

from service.domain.clock import Span
from service.rules.facts.intervals import subtract_span
from service.rules.pathfinding.snapshot import EntryInForce
from service.rules.pathfinding.temporal_graph import TemporalGraph, TimedValue


def nearest_route_interval(
    graph: TemporalGraph, base: str, target: str, at: datetime, through_removed: bool
) -> Span | None:
    """Returns the interval with a route that is nearest to an instant without a route. Of two intervals equally near,
    returns the earlier.
    """
    spans = graph.reachability(through_removed).reachable_spans(base, target, at) if base != target else []
    route_spans = _without_twins(graph, base, target, spans) if spans else []
    return min(route_spans, key=lambda span: (_distance(span, at), span.start), default=None)


def nearest_instant(span: Span, at: datetime) -> datetime:
    """Returns the instant in an interval that is nearest to a given instant outside the interval."""
    return span.start if at < span.start else span.end - timedelta(microseconds=1)


def _distance(span: Span, at: datetime) -> timedelta:
    return span.start - at if at < span.start else at - span.end


def _without_twins(graph: TemporalGraph, base: str, target: str, spans: list[Span]) -> list[Span]:
    """Removes the time in which base and target are twins: the outcome is then `already-there`, not a route."""
    for base_row in _rows_of(graph, base):
        for target_row in _rows_of(graph, target):
            both = Span(base_row.start, base_row.end).intersection(Span(target_row.start, target_row.end))
            if both and base_row.value.identity == target_row.value.identity:
                spans = [rest for span in spans for rest in subtract_span(span, both)]
    return spans


def _rows_of(graph: TemporalGraph, entry: str) -> list[TimedValue[EntryInForce]]:
    return [row for row in graph.listings if row.value.number == entry]
