"""Operations on spans of effective time, and on timelines of segments (design 2)."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from service.domain.clock import BEGINNING, END, Span
from service.domain.facts import Fact

P = TypeVar("P")
F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Segment(Generic[P]):
    """A span of effective time and the content (`payload`) that holds in it."""

    span: Span
    payload: P


def overlay(segments: Iterable[Segment[P]], span: Span, payload: P) -> list[Segment[P]]:
    """Returns the segments with the new payload over the span, in place of the old content there."""
    remaining = [Segment(part, segment.payload) for segment in segments for part in subtract_span(segment.span, span)]
    return merge_segments([*remaining, Segment(span, payload)])


def subtract_span(span: Span, cut: Span) -> list[Span]:
    """Returns the parts of a span outside another span: none, one or two."""
    if span.intersection(cut) is None:
        return [span]
    before = [Span(span.start, cut.start)] if span.start < cut.start else []
    after = [Span(cut.end, span.end)] if cut.end < span.end else []
    return before + after


def intersect_spans(span: Span, others: Iterable[Span]) -> list[Span]:
    """Returns the intersections of a span with other spans, which do not overlap."""
    return [common for other in others if (common := span.intersection(other))]


def subtract_spans(span: Span, others: Iterable[Span]) -> list[Span]:
    """Returns the parts of a span outside all other spans."""
    remaining = [span]
    for other in others:
        remaining = [part for piece in remaining for part in subtract_span(piece, other)]
    return remaining


def covered_by(span: Span, others: Iterable[Span]) -> bool:
    """Returns whether the other spans together cover the whole span."""
    return not subtract_spans(span, others)


def union_spans(spans: Iterable[Span]) -> list[Span]:
    """Returns the union of spans, in order. Spans that touch or overlap become one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def differing_spans(rows: Sequence[F], other_rows: Sequence[F], payload: Callable[[F], Hashable]) -> list[Span]:
    """Returns the spans over which two timelines of a subject have different payloads."""
    return union_spans(
        span
        for span in spans_without_change([*rows, *other_rows])
        if _payload_at(rows, span, payload) != _payload_at(other_rows, span, payload)
    )


def _payload_at(rows: Iterable[F], span: Span, payload: Callable[[F], Hashable]) -> Hashable:
    return next((payload(row) for row in rows if row.span.contains(span.start)), None)


def spans_without_change(rows: Iterable[Fact]) -> list[Span]:
    """Divides all effective time at every instant at which one of the facts begins or ends. Returns the spans
    between.
    """
    boundaries = sorted({boundary for row in rows for boundary in (row.valid_from, row.valid_to)} | {BEGINNING, END})
    return [Span(start, end) for start, end in pairwise(boundaries)]


def merge_segments(segments: Iterable[Segment[P]]) -> list[Segment[P]]:
    """Returns the segments in order. Adjacent segments of equal payload become one."""
    merged: list[Segment[P]] = []
    for segment in sorted(segments, key=lambda s: s.span):
        last = merged[-1] if merged else None
        if last and last.span.end == segment.span.start and last.payload == segment.payload:
            merged[-1] = Segment(Span(last.span.start, segment.span.end), last.payload)
        else:
            merged.append(segment)
    return merged


def segment_changes(
    believed: Sequence[F], wanted: Iterable[Segment[P]], payload: Callable[[F], Hashable]
) -> tuple[list[F], list[Segment[P]]]:
    """Returns the rows to close and the segments to add, so that the timeline has exactly the wanted segments.

    A row that equals a wanted segment stays unchanged, because a write never sets any property of an existing row
    except `recorded_to`.
    """
    open_rows = {(row.span, payload(row)): row for row in believed}
    added = [segment for segment in wanted if open_rows.pop((segment.span, segment.payload), None) is None]
    return list(open_rows.values()), added
