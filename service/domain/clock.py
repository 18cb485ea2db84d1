"""Instants and half-open intervals. Every instant is UTC; the two open ends are fixed instants, never null."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)

Clock = Callable[[], datetime]


def now() -> datetime:
    """The one clock of the service."""
    return datetime.now(UTC)


def utc(value: Any) -> Any:
    """An engine's instant as an aware UTC datetime.

    Ladybug gives naive datetimes that are UTC, Neo4j gives its own type with `to_native`.
    """
    native = value.to_native() if hasattr(value, "to_native") else value
    if isinstance(native, datetime):
        return native.replace(tzinfo=UTC) if native.tzinfo is None else native.astimezone(UTC)
    return native


def iso(instant: datetime) -> str:
    """The instant as text, always with `Z`; microseconds only where there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """An ISO date or date-time as an instant; a bare date is its midnight UTC, a time without offset is UTC.

    Raises ValueError with a sentence for the reader.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        instant = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise ValueError(f"{text!r} is not an ISO date or date-time such as 2026-01-31") from wrong
    if instant >= END:
        raise ValueError(f"{text!r} lies at or beyond the end of time, {iso(END)}")
    return instant


def midnight(day: date) -> datetime:
    """The instant at which a date begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


Instant = Annotated[datetime, BeforeValidator(utc), PlainSerializer(iso, when_used="json")]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A non-empty half-open interval: `start <= t < end`."""

    start: datetime
    end: datetime

    @property
    def since(self) -> datetime | None:
        """The start as answers give it: None where it is open."""
        return self.start if self.start > BEGINNING else None

    @property
    def until(self) -> datetime | None:
        """The end as answers give it: None where it is open."""
        return self.end if self.end < END else None

    def contains(self, instant: datetime) -> bool:
        """Whether the instant lies within."""
        return self.start <= instant < self.end

    def intersection(self, other: "Span") -> "Span | None":
        """What both have in common, if anything."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def clipped_to(self, other: "Span") -> "Span":
        """What both have in common, which is known to be something."""
        both = self.intersection(other)
        assert both
        return both


ALWAYS = Span(BEGINNING, END)
