"""The nearest time with a route, by hand; test_reasons and the oracle cover its use in an answer."""

from datetime import timedelta

import pytest

from service.domain.clock import END, Span
from service.rules.answers.nearest_time import nearest_instant, nearest_route_interval
from tests.worlds import DATES, NOW, declaration, revision, terrain, world

FIRST, SECOND, THIRD, FOURTH = DATES
DAY = timedelta(days=1)
TWICE = terrain(
    world(
        *[revision(1), revision(2)],
        *[declaration(2, 1, since=since, until=until) for since, until in ((FIRST, SECOND), (THIRD, FOURTH))],
    )
)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (SECOND, Span(FIRST, SECOND)),
        (SECOND + (THIRD - SECOND) / 2, Span(FIRST, SECOND)),
        (THIRD - DAY, Span(THIRD, FOURTH)),
        (NOW, Span(THIRD, FOURTH)),
    ],
)
def test_the_nearest_span_is_found(at, expected):
    """The earlier of two that are equally near."""
    assert nearest_route_interval(TWICE, "000001", "000002", at, False) == expected


def test_there_is_none_without_a_route_at_any_time():
    """Nor from an entry to itself."""
    assert nearest_route_interval(TWICE, "000002", "000001", NOW, False) is None
    assert nearest_route_interval(TWICE, "000001", "000001", NOW, False) is None


def test_the_time_in_which_both_are_twins_does_not_count():
    """The outcome is then already-there."""
    facts = [revision(1), revision(2, until=THIRD), revision(2, fw=1, image=1, since=THIRD), revision(3)]
    graph = terrain(world(*facts, declaration(3, 1, since=SECOND), declaration(2, 3)))
    assert nearest_route_interval(graph, "000001", "000002", FIRST, False) == Span(SECOND, THIRD)


def test_the_nearest_instant_is_the_start_or_the_last_microsecond():
    """Spans are half-open."""
    assert nearest_instant(Span(SECOND, END), FIRST) == SECOND
    assert nearest_instant(Span(FIRST, SECOND), THIRD) == SECOND - timedelta.resolution
