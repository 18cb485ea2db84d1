"""Timelines of segments: overlays, subtraction, joining, and the changes between two timelines."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.domain.clock import ALWAYS, BEGINNING, END, Span
from service.rules.facts.intervals import TimeSegment, merge_segments, overlay, segment_changes, subtract_span
from tests.worlds import DATES, declaration

FIRST, SECOND, THIRD, FOURTH = DATES
EDGES = [BEGINNING, *DATES, END]
SPANS = st.lists(st.sampled_from(EDGES), min_size=2, max_size=2, unique=True).map(lambda ends: Span(*sorted(ends)))


def payloads_at(segments, instant):
    """All payloads at an instant."""
    return [segment.payload for segment in segments if segment.span.contains(instant)]


@given(st.lists(st.tuples(SPANS, st.sampled_from("abc")), max_size=6))
def test_the_latest_overlay_holds(statements):
    """Each instant has one payload, that of its latest overlay; no segment is split without need."""
    segments = []
    for span, payload in statements:
        segments = overlay(segments, span, payload)
    for instant in EDGES[:-1]:
        said = [payload for span, payload in statements if span.contains(instant)]
        assert payloads_at(segments, instant) == said[-1:]
    for one, other in pairwise(segments):
        assert one.span.end < other.span.start or (one.span.end == other.span.start and one.payload != other.payload)


def test_an_overlay_in_the_middle_leaves_both_sides():
    """It replaces only the payload within its span."""
    old = [TimeSegment(ALWAYS, "old")]
    expected = [
        TimeSegment(Span(BEGINNING, SECOND), "old"),
        TimeSegment(Span(SECOND, THIRD), "new"),
        TimeSegment(Span(THIRD, END), "old"),
    ]
    assert overlay(old, Span(SECOND, THIRD), "new") == expected


def test_a_gap_stays_a_gap():
    """Time without a segment stays without one outside the new span."""
    found = overlay([TimeSegment(Span(FIRST, SECOND), "a")], Span(THIRD, FOURTH), "b")
    assert found == [TimeSegment(Span(FIRST, SECOND), "a"), TimeSegment(Span(THIRD, FOURTH), "b")]


def test_subtraction_leaves_no_one_or_two_parts():
    """All, one side, both sides, or the span unchanged."""
    span = Span(SECOND, THIRD)
    assert subtract_span(span, Span(FIRST, FOURTH)) == []
    assert subtract_span(span, Span(FIRST, SECOND)) == [span]
    assert subtract_span(Span(FIRST, THIRD), Span(SECOND, FOURTH)) == [Span(FIRST, SECOND)]
    assert subtract_span(Span(FIRST, FOURTH), span) == [Span(FIRST, SECOND), Span(THIRD, FOURTH)]


def test_adjacent_segments_of_equal_payload_are_joined():
    """In order of time; segments with a gap or another payload stay apart."""
    first, second, fourth = Span(BEGINNING, FIRST), Span(FIRST, SECOND), Span(THIRD, FOURTH)
    found = merge_segments(
        [
            TimeSegment(fourth, "a"),
            TimeSegment(second, "a"),
            TimeSegment(first, "a"),
            TimeSegment(Span(FOURTH, END), "b"),
        ]
    )
    assert found == [
        TimeSegment(Span(BEGINNING, SECOND), "a"),
        TimeSegment(fourth, "a"),
        TimeSegment(Span(FOURTH, END), "b"),
    ]


def test_a_row_that_equals_a_wanted_segment_stays():
    """Only rows that are no longer wanted close, and only new segments are added."""
    kept, gone = declaration(1, 2, until=SECOND), declaration(1, 3, since=SECOND)
    wanted = [TimeSegment(kept.span, ("000002",)), TimeSegment(Span(THIRD, END), ("000003",))]
    assert segment_changes([kept, gone], wanted, lambda row: row.bases) == ([gone], wanted[1:])


def test_without_wanted_segments_all_rows_close():
    """Without rows, all wanted segments are added."""
    row = declaration(1, 2)
    wanted = [TimeSegment(ALWAYS, row.bases)]
    assert segment_changes([row], [], lambda row: row.bases) == ([row], [])
    assert segment_changes([], wanted, lambda row: row.bases) == ([], wanted)
