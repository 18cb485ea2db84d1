"""Resolves the two times of a question (the time in the world, and the instant up to which recorded facts count), and
finds the list version in force (design 2).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from service.domain.clock import BEGINNING, END, Span, iso
from service.domain.listings import ListVersion
from service.errors import BeforeFirstList, BeforeFirstRecord, KnownAtInFuture


@dataclass(frozen=True)
class AsOf:
    """The two times of a question: `at` (when facts hold in the world) and `known_at` (up to when recorded facts
    count), with the list version in force then.

    `lists` are all list versions recorded by `known_at`, in list order; if empty, only the one in force is known.
    """

    at: datetime
    known_at: datetime
    list: ListVersion
    lists: Sequence[ListVersion] = field(default=(), compare=False, repr=False)

    @property
    def response_fields(self) -> dict[str, Any]:
        """Returns the fields by which every response names its two times and its list version."""
        return {
            "at": self.at,
            "known_at": self.known_at,
            "list_version": self.list.number,
            "list_issued": self.list.issued,
        }

    def list_taking_effect(self, at: datetime) -> str | None:
        """Returns the number of the list version that takes effect at an instant, or None."""
        return next((version.number for version in reversed(self.lists) if version.effective_from == at), None)

    def moved_to(self, at: datetime) -> "AsOf":
        """Returns another effective time with the same `known_at`, and the list version in force then."""
        return replace(self, at=at, list=list_in_force(self.lists or [self.list], at, self.known_at))


ResolveAsOf = Callable[[datetime | None, datetime | None], AsOf]
"""A function that resolves the `at` and `known_at` of a question, either of which may be None."""


def resolve_as_of(
    now: datetime,
    last: datetime,
    lists: Callable[[datetime], Sequence[ListVersion]],
    at: datetime | None,
    known_at: datetime | None,
) -> AsOf:
    """Resolves the two times of a question, `at` (when facts hold in the world) and `known_at` (up to when recorded
    facts count), and finds the list version in force (design 2).

    `last` is the last committed instant. `known_at` defaults to `last` and is never later. `at` defaults to the
    question's `known_at`, else to now. `lists` returns the list versions recorded by an instant. Raises
    KnownAtInFuture, BeforeFirstRecord and BeforeFirstList.
    """
    effective_at = at or known_at or now
    believed_at = resolve_known_at(now, last, known_at)
    known = lists(believed_at)
    return AsOf(effective_at, believed_at, list_in_force(known, effective_at, believed_at), known)


def resolve_known_at(now: datetime, last: datetime, known_at: datetime | None) -> datetime:
    """Returns the instant up to which recorded facts count for a question: its `known_at`, but at most the last
    committed instant.

    An instant up to `last` is no future, also where the clock is behind it: receipts and cursors name such instants.
    Raises KnownAtInFuture, and BeforeFirstRecord for an empty graph.
    """
    if known_at and known_at > max(now, last):
        raise KnownAtInFuture(f"known_at is {iso(known_at)}, and now is {iso(now)}.")
    if last == BEGINNING:
        raise BeforeFirstRecord("Nothing has been loaded into this graph yet.")
    return min(known_at, last) if known_at else last


def list_in_force(lists: Sequence[ListVersion], at: datetime, known_at: datetime) -> ListVersion:
    """Returns the highest list version in force at the effective time `at`.

    `lists` are the versions that the service had recorded by `known_at`, in list order. Raises BeforeFirstRecord if
    there are none, and BeforeFirstList if none is in force yet.
    """
    if not lists:
        raise BeforeFirstRecord(f"No list had been loaded by {iso(known_at)}.")
    effective = [version for version in lists if version.effective_from <= at]
    if not effective:
        first = lists[0]
        raise BeforeFirstList(f"The first list, {first.number}, is in force from {iso(first.effective_from)}.")
    return effective[-1]


def list_interval(lists: Iterable[ListVersion], at: datetime) -> Span:
    """Returns the interval of effective time around an instant in which one list version is in force."""
    edges = [version.effective_from for version in lists]
    earlier, later = [edge for edge in edges if edge <= at], [edge for edge in edges if edge > at]
    return Span(max(earlier, default=BEGINNING), min(later, default=END))
