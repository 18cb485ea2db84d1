"""Cuts lists into pages, and encodes the cursor of the next page.

A cursor contains the two instants of the first page, so that all pages of one query read the same state of the graph.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import iso, parse_instant
from service.domain.frozen_model import FrozenModel
from service.errors import InvalidQuestion
from service.schemas.requests.queries import KnownAtQuestion, PagedAsOfQuestion, UndatedQuestion

T = TypeVar("T")


PagedQuestion = PagedAsOfQuestion | KnownAtQuestion | UndatedQuestion
"""The query parameters of an endpoint that returns its result in pages."""


class PageStart(FrozenModel):
    """The position at which a page begins (the sort key of the last item before it), and the two instants of the
    query.
    """

    after: str
    at: datetime | None
    known_at: datetime | None


class PageItems(NamedTuple, Generic[T]):
    """The items of a page, and the cursor of the next page: None on the last page."""

    items: list[T]
    next: str | None


def start_page(question: PagedQuestion, resolve_as_of: ResolveAsOf, subject: str = "") -> tuple[str, AsOf]:
    """Returns the sort key after which the page in a question begins (blank: the first page), and the instants that all
    its pages share.

    Raises InvalidQuestion for a cursor of another question.
    """
    start = read_cursor(question, subject)
    return start.after, resolve_as_of(start.at, start.known_at)


def cut_page(
    question: PagedQuestion,
    rows: Sequence[T],
    position: Callable[[T], str],
    at: datetime,
    known_at: datetime,
    subject: str = "",
) -> PageItems[T]:
    """Cuts a page from rows: returns the first of them, up to the limit of the question, and the cursor of the next
    page.

    `rows`: those from the beginning of the page on; one row beyond the limit suffices to show that a page follows.
    `position`: returns the sort key of a row, by which the cursor names the last row of this page.
    """
    items = list(rows[: question.limit])
    more = len(rows) > len(items)
    return PageItems(items, next_cursor(question, position(items[-1]), at, known_at, subject) if more else None)


def read_cursor(question: PagedQuestion, subject: str = "") -> PageStart:
    """Returns the position at which a page begins, from the cursor in the query parameters.

    `subject` names the endpoint, and the entry if it has one. Raises InvalidQuestion for a cursor that this service
    gave for other query parameters or another subject, or that somebody altered.
    """
    if not question.cursor:
        return PageStart(after="", at=question.at, known_at=question.known_at)
    try:
        content = json.loads(base64.urlsafe_b64decode(question.cursor.encode()))
        after, at, known_at = str(content["after"]), parse_instant(content["at"]), parse_instant(content["known_at"])
        if content["of"] != _digest(question, subject, after, at, known_at):
            raise ValueError("it belongs to another question, or was changed")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        fault = "it was not given by this service for this question"
        raise InvalidQuestion(f"cursor: {fault}", errors=[{"where": "cursor", "detail": fault}]) from wrong
    return PageStart(after=after, at=at, known_at=known_at)


def next_cursor(question: PagedQuestion, after: str, at: datetime, known_at: datetime, subject: str = "") -> str:
    """Builds the cursor of the page that begins after the sort key `after`.

    `subject` names the endpoint, and the entry if it has one, so that the cursor is valid nowhere else.
    """
    of = _digest(question, subject, after, at, known_at)
    content = {"after": after, "at": iso(at), "known_at": iso(known_at), "of": of}
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _digest(question: PagedQuestion, subject: str, after: str, at: datetime, known_at: datetime) -> str:
    text = question.model_dump_json(exclude={"cursor", "limit"})
    return hashlib.sha256("\n".join([subject, text, after, iso(at), iso(known_at)]).encode()).hexdigest()[:16]
