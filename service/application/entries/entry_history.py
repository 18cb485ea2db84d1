"""The history of an entry, in pages."""

from service.application.paging import cut_page
from service.domain.clock import Clock
from service.graph.protocol import Runner
from service.repositories import entry_history
from service.schemas.cursor import read_cursor
from service.schemas.requests.queries import PagedAsOfQuestion
from service.schemas.responses.entry_history import HistoryPage


def get_entry_history(graph: Runner, clock: Clock, question: PagedAsOfQuestion, number: str) -> HistoryPage:
    """A page of all that was ever recorded of an entry, or with `at` of the rows that are valid at that instant.

    A history without `at` covers all of time. The page therefore has the `at` of its question, not that of the cursor.
    """
    subject = f"history {number}"
    start = read_cursor(question, subject)
    known_at = entry_history.history_instant(graph, clock, question.at, start.known_at)
    history = entry_history.fetch_history(graph, number, question.at, known_at)
    rows = [row for row in history if row[0] > start.after]
    page = cut_page(question, rows, lambda row: row[0], known_at, known_at, subject)
    return HistoryPage(
        entry=number, items=[item for _, item in page.items], next=page.next, at=question.at, known_at=known_at
    )
