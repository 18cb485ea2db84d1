"""Instants as text and the half-open interval."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from service.domain.clock import ALWAYS, BEGINNING, Span, iso, midnight, parse_instant, utc
from tests.worlds import DATES

FIRST, SECOND, THIRD, FOURTH = DATES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("  2026-01-31 ", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:30:00Z", datetime(2026, 1, 31, 10, 30, tzinfo=UTC)),
        ("2026-01-31T10:30:00", datetime(2026, 1, 31, 10, 30, tzinfo=UTC)),
        ("2026-07-01T00:30:00+01:00", datetime(2026, 6, 30, 23, 30, tzinfo=UTC)),
        ("2026-01-31T10:30:00.000001Z", datetime(2026, 1, 31, 10, 30, 0, 1, tzinfo=UTC)),
        ("0001-01-01", BEGINNING),
        ("9999-12-30", datetime(9999, 12, 30, tzinfo=UTC)),
    ],
)
def test_an_iso_date_or_date_time_is_an_instant(text, expected):
    """A bare date is its midnight in UTC, a time without offset is UTC, an offset is brought to UTC."""
    assert parse_instant(text) == expected
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "31/01/2026", "2026-02-30", "9999-12-31", "0001-01-01T00:00:00+01:00", "2026-01-31T25:00"],
)
def test_what_is_no_instant_is_told_in_a_sentence(text):
    """The sentence names the text as it was given."""
    with pytest.raises(ValueError) as wrong:
        parse_instant(text)
    assert str(wrong.value).startswith(repr(text))


def test_instants_are_written_with_z_and_read_back():
    """Microseconds only where there are any."""
    instant = datetime(2026, 1, 31, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    assert iso(instant) == "2026-01-31T09:30:00Z"
    assert iso(BEGINNING) == "0001-01-01T00:00:00Z"
    assert parse_instant(iso(instant)) == instant


def test_what_an_engine_gives_becomes_an_aware_instant():
    """A naive datetime is UTC, an offset is brought to UTC, and what has `to_native` is asked for it."""

    class Foreign:
        def to_native(self):
            return datetime(2026, 1, 1)  # noqa: DTZ001

    assert utc(Foreign()) == datetime(2026, 1, 1, tzinfo=UTC)
    assert utc(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == datetime(2026, 1, 1, tzinfo=UTC)
    assert utc("text") == "text"


def test_a_date_begins_at_its_midnight():
    """The same instant as the bare date."""
    assert midnight(date(2026, 1, 31)) == parse_instant("2026-01-31")


def test_a_span_is_half_open():
    """Its first instant is inside, its end is not."""
    span = Span(FIRST, SECOND)
    assert span.contains(FIRST)
    assert span.contains(SECOND - timedelta(microseconds=1))
    assert not span.contains(SECOND)
    assert not span.contains(FIRST - timedelta(microseconds=1))


def test_two_spans_meet_in_what_they_share():
    """Touching is not meeting."""
    assert Span(FIRST, THIRD).intersection(Span(SECOND, FOURTH)) == Span(SECOND, THIRD)
    assert Span(FIRST, SECOND).intersection(Span(SECOND, THIRD)) is None
    assert ALWAYS.intersection(Span(FIRST, SECOND)) == Span(FIRST, SECOND)
