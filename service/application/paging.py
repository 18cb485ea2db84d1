"""Cuts lists into pages: where a page begins, which rows it has, and the cursor of the next page."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from service.domain.as_of import AsOf, ResolveAsOf
from service.schemas.cursor import PagedQuestion, next_cursor, read_cursor

T = TypeVar("T")


class LimitedQuestion(PagedQuestion, Protocol):
    """The query parameters of a paged endpoint, with the largest number of items on a page."""

    @property
    def limit(self) -> int:
        """Returns the largest number of items on a page."""


class PageItems(NamedTuple, Generic[T]):
    """The items of a page, and the cursor of the next page: None on the last page."""

    items: list[T]
    next: str | None


def start_page(question: PagedQuestion, resolve_as_of: ResolveAsOf, subject: str = "") -> tuple[str, AsOf]:
    """Returns the sort key after which the page begins, blank for the first page, and the instants that all pages
    share.

    Raises InvalidQuestion for a cursor of another question.
    """
    start = read_cursor(question, subject)
    return start.after, resolve_as_of(start.at, start.known_at)


def cut_page(
    question: LimitedQuestion,
    rows: Sequence[T],
    position: Callable[[T], str],
    at: datetime,
    known_at: datetime,
    subject: str = "",
) -> PageItems[T]:
    """Returns the first rows, up to the limit of the question, and the cursor of the next page.

    `rows`: those from the beginning of the page on; one row beyond the limit suffices to show that a page follows.
    `position`: returns the sort key of a row, by which the cursor names the last row of this page.
    """
    items = list(rows[: question.limit])
    more = len(rows) > len(items)
    return PageItems(items, next_cursor(question, position(items[-1]), at, known_at, subject) if more else None)
