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
    """The resolved instants of a question, one on each clock, and the list version in force."""

    at: datetime
    known_at: datetime
    list: ListVersion

    @property
    def response_fields(self) -> dict[str, Any]:
        """The fields by which every response names its instants and its list."""
        return {
            "at": self.at,
            "known_at": self.known_at,
            "list_version": self.list.number,
            "list_issued": self.list.issued,
        }


ResolveAsOf = Callable[[datetime | None, datetime | None], AsOf]
"""Resolves the `at` and `known_at` of a question, either of which may be None, to the instants that answer it."""


def resolve_as_of(
    now: datetime,
    last: datetime,
    lists: Callable[[datetime], Sequence[ListVersion]],
    at: datetime | None,
    known_at: datetime | None,
) -> AsOf:
    """The instants as of which a question is answered, and the list in force then (design 2).

    `known_at` is at most `last`, the last committed instant, and defaults to it. `at` defaults to the question's
    `known_at`, else to now. `lists`: the list versions known at an instant. Raises KnownAtInFuture, BeforeFirstRecord
    and BeforeFirstList.
    """
    effective_at = at or known_at or now
    believed_at = resolve_known_at(now, last, known_at)
    return AsOf(effective_at, believed_at, list_in_force(lists(believed_at), effective_at, believed_at))


def resolve_known_at(now: datetime, last: datetime, known_at: datetime | None) -> datetime:
    """The recorded instant that answers: the question's `known_at`, but at most the last committed instant.

    Raises KnownAtInFuture, and BeforeFirstRecord for an empty graph.
    """
    if known_at and known_at > now:
        raise KnownAtInFuture(f"known_at is {iso(known_at)}, and now is {iso(now)}.")
    if last == BEGINNING:
        raise BeforeFirstRecord("Nothing has been loaded into this graph yet.")
    return min(known_at, last) if known_at else last


def list_in_force(lists: Sequence[ListVersion], at: datetime, known_at: datetime) -> ListVersion:
    """The highest of these list versions in effect at `at`. `lists`: the versions known at `known_at`, in list order.

    Raises BeforeFirstRecord where no list is known, and BeforeFirstList where none is in effect yet.
    """
    if not lists:
        raise BeforeFirstRecord(f"No list had been loaded by {iso(known_at)}.")
    effective = [version for version in lists if version.effective_from <= at]
    if not effective:
        first = lists[0]
        raise BeforeFirstList(f"The first list, {first.number}, is in force from {iso(first.effective_from)}.")
    return effective[-1]


def list_interval(lists: Iterable[ListVersion], at: datetime) -> Span:
    """The interval around an instant in which one list version is in force."""
    edges = [version.effective_from for version in lists]
    earlier, later = [edge for edge in edges if edge <= at], [edge for edge in edges if edge > at]
    return Span(max(earlier, default=BEGINNING), min(later, default=END))
