"""What an entry was, in pages."""

from service.domain.clock import Clock
from service.graph.protocol import Runner
from service.repositories import entry_history
from service.schemas.cursor import begun, following
from service.schemas.requests.queries import Paged
from service.schemas.responses.entry_history import HistoryPage


def of_entry(graph: Runner, clock: Clock, asked: Paged, number: str) -> HistoryPage:
    """A page of all that was ever recorded of an entry, or of what holds at `at` alone.

    Without `at` all of time is told; so the cursor's own `at` says nothing, and a page has that of its question.
    """
    subject = f"history {number}"
    place = begun(asked, subject)
    known_at = entry_history.believed(graph, clock, asked.at, place.known_at)
    rest = [one for one in entry_history.history(graph, number, asked.at, known_at) if one[0] > place.after]
    shown = rest[: asked.limit]
    more = len(rest) > len(shown)
    return HistoryPage(
        entry=number,
        items=[item for _, item in shown],
        next=following(asked, shown[-1][0], known_at, known_at, subject) if more else None,
        at=asked.at,
        known_at=known_at,
    )
