"""Instants and half-open intervals. Every instant is in UTC. An open end is BEGINNING or END, never null."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)

Clock = Callable[[], datetime]


def now() -> datetime:
    """Returns the present instant in UTC, by the clock of this machine."""
    return datetime.now(UTC)


def utc(value: Any) -> Any:
    """Converts an instant that a graph engine returned to a UTC datetime with a time zone. Returns any other value
    unchanged.

    Ladybug returns datetimes in UTC without a time zone, Neo4j its own type with `to_native`.
    """
    native = value.to_native() if hasattr(value, "to_native") else value
    if isinstance(native, datetime):
        return native.replace(tzinfo=UTC) if native.tzinfo is None else native.astimezone(UTC)
    return native


def iso(instant: datetime) -> str:
    """Formats an instant as ISO text that ends in `Z`, with microseconds only if they are not zero."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Parses an ISO date or date-time to an instant in UTC. A date stands for its midnight.

    A time without an offset is taken as UTC. Raises ValueError with a message for the caller.
    """
    try:
        parsed = datetime.fromisoformat(text.strip())
        instant = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise ValueError(f"{text!r} is not an ISO date or date-time such as 2026-01-31") from wrong
    if instant >= END:
        raise ValueError(f"{text!r} is too late: an instant before {iso(END)} is expected")
    return instant


def midnight(day: date) -> datetime:
    """Returns the instant at which a date begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


Instant = Annotated[datetime, BeforeValidator(utc), PlainSerializer(iso, when_used="json")]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval of time that is not empty: `start <= t < end`."""

    start: datetime
    end: datetime

    @property
    def since(self) -> datetime | None:
        """Returns the start of the interval in the form of responses: None for an open start."""
        return self.start if self.start > BEGINNING else None

    @property
    def until(self) -> datetime | None:
        """Returns the end of the interval in the form of responses: None for an open end."""
        return self.end if self.end < END else None

    def contains(self, instant: datetime) -> bool:
        """Returns whether the interval contains an instant."""
        return self.start <= instant < self.end

    def intersection(self, other: "Span") -> "Span | None":
        """Returns the interval that this interval and another have in common, or None if they do not overlap."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def clipped_to(self, other: "Span") -> "Span":
        """Returns the interval that this interval and another have in common. The two must overlap."""
        common = self.intersection(other)
        assert common
        return common


ALWAYS = Span(BEGINNING, END)
