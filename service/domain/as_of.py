"""The two instants as of which a question is answered, and the list version in force then (design 2)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.clock import BEGINNING, END, Span, iso
from service.domain.listings import ListVersion
from service.errors import BeforeFirstList, BeforeFirstRecord, KnownAtInFuture


@dataclass(frozen=True)
class AsOf:
    """Both clocks of a question, settled, and the list then in force."""

    at: datetime
    known_at: datetime
    list: ListVersion

    @property
    def response_fields(self) -> dict[str, Any]:
        """What every answer says of its moment."""
        return {
            "at": self.at,
            "known_at": self.known_at,
            "list_version": self.list.number,
            "list_issued": self.list.issued,
        }


ResolveAsOf = Callable[[datetime | None, datetime | None], AsOf]
"""Resolves the `at` and `known_at` of a question, either of which may be None, to the instants that answer it."""


def resolve_known_at(now: datetime, last: datetime, known_at: datetime | None) -> datetime:
    """The recorded instant that answers: the last committed, or an earlier one that was asked for."""
    if known_at and known_at > now:
        raise KnownAtInFuture(f"known_at is {iso(known_at)}, and now is {iso(now)}.")
    if last == BEGINNING:
        raise BeforeFirstRecord("Nothing has been loaded into this graph yet.")
    return min(known_at, last) if known_at else last


def list_in_force(lists: Sequence[ListVersion], at: datetime, known_at: datetime) -> ListVersion:
    """The highest list version that had taken effect."""
    if not lists:
        raise BeforeFirstRecord(f"No list had been loaded by {iso(known_at)}.")
    effective = [version for version in lists if version.effective_from <= at]
    if not effective:
        first = lists[0]
        raise BeforeFirstList(f"The first list, {first.number}, is in force from {iso(first.effective_from)}.")
    return effective[-1]


def list_interval(lists: Iterable[ListVersion], at: datetime) -> Span:
    """The stretch around an instant in which one and the same list version is in force."""
    edges = [version.effective_from for version in lists]
    begun, ahead = [edge for edge in edges if edge <= at], [edge for edge in edges if edge > at]
    return Span(max(begun, default=BEGINNING), min(ahead, default=END))
