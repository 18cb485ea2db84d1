"""Fetches the versions of the Central Products List that the service has loaded."""

from datetime import datetime

from service.domain.listings import ListVersion
from service.graph.protocol import Runner
from service.graph.query import Query

KNOWN = Query("list/known", ListVersion)


def known_list_versions(graph: Runner, known_at: datetime) -> list[ListVersion]:
    """Fetches the list versions that the service had loaded by an instant, in the order of their version numbers."""
    return graph.rows(KNOWN, known_at=known_at)
