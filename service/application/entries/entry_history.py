"""What an entry was, in pages."""

from service.domain.clock import Clock
from service.graph.protocol import Runner
from service.repositories import entry_history
from service.schemas.cursor import next_cursor, read_cursor
from service.schemas.requests.queries import PagedAsOfQuestion
from service.schemas.responses.entry_history import HistoryPage


def get_entry_history(graph: Runner, clock: Clock, asked: PagedAsOfQuestion, number: str) -> HistoryPage:
    """A page of all that was ever recorded of an entry, or of what holds at `at` alone.

    Without `at` all of time is told; so the cursor's own `at` says nothing, and a page has that of its question.
    """
    subject = f"history {number}"
    place = read_cursor(asked, subject)
    known_at = entry_history.history_instant(graph, clock, asked.at, place.known_at)
    rest = [one for one in entry_history.fetch_history(graph, number, asked.at, known_at) if one[0] > place.after]
    shown = rest[: asked.limit]
    more = len(rest) > len(shown)
    return HistoryPage(
        entry=number,
        items=[item for _, item in shown],
        next=next_cursor(asked, shown[-1][0], known_at, known_at, subject) if more else None,
        at=asked.at,
        known_at=known_at,
    )
