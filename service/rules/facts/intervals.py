"""What was believed over the stretches of valid time, and what a new statement does to it (design 2)."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from service.domain.clock import Span
from service.domain.facts import Fact

P = TypeVar("P")
F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Segment(Generic[P]):
    """A stretch of valid time over which one thing is believed."""

    span: Span
    payload: P


def overlay(segments: Iterable[Segment[P]], span: Span, payload: P) -> list[Segment[P]]:
    """The segments with one stretch said anew: what lay there is cut away, the rest stays as it was."""
    kept = [Segment(rest, old.payload) for old in segments for rest in subtract_span(old.span, span)]
    return merge_segments([*kept, Segment(span, payload)])


def subtract_span(span: Span, cut: Span) -> list[Span]:
    """What is left of a span once another is cut out of it: nothing, one or two pieces."""
    if span.intersection(cut) is None:
        return [span]
    before = [Span(span.start, cut.start)] if span.start < cut.start else []
    after = [Span(cut.end, span.end)] if cut.end < span.end else []
    return before + after


def intersect_spans(span: Span, parts: Iterable[Span]) -> list[Span]:
    """What a span has in common with others, which do not overlap."""
    return [met for part in parts if (met := span.intersection(part))]


def subtract_spans(span: Span, parts: Iterable[Span]) -> list[Span]:
    """What is left of a span once all of the others are cut out of it."""
    left = [span]
    for part in parts:
        left = [rest for one in left for rest in subtract_span(one, part)]
    return left


def union_spans(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch or overlap joined."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def differing_spans(one: Sequence[F], other: Sequence[F], payload: Callable[[F], Hashable]) -> list[Span]:
    """The stretches over which two timelines of a subject say different things."""
    edges = sorted({edge for row in (*one, *other) for edge in (row.valid_from, row.valid_to)})
    pieces = [Span(start, end) for start, end in pairwise(edges)]
    return union_spans(span for span in pieces if _said(one, span, payload) != _said(other, span, payload))


def _said(rows: Iterable[F], span: Span, payload: Callable[[F], Hashable]) -> Hashable:
    return next((payload(row) for row in rows if row.span.contains(span.start)), None)


def merge_segments(segments: Iterable[Segment[P]]) -> list[Segment[P]]:
    """The segments in order, neighbours that say the same joined; the earlier one's payload stays."""
    found: list[Segment[P]] = []
    for segment in sorted(segments, key=lambda s: s.span):
        last = found[-1] if found else None
        if last and last.span.end == segment.span.start and last.payload == segment.payload:
            found[-1] = Segment(Span(last.span.start, segment.span.end), last.payload)
        else:
            found.append(segment)
    return found


def segment_changes(
    believed: Sequence[F], wanted: Iterable[Segment[P]], payload: Callable[[F], Hashable]
) -> tuple[list[F], list[Segment[P]]]:
    """The rows to close and the segments to add, so that what is believed becomes what is wanted.

    A row that already says a wanted segment stays untouched: the only property ever set on an existing
    row is `recorded_to`.
    """
    open_rows = {(row.span, payload(row)): row for row in believed}
    added = [s for s in wanted if open_rows.pop((s.span, s.payload), None) is None]
    return list(open_rows.values()), added
