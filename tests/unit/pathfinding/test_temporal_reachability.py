"""When one entry can be reached from another, over all effective time."""

from service.domain.clock import Span
from service.rules.pathfinding.snapshot import Step
from service.rules.pathfinding.temporal_reachability import temporal_reachability
from tests.worlds import DATES, NOW

FIRST, SECOND, THIRD, FOURTH = DATES


def spans(rows, excluded=NOW, through_removed=False):
    """The spans with a path from entry 1 to entry 3."""
    steps = [(start, end, Step(base, target, listed=listed)) for start, end, base, target, listed in rows]
    return temporal_reachability(steps, through_removed).reachable_spans("1", "3", excluded)


def test_a_path_needs_all_its_steps_at_the_same_time():
    """The span is the intersection of the steps, even where the path leads through a cycle."""
    rows = [(FIRST, THIRD, "1", "2", True), (SECOND, FOURTH, "2", "3", True), (FIRST, FOURTH, "2", "1", True)]
    assert spans(rows) == [Span(SECOND, THIRD)]
    assert spans([(FIRST, SECOND, "1", "2", True), (SECOND, THIRD, "2", "3", True)]) == []


def test_adjacent_intervals_are_joined():
    """Two steps that follow each other give one span; a gap gives two."""
    assert spans([(FIRST, SECOND, "1", "3", True), (SECOND, THIRD, "1", "3", True)]) == [Span(FIRST, THIRD)]
    assert spans([(FIRST, SECOND, "1", "3", True), (THIRD, FOURTH, "1", "3", True)]) == [
        Span(FIRST, SECOND),
        Span(THIRD, FOURTH),
    ]


def test_the_interval_around_the_excluded_instant_does_not_count():
    """The instant of the question is known to have no route."""
    rows = [(FIRST, SECOND, "1", "3", True), (SECOND, THIRD, "1", "3", True)]
    assert spans(rows, FIRST) == [Span(SECOND, THIRD)]
    assert spans(rows[:1], FIRST) == []
    assert spans([], FIRST) == []


def test_steps_into_removed_entries_count_only_on_request():
    """`listed` belongs to the target of the step."""
    rows = [(FIRST, SECOND, "1", "2", False), (FIRST, SECOND, "2", "3", True)]
    assert spans(rows) == []
    assert spans(rows, through_removed=True) == [Span(FIRST, SECOND)]
