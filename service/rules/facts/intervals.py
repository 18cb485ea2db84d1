"""Operations on intervals of effective time, and on timelines (sequences of intervals, each with its content) (design
2).
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from service.domain.clock import BEGINNING, END, Span
from service.domain.facts import Fact

P = TypeVar("P")
F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class TimeSegment(Generic[P]):
    """An interval of effective time, and the content (`payload`) that holds during the interval."""

    span: Span
    payload: P


def overlay(segments: Iterable[TimeSegment[P]], span: Span, payload: P) -> list[TimeSegment[P]]:
    """Returns the segments (intervals with content) after new content has replaced the old content over the interval
    given.
    """
    remaining = [
        TimeSegment(part, segment.payload) for segment in segments for part in subtract_span(segment.span, span)
    ]
    return merge_segments([*remaining, TimeSegment(span, payload)])


def subtract_span(span: Span, cut: Span) -> list[Span]:
    """Returns the parts of one interval that lie outside another interval: none, one or two parts."""
    if span.intersection(cut) is None:
        return [span]
    before = [Span(span.start, cut.start)] if span.start < cut.start else []
    after = [Span(cut.end, span.end)] if cut.end < span.end else []
    return before + after


def intersect_spans(span: Span, others: Iterable[Span]) -> list[Span]:
    """Returns the parts of one interval that lie in any of several other intervals. These must not overlap each
    other.
    """
    return [common for other in others if (common := span.intersection(other))]


def subtract_spans(span: Span, others: Iterable[Span]) -> list[Span]:
    """Returns the parts of an interval that lie outside all other intervals given."""
    remaining = [span]
    for other in others:
        remaining = [part for piece in remaining for part in subtract_span(piece, other)]
    return remaining


def covered_by(span: Span, others: Iterable[Span]) -> bool:
    """Returns whether several intervals together cover the whole of one interval."""
    return not subtract_spans(span, others)


def union_spans(spans: Iterable[Span]) -> list[Span]:
    """Returns the union of intervals, in order. Intervals that touch or overlap become one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def differing_spans(rows: Sequence[F], other_rows: Sequence[F], payload: Callable[[F], Hashable]) -> list[Span]:
    """Returns the intervals over which two timelines of one subject have different content."""
    return union_spans(
        span
        for span in spans_without_change([*rows, *other_rows])
        if _payload_at(rows, span, payload) != _payload_at(other_rows, span, payload)
    )


def _payload_at(rows: Iterable[F], span: Span, payload: Callable[[F], Hashable]) -> Hashable:
    return next((payload(row) for row in rows if row.span.contains(span.start)), None)


def spans_without_change(rows: Iterable[Fact]) -> list[Span]:
    """Divides the time from the beginning to the end of all time wherever a fact given begins or ends. Returns the
    intervals, in each of which the same facts hold.
    """
    boundaries = sorted({boundary for row in rows for boundary in (row.valid_from, row.valid_to)} | {BEGINNING, END})
    return [Span(start, end) for start, end in pairwise(boundaries)]


def merge_segments(segments: Iterable[TimeSegment[P]]) -> list[TimeSegment[P]]:
    """Returns the segments (intervals with content) in order. Adjacent segments with equal content become one."""
    merged: list[TimeSegment[P]] = []
    for segment in sorted(segments, key=lambda s: s.span):
        last = merged[-1] if merged else None
        if last and last.span.end == segment.span.start and last.payload == segment.payload:
            merged[-1] = TimeSegment(Span(last.span.start, segment.span.end), last.payload)
        else:
            merged.append(segment)
    return merged


def segment_changes(
    believed: Sequence[F], wanted: Iterable[TimeSegment[P]], payload: Callable[[F], Hashable]
) -> tuple[list[F], list[TimeSegment[P]]]:
    """Returns the rows to close and the segments (intervals with content) to add, so that a timeline consists of
    exactly the segments wanted.

    A row that equals a wanted segment stays as it is, because a write never sets any property of an existing row except
    `recorded_to` (the instant from which the row is superseded).
    """
    open_rows = {(row.span, payload(row)): row for row in believed}
    added = [segment for segment in wanted if open_rows.pop((segment.span, segment.payload), None) is None]
    return list(open_rows.values()), added
