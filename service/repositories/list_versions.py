"""Fetches the versions of the Central Products List that are loaded."""

from datetime import datetime

from service.domain.listings import ListVersion
from service.graph.protocol import Runner
from service.graph.query import Query

KNOWN = Query("list/known", ListVersion)


def known_list_versions(graph: Runner, known_at: datetime) -> list[ListVersion]:
    """Fetches the list versions known at a recorded instant, in the order of the list's version numbers."""
    return graph.rows(KNOWN, known_at=known_at)
